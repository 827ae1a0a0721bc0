/* Numbers in JSON text: their grammar, and their value whatever the locale is. Pure; any thread. */
#ifndef TSN_DATA_JSON_NUMBER_H
#define TSN_DATA_JSON_NUMBER_H

#include "base/slice.h"

/* The end of the number that starts at `at`, or NULL if it is not spelled as RFC 8259 wants.
 * `is_small` tells that it is certainly within a double; otherwise ask tsn_json_number_value. */
const char *tsn_json_number_end(const char *at, const char *end, bool *is_small);
/* The double nearest to a well-formed number. False, `*value` untouched: beyond the largest
 * double. */
bool tsn_json_number_value(tsn_slice number, double *value);

#endif
