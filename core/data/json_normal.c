/* One walk over the text with a stack of open containers, 128 deep.
 *
 * What is canonical already is not touched: `run` marks where the part begins that was found good
 * and is not copied yet. It is copied in one piece when something has to be spelled differently, or
 * at the end. Offsets of members are counted in the output, even before the text is there. A
 * container below `keep_levels` is written like any other, then cut back to its mark. */
#include "data/json_normal.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/json_plain.h"
#include "data/json_reader.h"
#include "data/json_walk.h"

#define SMALL_DIGITS 15
#define TRUNCATED "\"<truncated>\""

static const char *expect_behind_blanks(tsn_json_reader *r, const char *at, char wanted)
{
    at = tsn_json_drop_blanks(r, at);
    return *at == wanted ? at + 1 : tsn_json_fail(r, TOCSIN_E_JSON);
}

/* Behind the byte that has to come now. */
static inline const char *expect(tsn_json_reader *r, const char *at, char wanted)
{
    return TSN_LIKELY(*at == wanted) ? at + 1 : expect_behind_blanks(r, at, wanted);
}

/* Writes the mark instead of the container that begins at `at`. What is read of it is written
 * behind the mark and thrown away at its end. */
static void begin_cut(tsn_json_reader *r, const char *at)
{
    tsn_json_flush(r, at);
    TSN_BUF_LIT(r->out, TRUNCATED);
    r->cut_len = r->out->len;
    tsn_json_start_run(r, at);
}

static void end_cut(tsn_json_reader *r, const char *next)
{
    tsn_buf_truncate(r->out, r->cut_len);
    tsn_json_start_run(r, next);
}

static const char *open_container(tsn_json_reader *r, const char *at)
{
    if (r->depth == TSN_JSON_DEPTH_MAX) return tsn_json_fail(r, TOCSIN_E_DEPTH);
    r->outer[r->depth++] = r->top;
    r->top = (tsn_json_level){.first = r->member_count, .closer = *at == '{' ? '}' : ']'};
    if (r->depth == r->cut_depth) begin_cut(r, at);
    return tsn_json_skip_blanks(r, at + 1);
}

static bool drop_repeats(tsn_json_reader *r, const char *at)
{
    tsn_json_member *members = r->members + r->top.first;
    size_t count = r->member_count - r->top.first;
    if (!tsn_json_may_repeat(members, count)) return true;
    tsn_json_flush(r, at);
    r->status = tsn_buf_status(r->out);
    r->has_moved = true;
    if (r->status == TOCSIN_OK) r->status = tsn_json_drop_repeats(r->out, r->base, members, count);
    tsn_json_start_run(r, at);
    return r->status == TOCSIN_OK;
}

static const char *close_container(tsn_json_reader *r, const char *at)
{
    if (r->top.again != 0 && !drop_repeats(r, at)) return NULL;
    r->closed_count = r->member_count - r->top.first;
    r->member_count = r->top.first;
    if (r->depth == r->cut_depth) end_cut(r, at + 1);
    r->top = r->outer[--r->depth];
    return at + 1;
}

static bool grow_members(tsn_json_reader *r)
{
    bool is_first = r->members == r->few;
    uint32_t cap = r->member_cap * 2;
    tsn_json_member *grown = tsn_realloc_array(is_first ? NULL : r->members, cap, sizeof *grown);
    if (grown == NULL) return false;
    if (is_first) memcpy(grown, r->few, sizeof r->few);
    r->members = grown;
    r->member_cap = cap;
    return true;
}

/* Where `at` will be in the output. */
static inline uint32_t offset_of(const tsn_json_reader *r, const char *at)
{
    return (uint32_t)((uintptr_t)at - r->origin);
}

/* NULL: no memory. */
static inline tsn_json_member *note_member(tsn_json_reader *r, uint32_t offset, uint32_t hash)
{
    if (TSN_UNLIKELY(r->member_count == r->member_cap) && !grow_members(r)) return NULL;
    uint64_t bit = (uint64_t)1 << (hash & 63);
    r->top.again |= r->top.seen & bit;
    r->top.seen |= bit;
    tsn_json_member *member = &r->members[r->member_count++];
    member->at = offset;
    member->hash = hash;
    return member;
}

/* A key that needs a closer look from `at` on: copied now, so that its canonical form is hashed. */
static const char *read_odd_key(tsn_json_reader *r, const char *at, uint32_t offset, uint32_t *hash)
{
    size_t from = r->base + offset + 1;
    at = tsn_json_read_string_rest(r, at);
    if (at == NULL) return NULL;
    tsn_json_flush(r, at);
    if (r->out->failed) return tsn_json_fail(r, TOCSIN_E_NOMEM);
    *hash = tsn_json_key_hash((tsn_slice){r->out->data + from, r->out->len - from - 1});
    return at;
}

/* From in front of a key to its value. */
static inline const char *read_key(tsn_json_reader *r, const char *at)
{
    at = expect(r, at, '"');
    if (at == NULL) return NULL;
    uint32_t offset = offset_of(r, at - 1);
    uint32_t hash;
    at = tsn_json_skip_key(at, r->last, &hash);
    if (TSN_LIKELY(*at == '"')) {
        at++;
    } else {
        at = read_odd_key(r, at, offset, &hash);
        if (at == NULL) return NULL;
    }
    tsn_json_member *member = note_member(r, offset, hash);
    if (member == NULL) return tsn_json_fail(r, TOCSIN_E_NOMEM);
    at = expect(r, at, ':');
    if (at == NULL) return NULL;
    at = tsn_json_skip_blanks(r, at);
    member->value = offset_of(r, at);
    return at;
}

/* From behind a value to the comma that follows what it ends, or to the end of the text. */
static const char *leave(tsn_json_reader *r, const char *at)
{
    at = tsn_json_skip_blanks(r, at);
    while (*at == r->top.closer) {
        at = close_container(r, at);
        if (at == NULL || r->depth == 0) return at;
        if (at > r->last) return tsn_json_fail(r, TOCSIN_E_JSON);
        at = tsn_json_skip_blanks(r, at);
    }
    return *at == ',' ? at : tsn_json_fail(r, TOCSIN_E_JSON);
}

static inline bool is_bracket(char byte)
{
    return byte == '{' || byte == '[';
}

/* A number, true, false or null. Most numbers are small and whole, which shows at once. */
static inline const char *read_bare(tsn_json_reader *r, const char *at)
{
    if (*at < '1' || *at > '9') return tsn_json_read_bare(r, at);
    const char *next = at + 1;
    while (tsn_json_is_digit(*next)) next++; /* not beyond the last bracket */
    bool is_whole = next - at <= SMALL_DIGITS && (*next == ',' || *next == r->top.closer);
    return TSN_LIKELY(is_whole) ? next : tsn_json_read_bare(r, at);
}

/* `at` is an opening bracket, and the last byte of the text a closing one. So nothing but a closing
 * bracket can be the last byte that is passed: behind anything else there is a byte to look at, and
 * nobody needs to ask for the end. */
static const char *read_container(tsn_json_reader *r, const char *at)
{
    for (;;) {
        if (r->top.closer == '}') at = read_key(r, at);
        if (at == NULL) return NULL;
        if (TSN_LIKELY(*at == '"')) {
            at = tsn_json_read_string(r, at);
        } else if (is_bracket(*at)) {
            at = open_container(r, at);
            if (at != NULL && *at != r->top.closer) continue;
        } else {
            at = read_bare(r, at);
        }
        if (at == NULL) return NULL;
        if (*at != ',') {
            at = leave(r, at);
            if (at == NULL || r->depth == 0) return at;
        }
        at = tsn_json_skip_blanks(r, at + 1);
    }
}

/* Whether text that is no JSON would have been too deep as well. */
static bool is_too_deep(const char *at, const char *end)
{
    size_t depth = 0;
    for (; at < end && depth <= TSN_JSON_DEPTH_MAX; at++) {
        if (*at == '"') {
            at = tsn_json_skip_body(at + 1, end);
        } else if (is_bracket(*at)) {
            depth++;
        } else if (*at == ']' || *at == '}') {
            depth -= depth > 0;
        }
    }
    return depth > TSN_JSON_DEPTH_MAX;
}

static tocsin_status read_text(tsn_json_reader *r, const char *at)
{
    char last = *r->last;
    if (*at == '"') {
        at = at < r->last ? tsn_json_read_string(r, at) : tsn_json_fail(r, TOCSIN_E_JSON);
    } else if (!is_bracket(*at)) {
        at = tsn_json_read_bare(r, at);
    } else if (last == '}' || last == ']') {
        at = read_container(r, at);
    } else {
        return is_too_deep(at, r->last + 1) ? TOCSIN_E_DEPTH : TOCSIN_E_JSON;
    }
    if (at == NULL) return r->status;
    if (at != r->last + 1) return TOCSIN_E_JSON;
    tsn_json_flush(r, at);
    return tsn_buf_status(r->out);
}

static void reader_init(tsn_json_reader *r, tsn_slice text, unsigned keep_levels, tsn_buf *out)
{
    r->top = (tsn_json_level){0};
    r->last = text.data + text.len - 1;
    r->out = out;
    r->base = out->len;
    r->cut_len = 0;
    r->cut_depth = keep_levels == 0 ? UINT32_MAX : keep_levels + 1;
    r->depth = 0;
    r->status = TOCSIN_OK;
    r->has_moved = false;
    r->members = r->few;
    r->member_count = 0;
    r->member_cap = TSN_JSON_MEMBERS_ON_STACK;
    tsn_json_start_run(r, text.data);
}

static void tell_places(const tsn_json_reader *r, tsn_json_places *places)
{
    places->are_known = !r->has_moved && r->closed_count <= TSN_JSON_PLACES_MAX;
    places->count = places->are_known ? r->closed_count : 0;
    places->hashes = UINT64_MAX;
    for (size_t i = 0; i < places->count; i++) {
        places->at[i].key = r->members[i].at;
        places->at[i].value = r->members[i].value;
    }
}

static inline bool has_blank_ends(tsn_slice text)
{
    return (unsigned char)text.data[0] <= ' ' || (unsigned char)text.data[text.len - 1] <= ' ';
}

/* `type` and `places` may be NULL. */
static tocsin_status normalise(tsn_slice text, unsigned accept, unsigned keep_levels, tsn_buf *out,
                               tsn_json_type *type, tsn_json_places *places)
{
    if (text.len > TSN_JSON_SIZE_MAX) return TOCSIN_E_SIZE;
    if (text.len > 0 && has_blank_ends(text)) text = tsn_slice_trim(text);
    if (text.len == 0) return TOCSIN_E_JSON;
    TSN_TRY(tsn_buf_status(out));

    tsn_json_reader r;
    reader_init(&r, text, keep_levels, out);
    tsn_json_type found = tsn_json_type_of(text);
    tocsin_status st = read_text(&r, text.data);
    if (st == TOCSIN_OK && (TSN_JSON_ONLY(found) & accept) == 0) st = TOCSIN_E_TYPE;
    if (st == TOCSIN_OK && places != NULL) tell_places(&r, places);
    if (r.members != r.few) tsn_free(r.members);
    if (st != TOCSIN_OK) {
        tsn_buf_truncate(out, r.base);
        out->failed = false;
        return st;
    }
    if (type != NULL) *type = found;
    return TOCSIN_OK;
}

tocsin_status tsn_json_normalise(tsn_slice text, unsigned accept, unsigned keep_levels,
                                 tsn_buf *out, tsn_json_type *type)
{
    return normalise(text, accept, keep_levels, out, type, NULL);
}

tocsin_status tsn_json_normalise_object(tsn_slice text, unsigned keep_levels, tsn_buf *out,
                                        tsn_json_places *places)
{
    if (tsn_json_take_plain(text, keep_levels, out, places)) return TOCSIN_OK;
    return normalise(text, TSN_JSON_ONLY(TSN_JSON_OBJECT), keep_levels, out, NULL, places);
}
