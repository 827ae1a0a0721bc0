/* Escapes in JSON strings: the canonical one of a byte, and the meaning of those that others
 * write. */
#ifndef TSN_DATA_JSON_ESCAPE_H
#define TSN_DATA_JSON_ESCAPE_H

#include "base/buf.h"
#include "base/slice.h"

/* Appends the escape of '"', '\\' or a byte below 0x20. */
void tsn_json_append_escape(tsn_buf *out, unsigned char byte);
/* Appends one code point as it stands in a canonical string; U+0000 and surrogates become
 * U+FFFD. */
void tsn_json_append_code_point(tsn_buf *out, uint32_t code_point);
/* Reads the \uXXXX at `at`, with its second half if it is a surrogate pair; a lone surrogate is
 * U+FFFD. Returns what follows, or NULL if there are not four hexadecimal digits. */
const char *tsn_json_read_unicode(const char *at, const char *end, uint32_t *code_point);
/* The byte that a canonical escape at `at` means; what follows it is in `*next`. */
char tsn_json_unescape(const char *at, const char **next);

#endif
