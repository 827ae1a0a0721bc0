/* A crumb keeps its members, their order and those nobody knows; only four are looked at. In the
 * usual case nothing of it changes: what was missing is added at the end. Otherwise the members are
 * copied one by one, each through the rule of its name. */
#include "model/breadcrumb.h"

#include "base/house.h"
#include "data/json_text.h"
#include "data/json_walk.h"
#include "data/limits.h"
#include "data/stamp.h"

/* What one look over the members found. */
typedef struct crumb_look {
    int64_t time_us;
    bool is_empty;
    bool has_time;   /* a usable one */
    bool has_type;   /* not null */
    bool is_to_edit; /* some member cannot stay as it is */
} crumb_look;

static TSN_APART void look_at_time(crumb_look *look, tsn_slice value)
{
    look->has_time = tsn_stamp_parse_json(value, &look->time_us);
    look->is_to_edit |= !look->has_time;
}

TSN_INLINE bool is_key(tsn_slice key, const char *name)
{
    return memcmp(key.data, name, key.len) == 0;
}

/* The names differ in length. */
TSN_INLINE void look_at(crumb_look *look, tsn_slice key, tsn_slice value)
{
    switch (key.len) {
    case 9:
        if (is_key(key, "timestamp")) look_at_time(look, value);
        break;
    case 4:
        if (!is_key(key, "type")) break;
        look->has_type = !tsn_json_is_null(value);
        look->is_to_edit |= !look->has_type;
        break;
    case 7: /* bytes: never less than code points */
        if (value.len > TSN_MESSAGE_MAX) look->is_to_edit |= is_key(key, "message");
        break;
    case 8:
        if (value.len > TSN_CRUMB_CATEGORY_MAX) look->is_to_edit |= is_key(key, "category");
        break;
    default:
        break;
    }
}

static crumb_look look_by_places(tsn_slice crumb, const tsn_json_places *places)
{
    crumb_look look = {.is_empty = places->count == 0};
    for (size_t i = 0; i < places->count; i++) {
        size_t key = places->at[i].key + 1u;
        size_t value = places->at[i].value;
        size_t end = i + 1 < places->count ? places->at[i + 1].key : crumb.len;
        look_at(&look, (tsn_slice){crumb.data + key, value - key - 2},
                (tsn_slice){crumb.data + value, end - value - 1});
    }
    return look;
}

static crumb_look look_over(tsn_slice crumb, const tsn_json_places *places)
{
    if (places != NULL && places->are_known) return look_by_places(crumb, places);
    crumb_look look = {.is_empty = true};
    tsn_json_walk walk = tsn_json_walk_of(crumb);
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        look.is_empty = false;
        look_at(&look, key, value);
    }
    return look;
}

/* The members that stay, without those that will be added, each with its comma. */
static void copy_edited(const crumb_look *look, tsn_slice crumb, tsn_buf *out)
{
    tsn_json_walk walk = tsn_json_walk_of(crumb);
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (tsn_slice_equal(key, TSN_LIT("timestamp")) && !look->has_time) continue;
        if (tsn_slice_equal(key, TSN_LIT("type")) && !look->has_type) continue;
        tsn_json_append_key(out, key);
        if (tsn_slice_equal(key, TSN_LIT("message"))) {
            tsn_json_copy_cut(value, TSN_MESSAGE_MAX, out);
        } else if (tsn_slice_equal(key, TSN_LIT("category"))) {
            tsn_json_copy_cut(value, TSN_CRUMB_CATEGORY_MAX, out);
        } else {
            tsn_buf_slice(out, value);
        }
    }
}

static void edit(const crumb_look *look, tsn_buf *crumb)
{
    tsn_buf edited = TSN_BUF_EMPTY;
    tsn_buf_byte(&edited, '{');
    copy_edited(look, tsn_buf_view(crumb), &edited);
    tsn_buf_clear(crumb);
    tsn_buf_slice(crumb, tsn_buf_view(&edited));
    crumb->failed = crumb->failed || edited.failed;
    tsn_buf_fini(&edited);
}

#define PUT(at, text) (memcpy((at), text, sizeof(text) - 1), (at) + sizeof(text) - 1)
#define END_MAX (sizeof ",\"timestamp\":\"\",\"type\":\"default\"}" + TSN_STAMP_US_LEN)

/* The end of a crumb: what is missing, and the brace. */
static void append_end(tsn_buf *crumb, const crumb_look *look, int64_t now_us)
{
    if (!tsn_buf_reserve(crumb, END_MAX)) return;
    char *at = crumb->data + crumb->len;
    bool needs_comma = crumb->len > 0 && at[-1] != '{';
    if (!look->has_time) {
        if (needs_comma) *at++ = ',';
        at = PUT(at, "\"timestamp\":\"");
        tsn_stamp_put_us(at, now_us);
        at = PUT(at + TSN_STAMP_US_LEN, "\"");
    }
    if (!look->has_type) {
        if (needs_comma || !look->has_time) *at++ = ',';
        at = PUT(at, "\"type\":\"default\"");
    }
    *at++ = '}';
    crumb->len = (size_t)(at - crumb->data);
}

static TSN_APART bool complete(tsn_buf *crumb, const tsn_json_places *places, int64_t now_us,
                               int64_t *time_us)
{
    crumb_look look = look_over(tsn_buf_view(crumb), places);
    if (look.is_empty) return false;
    if (look.is_to_edit) {
        edit(&look, crumb);
    } else {
        crumb->len--;
    }
    *time_us = look.has_time ? look.time_us : now_us;
    append_end(crumb, &look, now_us);
    return true;
}

/* The usual case: all that is to be done is to add time and type. Without known places there are
 * none. */
static inline bool lacks_both(tsn_slice crumb, const tsn_json_places *places)
{
    const uint64_t time = (uint64_t)1 << tsn_json_place_hash('t', 'p');
    const uint64_t type = (uint64_t)1 << tsn_json_place_hash('t', 'e');
    if ((places->hashes & (time | type)) != 0 || crumb.len > TSN_MESSAGE_MAX) return false;
    for (size_t i = 0; i < places->count; i++) {
        uint32_t key_len = places->at[i].value - places->at[i].key;
        if (key_len != sizeof "\"category\":" - 1) continue;
        size_t end = i + 1 < places->count ? places->at[i + 1].key : crumb.len;
        if (end - places->at[i].value > TSN_CRUMB_CATEGORY_MAX) return false;
    }
    return places->count > 0;
}

/* There is room. The stamp comes last, so that nothing has to be kept while it is written. */
static inline void append_both(tsn_buf *crumb, int64_t now_us)
{
    char *start = crumb->data + crumb->len - 1;
    char *stamp = PUT(start, ",\"timestamp\":\"");
    char *end = PUT(stamp + TSN_STAMP_US_LEN, "\",\"type\":\"default\"}");
    crumb->len += (size_t)(end - start) - 1;
    tsn_stamp_put_us(stamp, now_us);
}

bool tsn_breadcrumb_complete(tsn_buf *crumb, const tsn_json_places *places, int64_t now_us,
                             int64_t *time_us)
{
    bool is_ready = places != NULL && !crumb->failed && crumb->cap - crumb->len >= END_MAX;
    if (!is_ready || !lacks_both(tsn_buf_view(crumb), places)) {
        return complete(crumb, places, now_us, time_us);
    }
    *time_us = now_us;
    append_both(crumb, now_us);
    return true;
}
