/* Event, trace and span ids: raw bytes inside, lower-case hex outside (C-2). Pure: random bytes are
 * arguments. */
#ifndef TSN_DATA_IDS_H
#define TSN_DATA_IDS_H

#include "base/buf.h"
#include "base/slice.h"

#define TSN_ID_HEX 32
#define TSN_SPAN_ID_HEX 16

typedef struct tsn_id {
    uint8_t bytes[16];
} tsn_id;

typedef struct tsn_span_id {
    uint8_t bytes[8];
} tsn_span_id;

/* Sets version 4 and variant bits in random bytes, so the id is never all zero. */
void tsn_id_mark_random(tsn_id *id);
tsn_id tsn_id_from_random(const uint8_t random[16]);
/* Never all zero. */
tsn_span_id tsn_span_id_from_random(const uint8_t random[8]);
bool tsn_id_is_zero(const tsn_id *id);
bool tsn_id_equal(const tsn_id *left, const tsn_id *right);
/* Exactly 32 or 16 bytes, no NUL. */
void tsn_id_to_hex(const tsn_id *id, char hex[TSN_ID_HEX]);
void tsn_span_id_to_hex(const tsn_span_id *id, char hex[TSN_SPAN_ID_HEX]);
void tsn_id_append(tsn_buf *out, const tsn_id *id);
void tsn_span_id_append(tsn_buf *out, const tsn_span_id *id);
/* 32 (16) hex digits of any case, not all zero; with `allow_dashes` the 36-character form too.
 * False: `*id` untouched. */
bool tsn_id_parse(tsn_slice hex, bool allow_dashes, tsn_id *id);
bool tsn_span_id_parse(tsn_slice hex, tsn_span_id *id);

#endif
