/* Two ways to one list. When only layers have crumbs and each ring is sorted, the rings are merged
 * run by run: as many crumbs of one ring as come before the next ring's first are copied as one
 * text. Otherwise crumb_merge.h gathers and sorts them one by one. */
#include "model/event_crumbs.h"

#include "base/house.h"
#include "model/crumb_merge.h"
#include "model/event_lend.h"
#include "model/event_members.h"
#include "model/event_text.h"

typedef struct lane {
    tsn_pring_cursor cursor;
    tsn_crumb head;
} lane;

/* Rings that have crumbs left, outermost layer first. */
typedef struct lanes {
    lane items[TSN_LAYERS_MAX];
    size_t count;
} lanes;

static bool comes_before(const tsn_crumb *left, const tsn_crumb *right)
{
    if (left->time_us != right->time_us) return left->time_us < right->time_us;
    return left->sequence < right->sequence;
}

static void open_lanes(const tsn_event_parts *parts, lanes *open)
{
    open->count = 0;
    for (size_t i = 0; i < parts->layer_count; i++) {
        lane *next = &open->items[open->count];
        next->cursor = tsn_pring_cursor_of(parts->layers[i]->crumbs);
        open->count += tsn_pring_peek(&next->cursor, &next->head);
    }
}

/* The lane whose first crumb is the oldest; of equal ones the outermost. `limit` becomes the first
 * crumb of the lane to come after it. */
static lane *oldest_lane(lanes *open, tsn_crumb *limit)
{
    lane *oldest = &open->items[0];
    *limit = (tsn_crumb){INT64_MAX, UINT64_MAX, TSN_SLICE_ABSENT};
    for (size_t i = 1; i < open->count; i++) {
        lane *next = &open->items[i];
        bool is_older = comes_before(&next->head, &oldest->head);
        const tsn_crumb *later = is_older ? &oldest->head : &next->head;
        if (comes_before(later, limit)) *limit = *later;
        if (is_older) oldest = next;
    }
    return oldest;
}

static void close_lane(lanes *open, lane *empty)
{
    size_t behind = (size_t)(open->items + open->count - empty) - 1;
    memmove(empty, empty + 1, behind * sizeof *empty);
    open->count--;
}

/* Takes up to `max` crumbs of one ring. */
static void drain(tsn_pring_cursor *cursor, size_t max, tsn_buf *out)
{
    if (out != NULL && max >= tsn_pring_count(cursor->ring)) {
        tsn_pring_write_rest(cursor, out);
        return;
    }
    size_t count;
    do {
        tsn_slice run = tsn_pring_take_run(cursor, INT64_MAX, UINT64_MAX, max, &count);
        if (out != NULL) tsn_text_put(out, run);
        max -= count;
    } while (count > 0 && max > 0);
}

/* Takes up to `max` crumbs in order; their texts go to `out`, or nowhere if it is NULL. */
static void take(lanes *open, size_t max, tsn_buf *out)
{
    while (max > 0 && open->count > 1) {
        tsn_crumb limit;
        size_t count = 0;
        lane *oldest = oldest_lane(open, &limit);
        tsn_slice run =
            tsn_pring_take_run(&oldest->cursor, limit.time_us, limit.sequence, max, &count);
        if (out != NULL) tsn_text_put(out, run);
        max -= count;
        if (!tsn_pring_peek(&oldest->cursor, &oldest->head)) close_lane(open, oldest);
    }
    if (max > 0 && open->count == 1) drain(&open->items[0].cursor, max, out);
}

static bool are_sorted(const tsn_event_parts *parts)
{
    for (size_t i = 0; i < parts->layer_count; i++) {
        if (!tsn_pring_is_sorted(parts->layers[i]->crumbs)) return false;
    }
    return true;
}

uint64_t tsn_event_meta_total(tsn_slice meta)
{
    tsn_slice remark = tsn_json_get(tsn_json_get(meta, TSN_LIT("breadcrumbs")), TSN_LIT(""));
    int64_t total;
    return tsn_json_to_i64(tsn_json_get(remark, TSN_LIT("len")), &total) && total > 0
               ? (uint64_t)total
               : 0;
}

/* How many crumbs had gone before this writing: from the layers, and from the body by its own
 * remark. */
static uint64_t count_lost(const tsn_event_source *source, size_t own_count)
{
    tsn_slice meta = source->body[TSN_MEMBER_META];
    uint64_t total = meta.len > 0 ? tsn_event_meta_total(meta) : 0;
    uint64_t lost = total > own_count ? total - own_count : 0;
    for (size_t i = 0; i < source->parts->layer_count; i++) {
        lost += tsn_pring_dropped(source->parts->layers[i]->crumbs);
    }
    return lost;
}

static size_t count_in_layers(const tsn_event_parts *parts)
{
    size_t count = 0;
    for (size_t i = 0; i < parts->layer_count; i++)
        count += tsn_pring_count(parts->layers[i]->crumbs);
    return count;
}

static void write_all(const tsn_event_source *source, tsn_slice own, size_t skip, tsn_buf *out)
{
    if (own.len > 0 || !are_sorted(source->parts)) {
        tsn_crumbs_write_sorted(source->parts, own, skip, &source->cuts, out);
        return;
    }
    lanes open;
    open_lanes(source->parts, &open);
    take(&open, skip, NULL);
    take(&open, SIZE_MAX, out);
}

void tsn_event_write_breadcrumbs(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice own = source->body[TSN_MEMBER_BREADCRUMBS];
    if (own.len > 0) own = tsn_shape_list(own, TSN_LIT("values"));
    size_t own_count = own.len > 0 ? tsn_crumbs_count(own) : 0;
    if (own_count == 0) own = TSN_SLICE_ABSENT;
    size_t count = own_count + count_in_layers(source->parts);
    size_t max = source->config->max_breadcrumbs;
    size_t skip = count > max ? count - max : 0;
    uint64_t lost = count_lost(source, own_count) + skip;
    source->crumbs_total = lost > 0 ? count - skip + lost : 0;
    if (count == skip) return;
    tsn_opening values = tsn_text_open(out, TSN_LIT("\"breadcrumbs\":{\"values\":["));
    if (tsn_event_is_lent(source->parts)) {
        source->parts->inset->at = out->len;
        tsn_text_put(out, TSN_LIT("]},"));
        return;
    }
    write_all(source, own, skip, out);
    tsn_text_close(out, values, TSN_LIT("]},"));
}

void tsn_event_write_meta_items(tsn_slice meta, uint64_t total, tsn_buf *out)
{
    if (total > 0) {
        tsn_text_put(out, TSN_LIT("\"breadcrumbs\":{\"\":{\"len\":"));
        tsn_buf_u64(out, total);
        tsn_text_put(out, TSN_LIT("}},"));
    }
    tsn_json_walk walk = tsn_json_walk_of(meta);
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (tsn_slice_equal(key, TSN_LIT("breadcrumbs"))) continue;
        tsn_text_key(out, key);
        tsn_text_put(out, value);
        tsn_text_comma(out);
    }
}

void tsn_event_write_meta(tsn_event_source *source, tsn_buf *out)
{
    tsn_opening object = tsn_text_open(out, TSN_LIT("\"_meta\":{"));
    tsn_event_write_meta_items(source->body[TSN_MEMBER_META], source->crumbs_total, out);
    tsn_text_close(out, object, TSN_LIT("},"));
}
