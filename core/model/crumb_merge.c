/* All crumbs are gathered in one array in the order that decides between equal ones, and sorted by
 * a merge sort, which keeps that order. Mostly they turn out to be sorted already, then the array
 * for merging is never made. */
#include "model/crumb_merge.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/stamp.h"
#include "model/event_text.h"

typedef struct item {
    int64_t time_us;
    uint64_t sequence; /* 0: the body's */
    tsn_slice json;
} item;

static bool is_crumb(tsn_slice value)
{
    return tsn_json_is(value, TSN_JSON_OBJECT) && value.len > 2;
}

size_t tsn_crumbs_count(tsn_slice own)
{
    tsn_json_walk walk = tsn_json_walk_of(own);
    tsn_slice key;
    tsn_slice crumb;
    size_t count = 0;
    while (tsn_json_next(&walk, &key, &crumb)) count += is_crumb(crumb);
    return count;
}

static size_t gather_own(tsn_slice own, item *items)
{
    tsn_json_walk walk = tsn_json_walk_of(own);
    tsn_slice key;
    tsn_slice crumb;
    size_t count = 0;
    while (tsn_json_next(&walk, &key, &crumb)) {
        if (!is_crumb(crumb)) continue;
        int64_t time_us = INT64_MIN;
        tsn_slice stamp = tsn_json_get(crumb, TSN_LIT("timestamp"));
        if (stamp.len > 0) tsn_stamp_parse_json(stamp, &time_us);
        items[count++] = (item){time_us, 0, crumb};
    }
    return count;
}

static size_t gather_ring(const tsn_pring *ring, item *items)
{
    tsn_pring_cursor cursor = tsn_pring_cursor_of(ring);
    tsn_crumb crumb;
    size_t count = 0;
    for (; tsn_pring_peek(&cursor, &crumb); tsn_pring_advance(&cursor)) {
        items[count++] = (item){crumb.time_us, crumb.sequence, crumb.json};
    }
    return count;
}

static bool comes_before(const item *left, const item *right)
{
    if (left->time_us != right->time_us) return left->time_us < right->time_us;
    return left->sequence < right->sequence;
}

static bool is_sorted(const item *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (comes_before(&items[i], &items[i - 1])) return false;
    }
    return true;
}

/* Merges the sorted parts [from, middle) and [middle, to). */
static void merge(const item *items, size_t from, size_t middle, size_t to, item *merged)
{
    size_t left = from;
    size_t right = middle;
    for (size_t i = from; i < to; i++) {
        bool is_right = left == middle || (right < to && comes_before(&items[right], &items[left]));
        merged[i] = is_right ? items[right++] : items[left++];
    }
}

static size_t least(size_t left, size_t right)
{
    return left < right ? left : right;
}

/* Returns whichever of the two arrays holds the result. */
static item *sort(item *items, item *spare, size_t count)
{
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t from = 0; from < count; from += 2 * width) {
            merge(items, from, least(from + width, count), least(from + 2 * width, count), spare);
        }
        item *merged = spare;
        spare = items;
        items = merged;
    }
    return items;
}

/* Whether a crumb of the body has to be gone through: short ones break no limit. */
static bool may_break_limits(tsn_slice crumb)
{
    return tsn_json_string_body(tsn_json_get(crumb, TSN_LIT("category"))).len >
               TSN_CRUMB_CATEGORY_MAX ||
           tsn_json_string_body(tsn_json_get(crumb, TSN_LIT("message"))).len > TSN_MESSAGE_MAX;
}

static void write_limited_member(tsn_slice key, tsn_slice value, const tsn_cuts *cuts, tsn_buf *out)
{
    tsn_text_key(out, key);
    if (tsn_slice_equal(key, TSN_LIT("category"))) {
        tsn_json_copy_cut(value, TSN_CRUMB_CATEGORY_MAX, out);
    } else if (tsn_slice_equal(key, TSN_LIT("message"))) {
        tsn_json_copy_cut(value, TSN_MESSAGE_MAX, out);
    } else {
        tsn_shape_copy_value(value, TSN_EVENT_LEVELS_MAX - 1, cuts, out);
    }
    tsn_text_comma(out);
}

static void write_own(tsn_slice crumb, const tsn_cuts *cuts, tsn_buf *out)
{
    if (!cuts->on || crumb.len <= TSN_CRUMB_CATEGORY_MAX || !may_break_limits(crumb)) {
        tsn_shape_copy_value(crumb, TSN_EVENT_LEVELS_MAX, cuts, out);
        return;
    }
    tsn_json_walk walk = tsn_json_walk_of(crumb);
    tsn_opening object = tsn_text_open(out, TSN_LIT("{"));
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) write_limited_member(key, value, cuts, out);
    tsn_text_close(out, object, TSN_LIT("}"));
}

static void write_from(const item *items, size_t first, size_t count, const tsn_cuts *cuts,
                       tsn_buf *out)
{
    for (size_t i = first; i < count; i++) {
        if (items[i].sequence == 0) {
            write_own(items[i].json, cuts, out);
        } else {
            tsn_text_put(out, items[i].json);
        }
        tsn_text_comma(out);
    }
}

void tsn_crumbs_write_sorted(const tsn_event_parts *parts, tsn_slice own, size_t skip,
                             const tsn_cuts *cuts, tsn_buf *out)
{
    size_t count = tsn_crumbs_count(own);
    for (size_t i = 0; i < parts->layer_count; i++)
        count += tsn_pring_count(parts->layers[i]->crumbs);
    item *spare = NULL;
    item *items = tsn_alloc_array(count, sizeof *items);
    item *sorted = items;
    if (items == NULL) goto done;
    size_t used = gather_own(own, items);
    for (size_t i = 0; i < parts->layer_count; i++)
        used += gather_ring(parts->layers[i]->crumbs, items + used);
    TSN_ASSERT(used == count);
    if (!is_sorted(items, count)) {
        spare = tsn_alloc_array(count, sizeof *spare);
        sorted = spare == NULL ? NULL : sort(items, spare, count);
    }
done:
    if (sorted == NULL) {
        out->failed = true;
    } else {
        write_from(sorted, skip, count, cuts, out);
    }
    tsn_free(spare);
    tsn_free(items);
}
