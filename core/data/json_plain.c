/* A first pass over the text copies it, sees that there is nothing but ASCII without escapes and
 * control characters, and notes each quote as a bit. A string then ends at the next bit, whatever
 * it holds, and the second pass looks at the bytes between strings alone. Whatever is not as it
 * should be there is left to json_normal.c, which knows why. */
#include "data/json_plain.h"

#include "base/house.h"
#include "data/json_marks.h"
#include "data/json_number.h"

#define TEXT_MAX 512
#define SLACK 8 /* a key is read by a word */

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

/* The quotes that are still to come. */
typedef struct quote_cursor {
    const char *word; /* eight bytes of marks */
    uint64_t bits;
    size_t base; /* of the word */
} quote_cursor;

typedef struct reader {
    const char *text; /* the copy; it ends in a brace, so nobody needs to ask for the end */
    size_t len;
    tsn_json_places *places; /* members of all open objects */
    size_t count;
    quote_cursor quotes;
    level top;
    level *outer; /* the containers around it */
    size_t depth; /* how many they are */
} reader;

/* The last block, which may overlap the one before, comes first: its mask is cut to what it has for
 * itself. False: not plain. */
static inline bool copy_marked(tsn_slice text, char *to, char *marks)
{
    tsn_json_marking marking = tsn_json_marking_start();
    size_t last = text.len - TSN_JSON_BLOCK;
    size_t shared = (TSN_JSON_BLOCK - text.len % TSN_JSON_BLOCK) % TSN_JSON_BLOCK;
    tsn_json_mask mask = tsn_json_mark(&marking, text.data + last, to + last);
    mask = (tsn_json_mask)(mask >> shared);
    memcpy(marks + (last + shared) / 8, &mask, sizeof mask);
    for (size_t at = 0; at < last; at += TSN_JSON_BLOCK) {
        mask = tsn_json_mark(&marking, text.data + at, to + at);
        memcpy(marks, &mask, sizeof mask);
        marks += sizeof mask;
    }
    return tsn_json_is_all_plain(&marking);
}

/* Beyond the last quote comes one that is not there, behind the end of the text. */
static TSN_APART quote_cursor refill(quote_cursor cursor)
{
    while (cursor.bits == 0) {
        cursor.word += sizeof cursor.bits;
        cursor.base += 64;
        cursor.bits = tsn_json_word(cursor.word);
    }
    return cursor;
}

/* `bits` without the lowest. */
static inline uint64_t without_first(uint64_t bits)
{
    return bits & (bits - 1);
}

/* From an opening quote, which is the next one that is marked: behind the closing one, or 0. */
static inline size_t pass_string(reader *r)
{
    quote_cursor *quotes = &r->quotes;
    uint64_t rest = without_first(quotes->bits);
    if (TSN_UNLIKELY(rest == 0)) {
        if (quotes->bits == 0) *quotes = refill(*quotes);
        quotes->bits = without_first(quotes->bits);
        *quotes = refill(*quotes);
        rest = quotes->bits;
    }
    quotes->bits = without_first(rest);
    size_t close = quotes->base + (size_t)__builtin_ctzll(rest);
    return TSN_LIKELY(close < r->len) ? close + 1 : 0;
}

/* A bit for the first word of a key. */
static inline uint64_t key_bit(const char *key, size_t len)
{
    uint64_t word = tsn_json_word(key);
    if (len < 8) word <<= 64 - 8 * len;
    return (uint64_t)1 << (word * 0x9e3779b97f4a7c15u >> 58);
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

/* From a key's opening quote to its value, or 0. */
static inline size_t pass_key(reader *r, size_t at)
{
    if (r->text[at] != '"' || r->count == TSN_JSON_PLACES_MAX) return 0;
    size_t end = pass_string(r);
    if (end < at + 3 || r->text[end] != ':') return 0; /* no empty keys here */
    r->places->at[r->count].key = (uint32_t)at;
    r->places->at[r->count].value = (uint32_t)end + 1;
    r->count++;
    uint64_t bit = key_bit(r->text + at + 1, end - at - 2);
    bool is_seen = (r->top.seen & bit) != 0;
    if (TSN_UNLIKELY(is_seen) && is_repeated(r->text, r->places, r->top.first, r->count)) return 0;
    r->top.seen |= bit;
    return end + 1;
}

static inline level level_of(char opener, size_t first)
{
    return (level){.first = first, .closer = opener == '{' ? '}' : ']'};
}

/* A number that is not small and whole, true, false or null; behind it, or 0. */
static TSN_APART size_t pass_odd(const char *text, size_t len, size_t at)
{
    static const tsn_slice words[] = {{"true", 4}, {"false", 5}, {"null", 4}};
    for (size_t i = 0; i < TSN_ARRAY_LEN(words); i++) {
        size_t end = at + words[i].len;
        if (end < len && memcmp(text + at, words[i].data, words[i].len) == 0) return end;
    }
    bool is_small;
    const char *end = tsn_json_number_end(text + at, text + len, &is_small);
    return end != NULL && is_small ? (size_t)(end - text) : 0;
}

/* The byte behind it is looked at by the caller. */
static inline size_t pass_bare(const reader *r, size_t at)
{
    size_t end = at;
    while (tsn_json_is_digit(r->text[end])) end++;
    bool is_whole = end > at && end - at <= SMALL_DIGITS && r->text[at] != '0';
    bool is_all = r->text[end] == ',' || r->text[end] == r->top.closer;
    return TSN_LIKELY(is_whole && is_all) ? end : pass_odd(r->text, r->len, at);
}

/* Behind the brackets that end here; 0: there is something else. At the outermost the depth becomes
 * SIZE_MAX. */
static inline size_t pass_closers(reader *r, size_t at)
{
    while (r->text[at] == r->top.closer) {
        at++;
        if (r->depth-- == 0) return at;
        r->count = r->top.first;
        r->top = r->outer[r->depth];
        if (at == r->len) return 0;
    }
    return TSN_LIKELY(r->text[at] == ',') ? at + 1 : 0;
}

/* `at` is behind the first brace. */
static inline bool pass_all(reader *r, size_t at, size_t depth_max)
{
    while (at != 0) {
        if (r->top.closer == '}' && (at = pass_key(r, at)) == 0) return false;
        char first = r->text[at];
        if (TSN_LIKELY(first == '"')) {
            at = pass_string(r);
        } else if (first == '{' || first == '[') {
            if (r->depth == depth_max) return false;
            r->outer[r->depth++] = r->top;
            r->top = level_of(first, r->count);
            at++;
            continue;
        } else {
            at = pass_bare(r, at);
        }
        if (at != 0) at = r->text[at] == ',' ? at + 1 : pass_closers(r, at);
        if (TSN_UNLIKELY(r->depth == SIZE_MAX)) return at == r->len;
    }
    return false;
}

bool tsn_json_take_plain(tsn_slice text, unsigned keep_levels, tsn_buf *out,
                         tsn_json_places *places)
{
    size_t depth_max = keep_levels == 0 || keep_levels > DEPTH_MAX ? DEPTH_MAX : keep_levels - 1;
    if (text.len < TSN_JSON_BLOCK || text.len > TEXT_MAX) return false;
    if (text.data[0] != '{' || text.data[text.len - 1] != '}') return false;
    if (!tsn_buf_reserve(out, text.len + SLACK)) return false;
    char marks[(WORDS + 1) * 8] = {0};
    char *copy = out->data + out->len;
    if (!copy_marked(text, copy, marks)) return false;
    memset(marks + (text.len + 63) / 64 * 8, 0xff, 8);
    level outer[DEPTH_MAX];
    reader r = {
        .text = copy,
        .len = text.len,
        .places = places,
        .quotes = {.word = marks, .bits = tsn_json_word(marks)},
        .top = level_of('{', 0),
        .outer = outer,
    };
    if (!pass_all(&r, 1, depth_max)) return false;
    places->count = r.count;
    places->are_known = true;
    out->len += text.len;
    return true;
}
