/* Numbers go in and out as integers: the text of a stamp is made digit by digit, and a JSON number
 * is read as decimal digits, so that no double comes between. */
#include "data/stamp.h"

#include "data/civil.h"
#include "data/scanner.h"

#define STAMP_MIN_US (INT64_C(-62167219200) * TSN_US_PER_S)     /* 0000-01-01T00:00:00 */
#define STAMP_MAX_US (INT64_C(253402300800) * TSN_US_PER_S - 1) /* 9999-12-31T23:59:59.999999 */
#define DECIMALS 6

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

static inline void put_pair(char *at, uint32_t value)
{
    memcpy(at, pairs + (size_t)value * 2, 2);
}

/* With six decimals. */
static void put_stamp(char at[TSN_STAMP_US_LEN], int64_t unix_us)
{
    if (unix_us < STAMP_MIN_US) unix_us = STAMP_MIN_US;
    if (unix_us > STAMP_MAX_US) unix_us = STAMP_MAX_US;
    uint64_t since = (uint64_t)(unix_us - STAMP_MIN_US);
    uint64_t seconds = since / TSN_US_PER_S;
    uint32_t millionths = (uint32_t)(since - seconds * TSN_US_PER_S);
    tsn_civil date = tsn_civil_of_unix((int64_t)seconds + STAMP_MIN_US / TSN_US_PER_S);
    memcpy(at, "0000-00-00T00:00:00.000000Z", TSN_STAMP_US_LEN);
    put_pair(at, (uint32_t)date.year / 100);
    put_pair(at + 2, (uint32_t)date.year % 100);
    put_pair(at + 5, (uint32_t)date.month);
    put_pair(at + 8, (uint32_t)date.day);
    put_pair(at + 11, (uint32_t)date.hour);
    put_pair(at + 14, (uint32_t)date.minute);
    put_pair(at + 17, (uint32_t)date.second);
    put_pair(at + 20, millionths / 10000);
    put_pair(at + 22, millionths / 100 % 100);
    put_pair(at + 24, millionths % 100);
}

void tsn_stamp_put_us(char at[TSN_STAMP_US_LEN], int64_t unix_us)
{
    put_stamp(at, unix_us);
}

void tsn_stamp_append_us(tsn_buf *out, int64_t unix_us)
{
    if (!tsn_buf_reserve(out, TSN_STAMP_US_LEN)) return;
    put_stamp(out->data + out->len, unix_us);
    out->len += TSN_STAMP_US_LEN;
}

void tsn_stamp_append_ms(tsn_buf *out, int64_t unix_us)
{
    if (!tsn_buf_reserve(out, TSN_STAMP_US_LEN)) return; /* the last three are cut off again */
    put_stamp(out->data + out->len, unix_us);
    out->len += TSN_STAMP_MS_LEN;
    out->data[out->len - 1] = 'Z';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Microseconds of an optional ".ddd…"; what is finer is cut. */
static int64_t take_fraction(tsn_scanner *scan)
{
    if (!tsn_scan_try(scan, '.')) return 0;
    if (!is_digit(tsn_scan_peek(scan))) scan->failed = true;
    int64_t us = 0;
    int64_t unit = TSN_US_PER_S / 10;
    for (; is_digit(tsn_scan_peek(scan)); scan->at++, unit /= 10)
        us += (tsn_scan_peek(scan) - '0') * unit;
    return us;
}

/* Seconds east of UTC: Z, +hh, +hhmm, +hh:mm, or nothing. */
static int64_t take_offset(tsn_scanner *scan)
{
    if (tsn_scan_done(scan) || tsn_scan_try(scan, 'Z') || tsn_scan_try(scan, 'z')) return 0;
    bool is_west = tsn_scan_try(scan, '-');
    if (!is_west) tsn_scan_expect(scan, "+");
    int64_t hours = tsn_scan_digits(scan, 2);
    bool has_colon = tsn_scan_try(scan, ':');
    int64_t minutes = has_colon || !tsn_scan_done(scan) ? tsn_scan_digits(scan, 2) : 0;
    if (hours > 23 || minutes > 59) scan->failed = true;
    int64_t offset = hours * 3600 + minutes * 60;
    return is_west ? -offset : offset;
}

bool tsn_stamp_parse(tsn_slice text, int64_t *unix_us)
{
    tsn_scanner scan = tsn_scanner_of(text);
    tsn_civil date = {.year = tsn_scan_digits(&scan, 4)};
    tsn_scan_expect(&scan, "-");
    date.month = tsn_scan_digits(&scan, 2);
    tsn_scan_expect(&scan, "-");
    date.day = tsn_scan_digits(&scan, 2);
    if (!tsn_scan_try(&scan, 'T') && !tsn_scan_try(&scan, 't')) tsn_scan_expect(&scan, " ");
    tsn_civil_scan_clock(&date, &scan);
    int64_t fraction = take_fraction(&scan);
    int64_t offset = take_offset(&scan);
    int64_t unix_s;
    if (!tsn_scan_done(&scan) || !tsn_civil_to_unix(&date, &unix_s)) return false;
    *unix_us = (unix_s - offset) * TSN_US_PER_S + fraction;
    return true;
}

/* The digits of a JSON number without its point, and how many of them stand before the point once
 * the exponent is applied. */
typedef struct decimal {
    tsn_slice whole;
    tsn_slice fraction;
    int64_t point;
    bool is_negative;
} decimal;

static int64_t take_exponent(tsn_scanner *scan)
{
    if (!tsn_scan_try(scan, 'e') && !tsn_scan_try(scan, 'E')) return 0;
    bool is_negative = tsn_scan_try(scan, '-');
    if (!is_negative) tsn_scan_try(scan, '+');
    tsn_slice run = tsn_scan_run(scan);
    uint64_t value = 0;
    if (run.len == 0) scan->failed = true;
    if (run.len > 0 && !tsn_slice_to_u64(run, &value)) value = UINT32_MAX;
    if (value > UINT32_MAX) value = UINT32_MAX;
    return is_negative ? -(int64_t)value : (int64_t)value;
}

static bool parse_decimal(tsn_slice text, decimal *number)
{
    tsn_scanner scan = tsn_scanner_of(text);
    *number = (decimal){.is_negative = tsn_scan_try(&scan, '-')};
    number->whole = tsn_scan_run(&scan);
    if (number->whole.len == 0) return false;
    if (tsn_scan_try(&scan, '.')) {
        number->fraction = tsn_scan_run(&scan);
        if (number->fraction.len == 0) return false;
    }
    number->point = (int64_t)number->whole.len + take_exponent(&scan);
    return tsn_scan_done(&scan);
}

static int64_t digit_at(const decimal *number, int64_t idx)
{
    size_t at = (size_t)idx;
    if (at < number->whole.len) return number->whole.data[at] - '0';
    at -= number->whole.len;
    return at < number->fraction.len ? number->fraction.data[at] - '0' : 0;
}

/* Rounded to the nearest microsecond, since a double printed in full is often a hair below what was
 * meant. */
static bool decimal_to_us(const decimal *number, int64_t *unix_us)
{
    int64_t count = (int64_t)(number->whole.len + number->fraction.len);
    int64_t end = number->point + DECIMALS;
    int64_t us = 0;
    for (int64_t i = 0; i < end && (i < count || us > 0); i++) {
        us = us * 10 + digit_at(number, i);
        if (us > STAMP_MAX_US) return false;
    }
    if (end >= 0 && digit_at(number, end) >= 5) us++;
    *unix_us = number->is_negative ? -us : us;
    return *unix_us >= STAMP_MIN_US && *unix_us <= STAMP_MAX_US;
}

bool tsn_stamp_parse_json(tsn_slice value, int64_t *unix_us)
{
    decimal number;
    int64_t us;
    if (value.len >= 2 && value.data[0] == '"') {
        return tsn_stamp_parse(tsn_slice_sub(value, 1, value.len - 1), unix_us);
    }
    if (!parse_decimal(value, &number) || !decimal_to_us(&number, &us)) return false;
    *unix_us = us;
    return true;
}
