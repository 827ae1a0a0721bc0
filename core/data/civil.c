/* The proleptic Gregorian calendar by counting days: eras of 400 years repeat exactly, and a year
 * that begins in March has its leap day at its end. */
#include "data/civil.h"

#define S_PER_DAY INT64_C(86400)

int64_t tsn_floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

/* The year is taken to begin in March, so that the leap day is its last, in eras of 400 years. */
static int64_t days_of_civil(const tsn_civil *date)
{
    int64_t year = date->month <= 2 ? date->year - 1 : date->year;
    int64_t era = tsn_floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t month = (date->month + 9) % 12;
    int64_t day_of_year = (153 * month + 2) / 5 + date->day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

/* Days from the first of March of the year -400 on, fewer than 2^30: then 32 bits do, and the
 * divisions are multiplications (Neri and Schneider, Euclidean affine functions, 2022). */
static tsn_civil civil_of_days(uint32_t days)
{
    uint32_t quarters = 4 * days + 3;
    uint32_t century = quarters / 146097;
    uint64_t years = UINT64_C(2939745) * (quarters % 146097 | 3);
    uint32_t day_of_year = (uint32_t)years / 2939745 / 4;
    uint32_t months = 2141 * day_of_year + 197913;
    bool is_next_year = day_of_year >= 306;
    tsn_civil date = {.day = (months & 0xffff) / 2141 + 1};
    date.month = (months >> 16) - (is_next_year ? 12 : 0);
    date.year = (int64_t)(100 * century + (uint32_t)(years >> 32)) - 400 + is_next_year;
    return date;
}

static int64_t days_in_month(int64_t year, int64_t month)
{
    static const int8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && is_leap);
}

tsn_civil tsn_civil_of_unix(int64_t unix_s)
{
    uint64_t since = (uint64_t)(unix_s + (719468 + 146097) * S_PER_DAY);
    uint32_t days = (uint32_t)(since / S_PER_DAY);
    uint32_t second = (uint32_t)(since - days * (uint64_t)S_PER_DAY);
    tsn_civil civil = civil_of_days(days);
    civil.hour = second / 3600;
    civil.minute = second / 60 % 60;
    civil.second = second % 60;
    return civil;
}

bool tsn_civil_to_unix(const tsn_civil *civil, int64_t *unix_s)
{
    if (civil->month < 1 || civil->month > 12 || civil->day < 1) return false;
    if (civil->day > days_in_month(civil->year, civil->month)) return false;
    if (civil->hour > 23 || civil->minute > 59 || civil->second > 60) return false;
    *unix_s =
        days_of_civil(civil) * S_PER_DAY + civil->hour * 3600 + civil->minute * 60 + civil->second;
    return true;
}

void tsn_civil_scan_clock(tsn_civil *civil, tsn_scanner *scan)
{
    civil->hour = tsn_scan_digits(scan, 2);
    tsn_scan_expect(scan, ":");
    civil->minute = tsn_scan_digits(scan, 2);
    tsn_scan_expect(scan, ":");
    civil->second = tsn_scan_digits(scan, 2);
}
