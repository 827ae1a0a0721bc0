/* Ids are bytes; their text is made and read by one pair of functions for both lengths. An all-zero
 * id means "none" on the wire and inside, so nothing here ever makes or reads one. */
#include "data/ids.h"

#include <string.h>

#include "base/house.h"

enum { UUID_TEXT = 36 };

typedef uint8_t eight __attribute__((vector_size(8)));
typedef uint8_t digits __attribute__((vector_size(16)));
typedef uint16_t pairs __attribute__((vector_size(16)));

/* Each byte becomes a pair of half bytes, in the order of their digits. */
static inline pairs halves_of(eight bytes)
{
    pairs wide = __builtin_convertvector(bytes, pairs);
    bool is_big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    return is_big ? (wide & 0xf0) << 4 | (wide & 0x0f) : wide >> 4 | (wide & 0x0f) << 8;
}

/* 16 digits at once: ids are written several times an event. */
static inline void eight_to_hex(const uint8_t *bytes, char *hex)
{
    eight part;
    memcpy(&part, bytes, sizeof part);
    digits text = (digits)halves_of(part);
    text += '0' + ((digits)(text > 9) & ('a' - '9' - 1));
    memcpy(hex, &text, sizeof text);
}

/* The value of a hex digit, or 16. */
static unsigned digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') return (unsigned)(digit - '0');
    if (digit >= 'a' && digit <= 'f') return (unsigned)(digit - 'a') + 10;
    if (digit >= 'A' && digit <= 'F') return (unsigned)(digit - 'A') + 10;
    return 16;
}

static bool is_all_zero(const uint8_t *bytes, size_t count)
{
    uint8_t seen = 0;
    for (size_t i = 0; i < count; i++) seen |= bytes[i];
    return seen == 0;
}

/* Exactly 2 * count digits, not all zero. */
static bool from_hex(const char *hex, uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned high = digit_value(hex[2 * i]);
        unsigned low = digit_value(hex[2 * i + 1]);
        if (high > 15 || low > 15) return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return !is_all_zero(bytes, count);
}

/* Writes the digits of 8-4-4-4-12 without the dashes between. */
static bool strip_dashes(const char *uuid, char hex[TSN_ID_HEX])
{
    size_t len = 0;
    for (size_t i = 0; i < UUID_TEXT; i++) {
        bool is_dash_due = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash_due != (uuid[i] == '-')) return false;
        if (!is_dash_due) hex[len++] = uuid[i];
    }
    return true;
}

inline void tsn_id_mark_random(tsn_id *id)
{
    id->bytes[6] = (uint8_t)(0x40 | (id->bytes[6] & 0x0f));
    id->bytes[8] = (uint8_t)(0x80 | (id->bytes[8] & 0x3f));
}

tsn_id tsn_id_from_random(const uint8_t random[16])
{
    tsn_id id;
    memcpy(id.bytes, random, sizeof id.bytes);
    tsn_id_mark_random(&id);
    return id;
}

tsn_span_id tsn_span_id_from_random(const uint8_t random[8])
{
    tsn_span_id id;
    memcpy(id.bytes, random, sizeof id.bytes);
    if (is_all_zero(id.bytes, sizeof id.bytes)) id.bytes[7] = 1;
    return id;
}

bool tsn_id_is_zero(const tsn_id *id)
{
    return is_all_zero(id->bytes, sizeof id->bytes);
}

bool tsn_id_equal(const tsn_id *left, const tsn_id *right)
{
    return memcmp(left->bytes, right->bytes, sizeof left->bytes) == 0;
}

void tsn_id_to_hex(const tsn_id *id, char hex[TSN_ID_HEX])
{
    eight_to_hex(id->bytes, hex);
    eight_to_hex(id->bytes + 8, hex + 16);
}

void tsn_span_id_to_hex(const tsn_span_id *id, char hex[TSN_SPAN_ID_HEX])
{
    eight_to_hex(id->bytes, hex);
}

void tsn_id_append(tsn_buf *out, const tsn_id *id)
{
    if (!tsn_buf_reserve(out, TSN_ID_HEX)) return;
    tsn_id_to_hex(id, out->data + out->len);
    out->len += TSN_ID_HEX;
}

void tsn_span_id_append(tsn_buf *out, const tsn_span_id *id)
{
    if (!tsn_buf_reserve(out, TSN_SPAN_ID_HEX)) return;
    tsn_span_id_to_hex(id, out->data + out->len);
    out->len += TSN_SPAN_ID_HEX;
}

bool tsn_id_parse(tsn_slice hex, bool allow_dashes, tsn_id *id)
{
    char plain[TSN_ID_HEX];
    const char *text = hex.data;
    if (hex.len == UUID_TEXT && allow_dashes) {
        if (!strip_dashes(hex.data, plain)) return false;
        text = plain;
    } else if (hex.len != TSN_ID_HEX) {
        return false;
    }
    tsn_id parsed;
    if (!from_hex(text, parsed.bytes, sizeof parsed.bytes)) return false;
    *id = parsed;
    return true;
}

bool tsn_span_id_parse(tsn_slice hex, tsn_span_id *id)
{
    tsn_span_id parsed;
    if (hex.len != TSN_SPAN_ID_HEX) return false;
    if (!from_hex(hex.data, parsed.bytes, sizeof parsed.bytes)) return false;
    *id = parsed;
    return true;
}
