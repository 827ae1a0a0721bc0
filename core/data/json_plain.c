/* A first pass over the text copies it, sees that there is nothing but ASCII without escapes and
 * control characters, and notes each quote as a bit. A string then ends at the next bit, whatever
 * it holds, and the second pass looks at the bytes between strings alone. Whatever is not as it
 * should be there is left to json_normal.c, which knows why. */
#include "data/json_plain.h"

#include "base/house.h"
#include "data/json_marks.h"
#include "data/json_number.h"

#define TEXT_MIN 16
#define TEXT_MAX 512
#define SLACK 8 /* zeroes behind the text: no part of JSON */

enum {
    WORDS = TEXT_MAX / 64,
    DEPTH_MAX = 8,
    SMALL_DIGITS = 15,
};

/* An open container. */
typedef struct level {
    uint64_t seen; /* a bit for each key's hash */
    size_t first;  /* its first member in `places` */
    char closer;
} level;

/* The quotes that are still to come. Behind the text stands one that is not there. */
typedef struct quote_cursor {
    const char *marks;
    uint64_t bits; /* never none */
    uint32_t base; /* of these */
} quote_cursor;

/* Its functions are all inline, so that it lives in registers. */
typedef struct reader {
    const char *text;
    tsn_json_places *places; /* members of all open objects */
    size_t count;
    quote_cursor quotes;
    uint64_t seen; /* of the innermost container */
    char closer;
    level *levels; /* of all open ones, the innermost's without what stands here */
    size_t depth;  /* how many there are around it */
} reader;

/* The last block may overlap the one before: its mask is cut to what it has for itself. False: not
 * plain. */
static inline bool copy_marked(tsn_slice text, char *to, char *marks)
{
    tsn_json_marking marking = tsn_json_marking_start();
    size_t last = text.len - TSN_JSON_BLOCK;
    size_t shared = (TSN_JSON_BLOCK - text.len % TSN_JSON_BLOCK) % TSN_JSON_BLOCK;
    tsn_json_mask mask;
    size_t whole = text.len / TSN_JSON_BLOCK * sizeof mask;
    size_t byte = 0;
    do {
        mask = tsn_json_mark(&marking, text.data + byte * 8, to + byte * 8);
        memcpy(marks + byte, &mask, sizeof mask);
        byte += sizeof mask;
    } while (byte < whole);
    mask = tsn_json_mark(&marking, text.data + last, to + last);
    mask = (tsn_json_mask)(mask >> shared);
    memcpy(marks + (last + shared) / 8, &mask, sizeof mask);
    return tsn_json_is_all_plain(&marking);
}

TSN_INLINE void drop_quote(quote_cursor *quotes)
{
    quotes->bits &= quotes->bits - 1;
    while (TSN_UNLIKELY(quotes->bits == 0)) {
        quotes->base += 64;
        quotes->bits = tsn_json_word(quotes->marks + quotes->base / 8);
    }
}

/* From an opening quote, which is the next one that is marked, to the closing one. */
TSN_INLINE size_t pass_string(quote_cursor *quotes)
{
    drop_quote(quotes);
    uint32_t close = quotes->base + (uint32_t)__builtin_ctzll(quotes->bits);
    drop_quote(quotes);
    return close;
}

/* Whether the member before `end` has the key of one from `first` on. */
static TSN_COLD bool is_repeated(const char *text, const tsn_json_places *places, size_t first,
                                 size_t end)
{
    uint32_t key = places->at[end - 1].key;
    uint32_t len = places->at[end - 1].value - key;
    for (size_t i = first; i < end - 1; i++) {
        if (places->at[i].value - places->at[i].key != len) continue;
        if (memcmp(text + places->at[i].key, text + key, len) == 0) return true;
    }
    return false;
}

/* From a key's opening quote to its value. */
TSN_INLINE bool pass_key(reader *r, size_t *at)
{
    size_t open = *at;
    if (r->text[open] != '"' || r->count == TSN_JSON_PLACES_MAX) return false;
    size_t close = pass_string(&r->quotes);
    if (r->text[close + 1] != ':') return false;
    r->places->at[r->count].key = (uint32_t)open;
    r->places->at[r->count].value = (uint32_t)close + 2;
    r->count++;
    unsigned char first = (unsigned char)r->text[open + 1];
    unsigned hash = tsn_json_place_hash(first, (unsigned char)r->text[close - 1]);
    if (TSN_UNLIKELY((r->seen >> hash & 1) != 0)) {
        size_t mine = r->levels[r->depth].first;
        if (is_repeated(r->text, r->places, mine, r->count)) return false;
    } else {
        r->seen ^= (uint64_t)1 << hash;
    }
    *at = close + 2;
    return true;
}

/* A number that is not small and whole, true, false or null; behind it, or 0. */
static TSN_APART size_t pass_odd(const char *text, size_t at)
{
    static const tsn_slice words[] = {{"true", 4}, {"false", 5}, {"null", 4}};
    for (size_t i = 0; i < TSN_ARRAY_LEN(words); i++) {
        if (strncmp(text + at, words[i].data, words[i].len) == 0) return at + words[i].len;
    }
    bool is_small;
    const char *end = tsn_json_number_end(text + at, text + at + strlen(text + at), &is_small);
    return end != NULL && is_small ? (size_t)(end - text) : 0;
}

/* The byte behind it is looked at by the caller. */
TSN_INLINE size_t pass_bare(const reader *r, size_t at)
{
    size_t end = at;
    while (tsn_json_is_digit(r->text[end])) end++;
    bool is_whole = end > at && end - at <= SMALL_DIGITS && r->text[at] != '0';
    bool is_all = r->text[end] == ',' || r->text[end] == r->closer;
    return TSN_LIKELY(is_whole && is_all) ? end : pass_odd(r->text, at);
}

TSN_INLINE void enter(reader *r, char opener)
{
    level *outer = &r->levels[r->depth++];
    outer->seen = r->seen;
    outer->closer = r->closer;
    outer[1].first = r->count;
    r->seen = 0;
    r->closer = opener == '{' ? '}' : ']';
}

TSN_INLINE void leave(reader *r)
{
    const level *outer = &r->levels[--r->depth];
    r->count = outer[1].first;
    r->seen = outer->seen;
    r->closer = outer->closer;
}

/* `at` is behind the first brace. Behind the last, or 0. */
TSN_INLINE size_t pass_all(reader *r, size_t at, size_t depth_max)
{
    for (;; at++) {
        if (r->closer == '}' && !pass_key(r, &at)) return 0;
        char first = r->text[at];
        if (TSN_LIKELY(first == '"')) {
            at = pass_string(&r->quotes) + 1;
        } else if (first == '{' || first == '[') {
            if (r->depth == depth_max) return 0;
            enter(r, first);
            continue;
        } else if ((at = pass_bare(r, at)) == 0) {
            return 0;
        }
        while (r->text[at] != ',') {
            if (r->text[at++] != r->closer) return 0;
            if (r->depth == 0) return at;
            leave(r);
        }
    }
}

/* The length of the object at the start of `text`, or 0. */
static TSN_APART size_t read_object(const char *text, const char *marks, size_t depth_max,
                                    tsn_json_places *places)
{
    level levels[DEPTH_MAX + 1];
    levels[0].first = 0;
    reader r = {
        .text = text,
        .places = places,
        .quotes = {.marks = marks, .bits = tsn_json_word(marks)},
        .closer = '}',
        .levels = levels,
    };
    size_t end = pass_all(&r, 1, depth_max);
    places->count = r.count;
    places->hashes = r.seen;
    places->are_known = true;
    return end;
}

bool tsn_json_take_plain(tsn_slice text, unsigned keep_levels, tsn_buf *out,
                         tsn_json_places *places)
{
    size_t depth_max = keep_levels == 0 || keep_levels > DEPTH_MAX ? DEPTH_MAX : keep_levels - 1;
    if (text.len < TEXT_MIN || text.len > TEXT_MAX) return false;
    if (text.data[0] != '{' || text.data[text.len - 1] != '}') return false;
    if (!tsn_buf_reserve(out, text.len + SLACK)) return false;
    char marks[(WORDS + 2) * 8] = {0};
    char *copy = out->data + out->len;
    if (!copy_marked(text, copy, marks)) return false;
    memset(copy + text.len, 0, SLACK);
    marks[text.len / 8] = (char)(marks[text.len / 8] | 1 << text.len % 8);
    memset(marks + text.len / 64 * 8 + 8, 0xff, 8);
    if (read_object(copy, marks, depth_max, places) != text.len) return false;
    out->len += text.len;
    return true;
}
