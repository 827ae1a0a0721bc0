/* Reads text of a fixed form from left to right. Failure is sticky: a form is written down as the
 * list of what it consists of and looked at once, with tsn_scan_done, at its end. Pure; does not
 * own the text. */
#ifndef TSN_DATA_SCANNER_H
#define TSN_DATA_SCANNER_H

#include "base/slice.h"

typedef struct tsn_scanner {
    tsn_slice text;
    size_t at;
    bool failed;
} tsn_scanner;

tsn_scanner tsn_scanner_of(tsn_slice text);
/* The byte at hand, or NUL at the end or after a failure. */
char tsn_scan_peek(const tsn_scanner *scan);
/* Steps over `byte` if it is at hand. */
bool tsn_scan_try(tsn_scanner *scan, char byte);
/* Steps over `text`, or fails. */
void tsn_scan_expect(tsn_scanner *scan, const char *text);
/* The number of exactly `count` digits (at most 18), or fails. */
int64_t tsn_scan_digits(tsn_scanner *scan, int count);
/* All digits at hand, maybe none. */
tsn_slice tsn_scan_run(tsn_scanner *scan);
/* Whether nothing failed and nothing is left. */
bool tsn_scan_done(const tsn_scanner *scan);

#endif
