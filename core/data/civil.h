/* A date and time of day in UTC, and the same instant as a count of seconds. Arithmetic alone:
 * neither the locale nor the time zone of the process can come in. */
#ifndef TSN_DATA_CIVIL_H
#define TSN_DATA_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#include "data/scanner.h"

#define TSN_US_PER_S INT64_C(1000000)

typedef struct tsn_civil {
    int64_t year;
    int64_t month; /* 1 to 12 */
    int64_t day;   /* 1 to 31 */
    int64_t hour;
    int64_t minute;
    int64_t second;
} tsn_civil;

/* The largest whole number not above value / by; `by` is positive. */
int64_t tsn_floor_div(int64_t value, int64_t by);
/* Of the years -399 to 9999. */
tsn_civil tsn_civil_of_unix(int64_t unix_s);
/* False: no such date; `*unix_s` untouched. Second 60 is a leap second and counts as the next
 * minute's first. Fields are not negative. */
bool tsn_civil_to_unix(const tsn_civil *civil, int64_t *unix_s);
/* Reads hh:mm:ss. */
void tsn_civil_scan_clock(tsn_civil *civil, tsn_scanner *scan);

#endif
