/* A GUID in memory has three little-endian numbers before its eight plain bytes, a build id is
 * plain bytes all through; writing the one as the other therefore turns the first three groups
 * round. A table of byte positions, with -1 for a hyphen, says it all. */
#include "native/debug_id.h"

#include <string.h>

#include "base/house.h"

static const int8_t guid_order[] = {3,  2, 1, 0,  -1, 5,  4,  -1, 7,  6,
                                    -1, 8, 9, -1, 10, 11, 12, 13, 14, 15};

static char *put_hex(char *out, uint8_t byte)
{
    static const char digits[] = "0123456789abcdef";
    *out++ = digits[byte >> 4];
    *out++ = digits[byte & 15];
    return out;
}

void tsn_debug_id_text(const uint8_t *bytes, size_t len, char out[TSN_DEBUG_ID_SIZE])
{
    uint8_t padded[TSN_DEBUG_ID_BYTES] = {0};
    memcpy(padded, bytes, len < sizeof padded ? len : sizeof padded);
    for (size_t i = 0; i < TSN_ARRAY_LEN(guid_order); i++) {
        if (guid_order[i] < 0) {
            *out++ = '-';
        } else {
            out = put_hex(out, padded[guid_order[i]]);
        }
    }
    *out = '\0';
}

void tsn_debug_id_fold(const uint8_t *code, size_t len, uint8_t out[TSN_DEBUG_ID_BYTES])
{
    memset(out, 0, TSN_DEBUG_ID_BYTES);
    if (len > TSN_TEXT_ID_SPAN) len = TSN_TEXT_ID_SPAN;
    for (size_t i = 0; i < len; i++) out[i % TSN_DEBUG_ID_BYTES] ^= code[i];
}

void tsn_code_id_text(const tsn_build_id *id, char out[2 * TSN_BUILD_ID_MAX + 1])
{
    TSN_ASSERT(id->len <= TSN_BUILD_ID_MAX);
    for (size_t i = 0; i < id->len; i++) out = put_hex(out, id->bytes[i]);
    *out = '\0';
}
