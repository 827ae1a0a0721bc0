/* The quotes of a text as bits, found in one pass that copies the text as well. Only for
 * json_plain.
 *
 * * With SSE2 by 16 bytes, elsewhere by words of eight. */
#ifndef TSN_DATA_JSON_MARKS_H
#define TSN_DATA_JSON_MARKS_H

#include "data/json_scan.h"

#ifdef TSN_JSON_SSE2
#define TSN_JSON_BLOCK 16
typedef uint16_t tsn_json_mask; /* a bit for each byte of a block, the first's lowest */

typedef struct tsn_json_marking {
    __m128i every;   /* all blocks or-ed: a top bit is beyond ASCII */
    __m128i least;   /* the least of the bytes at each place */
    __m128i slashes; /* where a backslash was */
} tsn_json_marking;

static inline tsn_json_marking tsn_json_marking_start(void)
{
    return (tsn_json_marking){_mm_setzero_si128(), _mm_set1_epi8(0x7f), _mm_setzero_si128()};
}

/* Copies a block and tells where its quotes are. */
static inline tsn_json_mask tsn_json_mark(tsn_json_marking *marking, const char *from, char *to)
{
    __m128i block = tsn_json_block(from);
    _mm_storeu_si128((__m128i *)(void *)to, block);
    marking->every = _mm_or_si128(marking->every, block);
    marking->least = _mm_min_epu8(marking->least, block);
    __m128i slashes = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
    marking->slashes = _mm_or_si128(marking->slashes, slashes);
    return (tsn_json_mask)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')));
}

/* No control characters, backslashes or bytes beyond ASCII so far. */
static inline bool tsn_json_is_all_plain(const tsn_json_marking *marking)
{
    __m128i controls = _mm_cmplt_epi8(marking->least, _mm_set1_epi8(0x20));
    __m128i odd = _mm_or_si128(_mm_or_si128(marking->every, controls), marking->slashes);
    return _mm_movemask_epi8(odd) == 0;
}

#else
#define TSN_JSON_BLOCK 8
typedef uint8_t tsn_json_mask;

typedef struct tsn_json_marking {
    uint64_t odd; /* top bits where something was not plain */
} tsn_json_marking;

static inline tsn_json_marking tsn_json_marking_start(void)
{
    return (tsn_json_marking){0};
}

/* Top bits of the bytes of an ASCII word that are `byte`, and of no others. */
static inline uint64_t tsn_json_equal(uint64_t word, char byte)
{
    uint64_t rest = word ^ TSN_JSON_EACH(byte);
    return ~(rest + TSN_JSON_EACH(0x7f)) & TSN_JSON_TOP_BITS;
}

static inline tsn_json_mask tsn_json_mark(tsn_json_marking *marking, const char *from, char *to)
{
    uint64_t word = tsn_json_word(from);
    memcpy(to, from, TSN_JSON_BLOCK);
    uint64_t controls = ~(word + TSN_JSON_EACH(0x60)) & TSN_JSON_TOP_BITS;
    marking->odd |= (word & TSN_JSON_TOP_BITS) | controls | tsn_json_equal(word, '\\');
    uint64_t quotes = tsn_json_equal(word, '"') >> 7;
    return (tsn_json_mask)(quotes * 0x0102040810204080u >> 56);
}

static inline bool tsn_json_is_all_plain(const tsn_json_marking *marking)
{
    return marking->odd == 0;
}
#endif

#endif
