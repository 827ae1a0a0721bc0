/* The three spellings of a date in HTTP: the one in use, and the two old ones that a reader has to
 * know. */
#include "base/house.h"
#include "data/civil.h"
#include "data/scanner.h"
#include "data/stamp.h"

static const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const day_names[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                         "Thursday", "Friday", "Saturday"};

static int64_t take_month(tsn_scanner *scan)
{
    tsn_slice name = tsn_slice_sub(scan->text, scan->at, scan->at + 3);
    for (int i = 0; i < 12; i++) {
        if (tsn_slice_equal(name, tsn_slice_of(month_names[i]))) {
            scan->at += 3;
            return i + 1;
        }
    }
    scan->failed = true;
    return 0;
}

/* Leaves the weekday, in full or as three letters, behind; false: none is there. */
static bool try_weekday(tsn_scanner *scan, bool in_full)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(day_names); i++) {
        tsn_slice name = tsn_slice_of(day_names[i]);
        if (!in_full) name.len = 3;
        if (!tsn_slice_starts_with(scan->text, name)) continue;
        scan->at = name.len;
        return true;
    }
    return false;
}

/* Sunday, 06-Nov-94 08:49:37 GMT; two digits mean 1970 to 2069. */
static void take_rfc850(tsn_scanner *scan, tsn_civil *date)
{
    tsn_scan_expect(scan, ", ");
    date->day = tsn_scan_digits(scan, 2);
    tsn_scan_expect(scan, "-");
    date->month = take_month(scan);
    tsn_scan_expect(scan, "-");
    date->year = tsn_scan_digits(scan, 2);
    date->year += date->year < 70 ? 2000 : 1900;
    tsn_scan_expect(scan, " ");
    tsn_civil_scan_clock(date, scan);
    tsn_scan_expect(scan, " GMT");
}

/* Sun, 06 Nov 1994 08:49:37 GMT */
static void take_fixdate(tsn_scanner *scan, tsn_civil *date)
{
    tsn_scan_expect(scan, ", ");
    date->day = tsn_scan_digits(scan, 2);
    tsn_scan_expect(scan, " ");
    date->month = take_month(scan);
    tsn_scan_expect(scan, " ");
    date->year = tsn_scan_digits(scan, 4);
    tsn_scan_expect(scan, " ");
    tsn_civil_scan_clock(date, scan);
    tsn_scan_expect(scan, " GMT");
}

/* Sun Nov  6 08:49:37 1994 */
static void take_asctime(tsn_scanner *scan, tsn_civil *date)
{
    tsn_scan_expect(scan, " ");
    date->month = take_month(scan);
    tsn_scan_expect(scan, " ");
    date->day = tsn_scan_try(scan, ' ') ? tsn_scan_digits(scan, 1) : tsn_scan_digits(scan, 2);
    tsn_scan_expect(scan, " ");
    tsn_civil_scan_clock(date, scan);
    tsn_scan_expect(scan, " ");
    date->year = tsn_scan_digits(scan, 4);
}

bool tsn_stamp_parse_http(tsn_slice text, int64_t *unix_s)
{
    tsn_scanner scan = tsn_scanner_of(tsn_slice_trim(text));
    tsn_civil date = {.year = 0};
    if (try_weekday(&scan, true)) {
        take_rfc850(&scan, &date);
    } else if (!try_weekday(&scan, false)) {
        return false;
    } else if (tsn_scan_peek(&scan) == ',') {
        take_fixdate(&scan, &date);
    } else {
        take_asctime(&scan, &date);
    }
    return tsn_scan_done(&scan) && tsn_civil_to_unix(&date, unix_s);
}
