/* UTF-8 of unknown quality: find, repair, count, cut. */
#ifndef TSN_BASE_UTF8_H
#define TSN_BASE_UTF8_H

#include "base/buf.h"
#include "base/slice.h"

/* Bytes at the start of `text` that are well-formed UTF-8 without U+0000. Fast on ASCII (a word at
 * a time). */
size_t tsn_utf8_valid_prefix(tsn_slice text);
/* Length of the well-formed sequence at `text` (1 to 4), or 0 if there is none; then `*bad` is the
 * length of the maximal ill-formed part (Unicode 15, 3.9, "substitution of maximal subparts";
 * U+0000 counts as one of length 1). */
size_t tsn_utf8_sequence(tsn_slice text, size_t *bad);
/* Appends `text`, each maximal ill-formed part and each U+0000 replaced by one U+FFFD. */
void tsn_utf8_append_repaired(tsn_buf *out, tsn_slice text);
/* Appends one code point (a surrogate or a number above U+10FFFF or 0 becomes U+FFFD). */
void tsn_utf8_append_code_point(tsn_buf *out, uint32_t code_point);
/* Code points of well-formed text. */
size_t tsn_utf8_count(tsn_slice text);
/* The largest length <= `len` at which `text` may be cut without splitting a code point. */
size_t tsn_utf8_floor(tsn_slice text, size_t len);

#endif
