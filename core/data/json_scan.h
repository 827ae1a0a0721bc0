/* Runs of harmless bytes in JSON text, eight bytes at a look. Each function returns the first
 * byte that ends the run, or `end`.
 *
 * * A word is tested with arithmetic on all its bytes at once: the top bit of a byte of `stop`
 * is set where the byte ends the run. A borrow may set further bits above the first such byte,
 * never below it, so the lowest one is right.
 * * Where the compiler may take SSE2 for granted, as on every x86-64, the bodies of strings go by
 * 16 bytes: a breadcrumb with a message and an address costs 140 instructions less. */
#ifndef TSN_DATA_JSON_SCAN_H
#define TSN_DATA_JSON_SCAN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* TSN_PORTABLE: as on a machine without it. */
#if defined(__SSE2__) && !defined(TSN_PORTABLE)
#define TSN_JSON_SSE2
#include <emmintrin.h>
#endif

#define TSN_JSON_EACH(byte) (0x0101010101010101u * (uint64_t)(byte))
#define TSN_JSON_TOP_BITS TSN_JSON_EACH(0x80)

/* Eight bytes, the first in the lowest place. */
static inline uint64_t tsn_json_word(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) word = __builtin_bswap64(word);
    return word;
}

static inline const char *tsn_json_first_stop(const char *at, uint64_t stop)
{
    return at + ((unsigned)__builtin_ctzll(stop) >> 3);
}

static inline bool tsn_json_is_plain(char byte)
{
    return (signed char)byte >= 0x20 && byte != '"' && byte != '\\';
}

static inline bool tsn_json_is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Top bits of the bytes that are not plain ASCII: a quote with bit 1 flipped is a blank, and
 * what lies below it stays there. */
static inline uint64_t tsn_json_plain_stop(uint64_t word)
{
    uint64_t quotes_and_controls = (word ^ TSN_JSON_EACH(0x02)) - TSN_JSON_EACH(0x21);
    uint64_t backslashes = (word ^ TSN_JSON_EACH('\\')) - TSN_JSON_EACH(0x01);
    return (word | quotes_and_controls | backslashes) & TSN_JSON_TOP_BITS;
}

#ifdef TSN_JSON_SSE2
static inline __m128i tsn_json_block(const char *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

/* A bit for each of 16 bytes that is a quote or a backslash. */
static inline __m128i tsn_json_unquoted_stops(__m128i block)
{
    return _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')),
                        _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
}

/* ... or a control character or beyond ASCII, by the same flipped bit as above: then all but the
 * backslash are below 0x21, with their sign. */
static inline __m128i tsn_json_plain_stops(__m128i block)
{
    __m128i flipped = _mm_xor_si128(block, _mm_set1_epi8(0x02));
    return _mm_or_si128(_mm_cmplt_epi8(flipped, _mm_set1_epi8(0x21)),
                        _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
}
#endif

/* Four to seven bytes as one word, the first four and the last four, which may overlap. */
static inline uint64_t tsn_json_short_word(const char *at, const char *end)
{
    char bytes[8];
    memcpy(bytes, at, 4);
    memcpy(bytes + 4, end - 4, 4);
    return tsn_json_word(bytes);
}

/* Fewer than eight bytes. A set_tag with a short value costs 60 instructions less than by bytes. */
static inline const char *tsn_json_skip_plain_rest(const char *at, const char *end)
{
    if (end - at >= 4) {
        uint64_t stop = tsn_json_plain_stop(tsn_json_short_word(at, end));
        if (stop == 0) return end;
        const char *low = tsn_json_first_stop(at, stop);
        return low < at + 4 ? low : low + (end - at) - 8;
    }
    while (at < end && tsn_json_is_plain(*at)) at++;
    return at;
}

/* ASCII that stands in a canonical string as it is. */
static inline const char *tsn_json_skip_plain(const char *at, const char *end)
{
#ifdef TSN_JSON_SSE2
    for (; end - at >= 16; at += 16) {
        unsigned stops = (unsigned)_mm_movemask_epi8(tsn_json_plain_stops(tsn_json_block(at)));
        if (stops != 0) return at + __builtin_ctz(stops);
    }
#endif
    for (; end - at >= 8; at += 8) {
        uint64_t stop = tsn_json_plain_stop(tsn_json_word(at));
        if (stop != 0) return tsn_json_first_stop(at, stop);
    }
    return tsn_json_skip_plain_rest(at, end);
}

/* Whether all of it is such ASCII: with blocks that may overlap no rest is left. */
static inline bool tsn_json_is_plain_run(const char *at, size_t len)
{
    const char *end = at + len;
#ifdef TSN_JSON_SSE2
    if (len >= 16) {
        __m128i stops = tsn_json_plain_stops(tsn_json_block(end - 16));
        for (; end - at > 16; at += 16) {
            stops = _mm_or_si128(stops, tsn_json_plain_stops(tsn_json_block(at)));
        }
        return _mm_movemask_epi8(stops) == 0;
    }
#endif
    return tsn_json_skip_plain(at, end) == end;
}

/* Anything but a quote or a backslash. */
static inline const char *tsn_json_skip_unquoted(const char *at, const char *end)
{
#ifdef TSN_JSON_SSE2
    for (; end - at >= 16; at += 16) {
        unsigned stops = (unsigned)_mm_movemask_epi8(tsn_json_unquoted_stops(tsn_json_block(at)));
        if (stops != 0) return at + __builtin_ctz(stops);
    }
#endif
    for (; end - at >= 8; at += 8) {
        uint64_t word = tsn_json_word(at);
        uint64_t quotes = word ^ TSN_JSON_EACH('"');
        uint64_t backslashes = word ^ TSN_JSON_EACH('\\');
        uint64_t stop = ((quotes - TSN_JSON_EACH(1)) & ~quotes) |
                        ((backslashes - TSN_JSON_EACH(1)) & ~backslashes);
        stop &= TSN_JSON_TOP_BITS;
        if (stop != 0) return tsn_json_first_stop(at, stop);
    }
    while (at < end && *at != '"' && *at != '\\') at++;
    return at;
}

/* `at` is behind the opening quote of a well-formed string; the closing quote. */
static inline const char *tsn_json_skip_body(const char *at, const char *end)
{
    at = tsn_json_skip_unquoted(at, end);
    while (end - at >= 2 && *at == '\\') at = tsn_json_skip_unquoted(at + 2, end);
    return at;
}

static inline const char *tsn_json_skip_digits(const char *at, const char *end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t word = tsn_json_word(at);
        uint64_t below = word - TSN_JSON_EACH('0');
        uint64_t above = word + TSN_JSON_EACH(0x7f - '9');
        uint64_t stop = (word | below | above) & TSN_JSON_TOP_BITS;
        if (stop != 0) return tsn_json_first_stop(at, stop);
    }
    while (at < end && tsn_json_is_digit(*at)) at++;
    return at;
}

#endif
