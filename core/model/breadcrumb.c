/* A crumb keeps its members, their order and those nobody knows; only four are looked at. The
 * members are copied one by one, each through the rule of its name, and what was missing is added
 * at the end. */
#include "model/breadcrumb.h"

#include "base/house.h"
#include "data/json_text.h"
#include "data/json_walk.h"
#include "data/limits.h"
#include "data/stamp.h"

typedef struct crumb_copy {
    tsn_buf *out;
    int64_t now_us;
    int64_t time_us;
    bool has_time;
    bool has_type;
} crumb_copy;

static void append_now(crumb_copy *copy)
{
    tsn_buf_byte(copy->out, '"');
    tsn_stamp_append_us(copy->out, copy->now_us);
    tsn_buf_byte(copy->out, '"');
    copy->time_us = copy->now_us;
    copy->has_time = true;
}

static void copy_time(crumb_copy *copy, tsn_slice value)
{
    if (!tsn_stamp_parse_json(value, &copy->time_us)) {
        append_now(copy);
        return;
    }
    tsn_buf_slice(copy->out, value);
    copy->has_time = true;
}

static void copy_type(crumb_copy *copy, tsn_slice value)
{
    tsn_buf_slice(copy->out, tsn_json_is_null(value) ? TSN_LIT("\"default\"") : value);
    copy->has_type = true;
}

static void copy_member(crumb_copy *copy, tsn_slice key, tsn_slice value)
{
    tsn_json_append_key(copy->out, key);
    if (tsn_slice_equal(key, TSN_LIT("timestamp"))) {
        copy_time(copy, value);
    } else if (tsn_slice_equal(key, TSN_LIT("type"))) {
        copy_type(copy, value);
    } else if (tsn_slice_equal(key, TSN_LIT("message"))) {
        tsn_json_copy_cut(value, TSN_MESSAGE_MAX, copy->out);
    } else if (tsn_slice_equal(key, TSN_LIT("category"))) {
        tsn_json_copy_cut(value, TSN_CRUMB_CATEGORY_MAX, copy->out);
    } else {
        tsn_buf_slice(copy->out, value);
    }
}

static void append_missing(crumb_copy *copy)
{
    if (!copy->has_time) {
        tsn_json_append_key(copy->out, TSN_LIT("timestamp"));
        append_now(copy);
    }
    if (!copy->has_type) {
        tsn_json_append_key(copy->out, TSN_LIT("type"));
        copy_type(copy, TSN_SLICE_ABSENT);
    }
}

bool tsn_breadcrumb_complete(tsn_slice crumb, int64_t now_us, tsn_buf *out, int64_t *time_us)
{
    tsn_json_walk walk = tsn_json_walk_of(crumb);
    tsn_slice key;
    tsn_slice value;
    if (!tsn_json_next(&walk, &key, &value)) return false;
    crumb_copy copy = {.out = out, .now_us = now_us};
    tsn_buf_byte(out, '{');
    do {
        copy_member(&copy, key, value);
    } while (tsn_json_next(&walk, &key, &value));
    append_missing(&copy);
    tsn_buf_byte(out, '}');
    *time_us = copy.time_us;
    return true;
}
