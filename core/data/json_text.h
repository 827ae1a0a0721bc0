/* JSON strings out of raw text. Output is canonical: only '"', '\\' and bytes below 0x20 are
 * escaped (the short forms \b \f \n \r \t, else \u00xx in lower case), everything else is UTF-8;
 * ill-formed parts and U+0000 become U+FFFD. Two equal texts therefore have equal JSON, and keys
 * can be compared without decoding. Failure is the buffer's. */
#ifndef TSN_DATA_JSON_TEXT_H
#define TSN_DATA_JSON_TEXT_H

#include "base/buf.h"
#include "base/slice.h"

/* Whether escaping would leave it as it is, and it is ASCII. */
bool tsn_json_is_plain_text(tsn_slice raw);
/* "text" with its quotes. */
void tsn_json_append_string(tsn_buf *out, tsn_slice raw);
/* The same without quotes. */
void tsn_json_append_escaped(tsn_buf *out, tsn_slice raw);
/* As tsn_json_append_string, cut to at most `max` code points, the last three of them "..." when
 * something was cut (C-7). `max` at least 4; 0: no cut. */
void tsn_json_append_cut(tsn_buf *out, tsn_slice raw, size_t max);
/* `key` is plain ASCII that needs no escape. Writes "key": and a comma before it unless the
 * buffer ends in '{' or '['. */
void tsn_json_append_key(tsn_buf *out, tsn_slice key);
/* A comma, unless the buffer ends in '{' or '[' or is empty. */
void tsn_json_append_comma(tsn_buf *out);

#endif
