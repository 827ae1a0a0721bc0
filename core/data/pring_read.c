/* Reading a ring: a cursor counts views and crumbs in the view. A run is the part of one view that
 * comes before a given moment, mostly the whole rest of it, and its texts are one slice. */
#include "data/pring.h"

#include <string.h>

#include "data/pring_ring.h"

static const tsn_pring_view *cursor_view(const tsn_pring_cursor *cursor)
{
    if (cursor->ring == NULL || cursor->view >= cursor->ring->used) return NULL;
    return tsn_pring_view_at(cursor->ring, cursor->view);
}

tsn_pring_cursor tsn_pring_cursor_of(const tsn_pring *ring)
{
    return (tsn_pring_cursor){ring, 0, 0};
}

bool tsn_pring_peek(const tsn_pring_cursor *cursor, tsn_crumb *crumb)
{
    const tsn_pring_view *view = cursor_view(cursor);
    if (view == NULL) return false;
    uint32_t position = view->first + cursor->item;
    const tsn_chunk_item *item = &view->chunk->items[position];
    tsn_slice text = tsn_chunk_text(view->chunk, position, position + 1);
    *crumb = (tsn_crumb){item->time_us, item->sequence, {text.data, text.len - 1}};
    return true;
}

/* Moves by `count` crumbs, all in the cursor's view. */
static void move_within(tsn_pring_cursor *cursor, const tsn_pring_view *view, uint32_t count)
{
    cursor->item += count;
    if (view->first + cursor->item < view->last) return;
    cursor->view++;
    cursor->item = 0;
}

static uint32_t left_in_view(const tsn_pring_cursor *cursor, const tsn_pring_view *view)
{
    return view->last - view->first - cursor->item;
}

void tsn_pring_advance(tsn_pring_cursor *cursor)
{
    const tsn_pring_view *view = cursor_view(cursor);
    if (view != NULL) move_within(cursor, view, 1);
}

/* Where the crumbs from `from` on that come before the moment end; at least one is taken. */
static uint32_t run_end(const tsn_chunk_item *items, uint32_t from, uint32_t end, int64_t time_us,
                        uint64_t sequence)
{
    const tsn_chunk_item *last = &items[end - 1];
    if (tsn_pring_is_before(last->time_us, last->sequence, time_us, sequence)) return end;
    for (uint32_t at = from + 1; at < end; at++) {
        const tsn_chunk_item *item = &items[at];
        if (!tsn_pring_is_before(item->time_us, item->sequence, time_us, sequence)) return at;
    }
    return end;
}

tsn_slice tsn_pring_take_run(tsn_pring_cursor *cursor, int64_t time_us, uint64_t sequence,
                             size_t max, size_t *count)
{
    const tsn_pring_view *view = cursor_view(cursor);
    *count = 0;
    if (view == NULL || max == 0) return TSN_SLICE_ABSENT;
    uint32_t from = view->first + cursor->item;
    uint32_t left = left_in_view(cursor, view);
    uint32_t end = from + (max < left ? (uint32_t)max : left);
    end = run_end(view->chunk->items, from, end, time_us, sequence);
    *count = end - from;
    tsn_slice text = tsn_chunk_text(view->chunk, from, end);
    move_within(cursor, view, end - from);
    return text;
}

void tsn_pring_write_rest(tsn_pring_cursor *cursor, tsn_buf *out)
{
    const tsn_pring *ring = cursor->ring;
    if (ring == NULL || !tsn_buf_reserve(out, ring->bytes)) return;
    char *at = out->data + out->len;
    uint32_t skipped = cursor->item;
    for (; cursor->view < ring->used; cursor->view++) {
        const tsn_pring_view *view = tsn_pring_view_at(ring, cursor->view);
        tsn_slice text = tsn_chunk_text(view->chunk, view->first + skipped, view->last);
        memcpy(at, text.data, text.len);
        at += text.len;
        skipped = 0;
    }
    cursor->item = 0;
    out->len = (size_t)(at - out->data);
}

size_t tsn_pring_lend(const tsn_pring *ring, tsn_slice *runs, size_t cap)
{
    if (ring == NULL || ring->used > cap) return 0;
    const tsn_pring_view *view = tsn_pring_view_at(ring, 0);
    size_t count = ring->used;
    for (size_t i = 0; i < count; i++) runs[i] = tsn_pring_view_text(view++);
    return count;
}

static size_t ring_own_size(const tsn_pring *ring)
{
    return sizeof *ring + ring->cap * sizeof(tsn_pring_view);
}

/* Chunks have room to spare, seldom more than what is in them and a few items. */
size_t tsn_pring_size(const tsn_pring *ring)
{
    if (ring == NULL) return 0;
    size_t spare = ring->used * (sizeof(tsn_chunk) + 8 * sizeof(tsn_chunk_item));
    return ring_own_size(ring) + spare + 2 * (ring->bytes + ring->count * sizeof(tsn_chunk_item));
}

/* Whoever holds a ring keeps it from being written to, so a ring that is held already has its
 * chunks held too. */
size_t tsn_pring_weigh(tsn_pring *ring)
{
    if (ring == NULL || tsn_weight_hold(&ring->weight, 1) == 0) return 0;
    size_t charged = ring_own_size(ring);
    for (uint32_t i = 0; i < ring->used; i++) {
        tsn_chunk *chunk = tsn_pring_view_at(ring, i)->chunk;
        charged += tsn_weight_hold(&chunk->weight, tsn_chunk_size(chunk));
    }
    return charged;
}

size_t tsn_pring_unweigh(tsn_pring *ring)
{
    if (ring == NULL || tsn_weight_drop(&ring->weight, 1) == 0) return 0;
    size_t credited = ring_own_size(ring);
    for (uint32_t i = 0; i < ring->used; i++) {
        tsn_chunk *chunk = tsn_pring_view_at(ring, i)->chunk;
        credited += tsn_weight_drop(&chunk->weight, tsn_chunk_size(chunk));
    }
    return credited;
}

static bool view_is_valid(const tsn_pring_view *view)
{
    uint64_t claim = atomic_load_explicit(&view->chunk->claim, memory_order_relaxed);
    if (view->first >= view->last || view->last > view->chunk->item_cap) return false;
    if (claim >> 32 < view->last || (claim & UINT32_MAX) > view->chunk->text_cap) return false;
    for (uint32_t i = view->first; i < view->last; i++) {
        tsn_slice text = tsn_chunk_text(view->chunk, i, i + 1);
        if (text.len == 0 || text.len > view->chunk->text_cap) return false;
        if (text.data[text.len - 1] != ',') return false;
    }
    return true;
}

/* How many of the last crumbs are in order; the ring's views are valid. */
static uint32_t count_in_order(const tsn_pring *ring)
{
    uint32_t in_order = 0;
    tsn_crumb before = {INT64_MIN, 0, TSN_SLICE_ABSENT};
    tsn_crumb crumb;
    for (tsn_pring_cursor at = tsn_pring_cursor_of(ring); tsn_pring_peek(&at, &crumb);) {
        bool goes_back =
            tsn_pring_is_before(crumb.time_us, crumb.sequence, before.time_us, before.sequence);
        in_order = goes_back ? 1 : in_order + 1;
        before = crumb;
        tsn_pring_advance(&at);
    }
    return in_order;
}

bool tsn_pring_valid(const tsn_pring *ring)
{
    if (ring == NULL) return true;
    if (ring->head > ring->cap || ring->used > ring->cap - ring->head) return false;
    size_t bytes = 0;
    size_t count = 0;
    for (uint32_t i = 0; i < ring->used; i++) {
        const tsn_pring_view *view = tsn_pring_view_at(ring, i);
        if (!view_is_valid(view)) return false;
        bytes += tsn_pring_view_text(view).len;
        count += view->last - view->first;
    }
    return bytes == ring->bytes && count == ring->count &&
           (ring->in_order < ring->count ? ring->in_order : ring->count) == count_in_order(ring);
}
