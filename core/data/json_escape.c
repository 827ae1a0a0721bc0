/* One table names the bytes that have a short escape. Everything else below 0x20 is written
 * \u00xx in lower case, so that each text has exactly one canonical spelling. */
#include "data/json_escape.h"

#include "base/house.h"
#include "base/utf8.h"

#define UNICODE_ESCAPE_LEN 6 /* \uXXXX */
#define REPLACEMENT 0xfffdu

typedef struct short_escape {
    char byte;
    char letter;
} short_escape;

static const short_escape short_escapes[] = {
    {'"', '"'}, {'\\', '\\'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}, {'\b', 'b'}, {'\f', 'f'},
};

static const char hex_digits[] = "0123456789abcdef";

void tsn_json_append_escape(tsn_buf *out, unsigned char byte)
{
    TSN_ASSERT(byte < 0x20 || byte == '"' || byte == '\\');
    for (size_t i = 0; i < TSN_ARRAY_LEN(short_escapes); i++) {
        if ((unsigned char)short_escapes[i].byte != byte) continue;
        char text[2] = {'\\', short_escapes[i].letter};
        tsn_buf_append(out, text, sizeof text);
        return;
    }
    char text[] = {'\\', 'u', '0', '0', hex_digits[byte >> 4 & 0xf], hex_digits[byte & 0xf]};
    tsn_buf_append(out, text, sizeof text);
}

void tsn_json_append_code_point(tsn_buf *out, uint32_t code_point)
{
    bool is_escaped =
        code_point == '"' || code_point == '\\' || (code_point < 0x20 && code_point > 0);
    if (is_escaped) {
        tsn_json_append_escape(out, (unsigned char)code_point);
    } else {
        tsn_utf8_append_code_point(out, code_point);
    }
}

/* -1: not a hexadecimal digit. */
static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

/* One \uXXXX as a number, or -1. */
static int32_t read_unit(const char *at, const char *end)
{
    if (end - at < UNICODE_ESCAPE_LEN || at[0] != '\\' || at[1] != 'u') return -1;
    int32_t unit = 0;
    for (int i = 2; i < UNICODE_ESCAPE_LEN; i++) {
        int value = hex_value(at[i]);
        if (value < 0) return -1;
        unit = unit * 16 + value;
    }
    return unit;
}

static bool is_high_surrogate(int32_t unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

static bool is_low_surrogate(int32_t unit)
{
    return unit >= 0xdc00 && unit < 0xe000;
}

const char *tsn_json_read_unicode(const char *at, const char *end, uint32_t *code_point)
{
    int32_t unit = read_unit(at, end);
    if (unit < 0) return NULL;
    at += UNICODE_ESCAPE_LEN;
    if (is_high_surrogate(unit)) {
        int32_t low = read_unit(at, end);
        if (is_low_surrogate(low)) {
            *code_point = 0x10000u + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
            return at + UNICODE_ESCAPE_LEN;
        }
    }
    bool is_lone = is_high_surrogate(unit) || is_low_surrogate(unit);
    *code_point = is_lone || unit == 0 ? REPLACEMENT : (uint32_t)unit;
    return at;
}

char tsn_json_unescape(const char *at, const char **next)
{
    TSN_ASSERT(at[0] == '\\');
    if (at[1] == 'u') {
        *next = at + UNICODE_ESCAPE_LEN;
        return (char)(hex_value(at[4]) << 4 | hex_value(at[5]));
    }
    *next = at + 2;
    for (size_t i = 0; i < TSN_ARRAY_LEN(short_escapes); i++) {
        if (short_escapes[i].letter == at[1]) return short_escapes[i].byte;
    }
    return at[1];
}
