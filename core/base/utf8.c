/* Most text is ASCII, so every scan first tries eight bytes at a time: with the top bit as a flag
 * per byte, one subtraction and one mask tell whether all eight are plain. Only what is left goes
 * through the table of lead bytes. */
#include "base/utf8.h"

#include <string.h>

#define EACH_BYTE(value) (0x0101010101010101U * (uint64_t)(value))
#define REPLACEMENT "\xef\xbf\xbd"

static uint64_t load_word(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* All eight bytes from 0x01 to 0x7f: a zero byte borrows into its own top bit. */
static bool is_plain(uint64_t word)
{
    return (((word - EACH_BYTE(0x01)) | word) & EACH_BYTE(0x80)) == 0;
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static size_t count_continuations(uint64_t word)
{
    uint64_t flags = (word >> 7) & (~word >> 6) & EACH_BYTE(0x01);
    return (size_t)((flags * EACH_BYTE(0x01)) >> 56);
}

typedef struct lead_row {
    unsigned char first, last; /* lead bytes of this row */
    unsigned char low, high;   /* range of the second byte; later ones are 0x80 to 0xbf */
    unsigned char len;
} lead_row;

static const lead_row lead_rows[] = {
    {0x01, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

static const lead_row *find_lead(unsigned char byte)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(lead_rows); i++) {
        if (byte <= lead_rows[i].last) return byte >= lead_rows[i].first ? &lead_rows[i] : NULL;
    }
    return NULL;
}

size_t tsn_utf8_sequence(tsn_slice text, size_t *bad)
{
    *bad = text.len > 0;
    const lead_row *row = text.len > 0 ? find_lead((unsigned char)text.data[0]) : NULL;
    if (row == NULL) return 0;
    for (size_t i = 1; i < row->len; i++) {
        unsigned char low = i == 1 ? row->low : 0x80;
        unsigned char high = i == 1 ? row->high : 0xbf;
        unsigned char byte = i < text.len ? (unsigned char)text.data[i] : 0;
        if (byte < low || byte > high) {
            *bad = i;
            return 0;
        }
    }
    *bad = 0;
    return row->len;
}

size_t tsn_utf8_valid_prefix(tsn_slice text)
{
    size_t at = 0;
    while (at < text.len) {
        while (text.len - at >= 8 && is_plain(load_word(text.data + at))) at += 8;
        while (at < text.len && (signed char)text.data[at] > 0) at++;
        if (at == text.len || text.data[at] == '\0') break;
        size_t bad;
        size_t len = tsn_utf8_sequence(tsn_slice_sub(text, at, text.len), &bad);
        if (len == 0) break;
        at += len;
    }
    return at;
}

void tsn_utf8_append_repaired(tsn_buf *out, tsn_slice text)
{
    while (text.len > 0) {
        size_t good = tsn_utf8_valid_prefix(text);
        tsn_buf_append(out, text.data, good);
        if (good == text.len) return;
        text = tsn_slice_sub(text, good, text.len);
        size_t bad;
        tsn_utf8_sequence(text, &bad);
        TSN_BUF_LIT(out, REPLACEMENT);
        text = tsn_slice_sub(text, bad, text.len);
    }
}

void tsn_utf8_append_code_point(tsn_buf *out, uint32_t code_point)
{
    uint32_t point = code_point;
    if (point == 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) point = 0xfffd;
    if (point < 0x80) {
        tsn_buf_byte(out, (char)point);
        return;
    }
    size_t len = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
    char bytes[4];
    for (size_t i = len - 1; i > 0; i--, point >>= 6) bytes[i] = (char)(0x80 | (point & 0x3f));
    bytes[0] = (char)(marks[len] | point);
    tsn_buf_append(out, bytes, len);
}

size_t tsn_utf8_count(tsn_slice text)
{
    size_t continuations = 0;
    size_t at = 0;
    for (; text.len - at >= 8; at += 8) {
        continuations += count_continuations(load_word(text.data + at));
    }
    for (; at < text.len; at++) continuations += is_continuation(text.data[at]);
    return text.len - continuations;
}

size_t tsn_utf8_floor(tsn_slice text, size_t len)
{
    if (len >= text.len) return text.len;
    size_t at = len;
    while (at > 0 && len - at < 3 && is_continuation(text.data[at])) at--;
    return is_continuation(text.data[at]) ? len : at;
}
