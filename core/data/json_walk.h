/* Reads canonical JSON (json_normal.h's output or what tocsin wrote itself) in place, without a
 * tree. The text is trusted: giving anything else is our mistake. Slices point into the text. A
 * key is in escaped form, without quotes. */
#ifndef TSN_DATA_JSON_WALK_H
#define TSN_DATA_JSON_WALK_H

#include "base/buf.h"
#include "base/slice.h"
#include "data/json_normal.h"

tsn_json_type tsn_json_type_of(tsn_slice value);
static inline bool tsn_json_is(tsn_slice value, tsn_json_type type)
{
    return value.len > 0 && tsn_json_type_of(value) == type;
}
/* Absent counts as null. */
bool tsn_json_is_null(tsn_slice value);

/* The members of an object, or of an array (then `key` is absent). */
typedef struct tsn_json_walk {
    const char *at;
    const char *end;
    bool is_object;
} tsn_json_walk;

/* Both where there is something to look at. */
tsn_json_walk tsn_json_walk_into(tsn_slice container);
bool tsn_json_take(tsn_json_walk *walk, tsn_slice *key, tsn_slice *value);

/* `container` is an object or array; anything else has no members. */
static inline tsn_json_walk tsn_json_walk_of(tsn_slice container)
{
    return container.len == 0 ? (tsn_json_walk){0} : tsn_json_walk_into(container);
}

static inline bool tsn_json_next(tsn_json_walk *walk, tsn_slice *key, tsn_slice *value)
{
    return walk->at < walk->end && tsn_json_take(walk, key, value);
}

/* The slow side of tsn_json_get. */
tsn_slice tsn_json_search(tsn_slice object, tsn_slice key);
/* The value of a member; absent if there is none or `object` is no object. */
static inline tsn_slice tsn_json_get(tsn_slice object, tsn_slice key)
{
    return object.len == 0 ? TSN_SLICE_ABSENT : tsn_json_search(object, key);
}
/* As above, but null is absent too. */
tsn_slice tsn_json_get_set(tsn_slice object, tsn_slice key);
size_t tsn_json_count(tsn_slice container);

/* What stands between the quotes, still escaped; absent if `value` is no string. */
tsn_slice tsn_json_string_body(tsn_slice value);
/* Appends the decoded text of a string; nothing for other types. */
void tsn_json_decode(tsn_slice value, tsn_buf *out);
/* Appends the string (with quotes) cut to at most `max` code points, "..." included (C-7); other
 * types are appended as they are. 0: no cut. True if it was cut. */
bool tsn_json_copy_cut(tsn_slice value, size_t max, tsn_buf *out);
/* An integer, spelled without fraction or exponent, that fits. */
bool tsn_json_to_i64(tsn_slice value, int64_t *out);
/* Any number; independent of the locale. */
bool tsn_json_to_double(tsn_slice value, double *out);
bool tsn_json_to_bool(tsn_slice value, bool *out);

#endif
