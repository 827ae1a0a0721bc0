/* Is this text JSON, to the letter? cJSON forgives control bytes in strings, odd numbers and
 * ill-formed UTF-8, and a server that forgives proves little about the one who sends. Pure
 * functions, any thread. */
#ifndef SRV_JSON_CHECK_H
#define SRV_JSON_CHECK_H

#include "text.h"

#include <cjson/cJSON.h>

/* One JSON value with nothing but blanks around it, in well-formed UTF-8, nested at most 512 levels
 * deep. */
bool srv_json_valid(struct srv_span text);

/* The same, and it is an object whose first byte is the opening brace and whose last byte the
 * closing one. */
bool srv_json_is_object_line(struct srv_span text);

/* The first key that stands twice in one object anywhere below `value`, or NULL. Borrowed from
 * `value`. */
const char *srv_json_doubled_key(const cJSON *value);

/* Well-formed UTF-8 without U+0000. */
bool srv_utf8_valid(struct srv_span text);

#endif
