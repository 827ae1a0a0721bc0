/* A crumb keeps its members, their order and those nobody knows; only four are looked at. In the
 * usual case nothing of it changes: it is copied in one piece, and what was missing is added at the
 * end. Otherwise the members are copied one by one, each through the rule of its name. */
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

static void look_at(crumb_look *look, tsn_slice key, tsn_slice value)
{
    if (tsn_slice_equal(key, TSN_LIT("timestamp"))) {
        look->has_time = tsn_stamp_parse_json(value, &look->time_us);
        look->is_to_edit |= !look->has_time;
    } else if (tsn_slice_equal(key, TSN_LIT("type"))) {
        look->has_type = !tsn_json_is_null(value);
        look->is_to_edit |= !look->has_type;
    } else if (tsn_slice_equal(key, TSN_LIT("message"))) {
        look->is_to_edit |= value.len > TSN_MESSAGE_MAX; /* bytes: never less than code points */
    } else if (tsn_slice_equal(key, TSN_LIT("category"))) {
        look->is_to_edit |= value.len > TSN_CRUMB_CATEGORY_MAX;
    }
}

static crumb_look look_over(tsn_slice crumb)
{
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

bool tsn_breadcrumb_complete(tsn_slice crumb, int64_t now_us, tsn_buf *out, int64_t *time_us)
{
    crumb_look look = look_over(crumb);
    if (look.is_empty) return false;
    tsn_buf_reserve(out, crumb.len + TSN_STAMP_US_LEN +
                             sizeof ",\"timestamp\":\"\",\"type\":\"default\"");
    if (look.is_to_edit) {
        tsn_buf_byte(out, '{');
        copy_edited(&look, crumb, out);
    } else {
        tsn_buf_append(out, crumb.data, crumb.len - 1);
    }
    *time_us = look.has_time ? look.time_us : now_us;
    if (!look.has_time) {
        tsn_json_append_key(out, TSN_LIT("timestamp"));
        tsn_buf_byte(out, '"');
        tsn_stamp_append_us(out, now_us);
        tsn_buf_byte(out, '"');
    }
    if (!look.has_type) {
        tsn_json_append_key(out, TSN_LIT("type"));
        TSN_BUF_LIT(out, "\"default\"");
    }
    tsn_buf_byte(out, '}');
    return true;
}
