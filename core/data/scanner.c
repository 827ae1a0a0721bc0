/* A cursor that never leaves its text. */
#include "data/scanner.h"

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

tsn_scanner tsn_scanner_of(tsn_slice text)
{
    return (tsn_scanner){text, 0, false};
}

char tsn_scan_peek(const tsn_scanner *scan)
{
    return scan->failed || scan->at == scan->text.len ? '\0' : scan->text.data[scan->at];
}

bool tsn_scan_try(tsn_scanner *scan, char byte)
{
    bool is_there = !scan->failed && scan->at < scan->text.len && tsn_scan_peek(scan) == byte;
    scan->at += is_there;
    return is_there;
}

void tsn_scan_expect(tsn_scanner *scan, const char *text)
{
    for (; *text != '\0'; text++) {
        if (!tsn_scan_try(scan, *text)) scan->failed = true;
    }
}

int64_t tsn_scan_digits(tsn_scanner *scan, int count)
{
    int64_t value = 0;
    for (int i = 0; i < count; i++) {
        char digit = tsn_scan_peek(scan);
        if (!is_digit(digit)) scan->failed = true;
        if (scan->failed) return 0;
        value = value * 10 + (digit - '0');
        scan->at++;
    }
    return value;
}

bool tsn_scan_done(const tsn_scanner *scan)
{
    return !scan->failed && scan->at == scan->text.len;
}

tsn_slice tsn_scan_run(tsn_scanner *scan)
{
    size_t from = scan->at;
    while (is_digit(tsn_scan_peek(scan))) scan->at++;
    return tsn_slice_sub(scan->text, from, scan->at);
}
