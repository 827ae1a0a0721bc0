/* Writing a ring. A writer first gets a ring of its own, with room for the views to come, then adds
 * to the last chunk or opens one, then drops from the front: what can fail comes before what shows.
 * Chunks start small and double up to 16 crumbs (more in long rings), so that a fork with one crumb
 * of its own stays small; their text room follows the average crumb. Dropping moves a view's start,
 * or the head past a view that is used up. */
#include "data/pring.h"

#include "base/alloc.h"
#include "data/pring_ring.h"

#include <string.h>

#define VIEWS_MIN 4
#define VIEWS_MAX ((uint32_t)1 << 26)
#define FIRST_CHUNK_ITEMS 4
#define FORK_CHUNK_ITEMS 2 /* of a chunk that is opened because a sibling was faster */

tsn_pring *tsn_pring_retain(tsn_pring *ring)
{
    if (ring != NULL) tsn_rc_retain(&ring->rc);
    return ring;
}

void tsn_pring_release(tsn_pring *ring)
{
    if (ring == NULL || !tsn_rc_release(&ring->rc)) return;
    for (uint32_t i = 0; i < ring->used; i++) tsn_chunk_release(tsn_pring_view_at(ring, i)->chunk);
    tsn_free(ring);
}

static size_t ring_size(uint32_t cap)
{
    return sizeof(tsn_pring) + cap * sizeof(tsn_pring_view);
}

/* A quarter more than needed, so that moving the head back to the start is rare. */
static uint32_t cap_for(uint32_t views)
{
    uint32_t cap = views + views / 4 + 1;
    return cap < VIEWS_MIN ? VIEWS_MIN : cap;
}

static tsn_pring *ring_new(uint32_t views)
{
    uint32_t cap = cap_for(views);
    tsn_pring *ring = tsn_alloc(ring_size(cap));
    if (ring == NULL) return NULL;
    *ring = (tsn_pring){.cap = cap};
    tsn_rc_init(&ring->rc);
    atomic_init(&ring->weight.holders, 0);
    return ring;
}

static tsn_pring *ring_copy(const tsn_pring *ring, uint32_t extra)
{
    tsn_pring *copy = ring_new(ring->used + extra);
    if (copy == NULL) return NULL;
    copy->dropped = ring->dropped;
    copy->bytes = ring->bytes;
    copy->count = ring->count;
    copy->in_order = ring->in_order;
    copy->used = ring->used;
    memcpy(copy->views, tsn_pring_view_at(ring, 0), ring->used * sizeof(tsn_pring_view));
    for (uint32_t i = 0; i < copy->used; i++) tsn_chunk_retain(copy->views[i].chunk);
    return copy;
}

static void move_to_start(tsn_pring *ring)
{
    memmove(ring->views, tsn_pring_view_at(ring, 0), ring->used * sizeof(tsn_pring_view));
    ring->head = 0;
}

/* Room behind the last view, for the ring's sole owner. */
static tocsin_status make_room(tsn_pring **slot, uint32_t extra)
{
    tsn_pring *ring = *slot;
    if (ring->used + extra <= ring->cap - ring->head) return TOCSIN_OK;
    if (ring->head > 0) move_to_start(ring);
    if (ring->used + extra <= ring->cap) return TOCSIN_OK;
    uint32_t cap = cap_for(ring->used + extra);
    ring = tsn_realloc(ring, ring_size(cap));
    if (ring == NULL) return TOCSIN_E_NOMEM;
    ring->cap = cap;
    *slot = ring;
    return TOCSIN_OK;
}

static TSN_APART tocsin_status make_own(tsn_pring **slot, uint32_t extra)
{
    tsn_pring *ring = *slot;
    if (ring != NULL && (ring->used > VIEWS_MAX || extra > VIEWS_MAX)) return TOCSIN_E_NOMEM;
    if (ring != NULL && tsn_rc_unique(&ring->rc)) return make_room(slot, extra);
    tsn_pring *copy = ring == NULL ? ring_new(extra) : ring_copy(ring, extra);
    if (copy == NULL) return TOCSIN_E_NOMEM;
    tsn_pring_release(ring);
    *slot = copy;
    return TOCSIN_OK;
}

/* The usual case: the ring is its owner's alone, and has room. */
static inline tocsin_status make_writable(tsn_pring **slot, uint32_t extra)
{
    tsn_pring *ring = *slot;
    bool is_ready = ring != NULL && tsn_rc_unique(&ring->rc) &&
                    (uint64_t)ring->head + ring->used + extra <= ring->cap;
    return TSN_LIKELY(is_ready) ? TOCSIN_OK : make_own(slot, extra);
}

static TSN_APART void drop_many(tsn_pring *ring, size_t limit)
{
    while (ring->count > limit) {
        tsn_pring_view *view = &ring->views[ring->head];
        size_t excess = ring->count - limit;
        uint32_t held = view->last - view->first;
        uint32_t gone = excess < held ? (uint32_t)excess : held;
        ring->bytes -= tsn_chunk_text(view->chunk, view->first, view->first + gone).len;
        ring->count -= gone;
        ring->dropped += gone;
        view->first += gone;
        if (gone < held) continue;
        tsn_chunk_release(view->chunk);
        ring->head++;
        ring->used--;
    }
}

/* The usual case: one goes, and its chunk has more. */
static inline void drop_front(tsn_pring *ring, size_t limit)
{
    if (ring->count <= limit) return;
    tsn_pring_view *view = &ring->views[ring->head];
    if (ring->count - limit > 1 || view->last - view->first == 1) {
        drop_many(ring, limit);
        return;
    }
    ring->bytes -= tsn_chunk_item_len(view->chunk, view->first);
    ring->count--;
    ring->dropped++;
    view->first++;
}

/* Room for the texts of a chunk of `*items`, by the average of the crumbs so far and the one to
 * come, which gets a chunk for itself if it is far above the average. */
static size_t text_room(const tsn_pring *ring, size_t crumb, uint32_t *items)
{
    size_t average = (ring->bytes + crumb) / ((size_t)ring->count + 1) + 1;
    if (average > TSN_CHUNK_TEXT_MAX / *items) {
        *items = (uint32_t)(TSN_CHUNK_TEXT_MAX / average) + 1;
    }
    size_t room = *items * average + average / 4;
    if (*items > 1 && crumb <= room) return room;
    *items = 1;
    return crumb;
}

/* There is room for one more view. */
static tocsin_status add_in_new_chunk(tsn_pring *ring, const tsn_crumb *crumb, uint32_t items)
{
    size_t bytes;
    if (!tsn_size_add(crumb->json.len, 1, &bytes)) return TOCSIN_E_NOMEM;
    size_t room = text_room(ring, bytes, &items);
    tsn_chunk *chunk = tsn_chunk_new(items, room);
    if (chunk == NULL) return TOCSIN_E_NOMEM;
    tsn_chunk_outcome outcome = tsn_chunk_add(chunk, 0, crumb);
    TSN_ASSERT(outcome == TSN_CHUNK_ADDED);
    ring->views[ring->head + ring->used++] = (tsn_pring_view){chunk, 0, 1};
    return TOCSIN_OK;
}

static uint32_t least(uint32_t left, uint32_t right)
{
    return left < right ? left : right;
}

/* Twice the last chunk's, up to 16, or a sixteenth of a long ring. */
static uint32_t items_after(const tsn_chunk *last, uint32_t count)
{
    uint32_t most = least(count / 16, TSN_CHUNK_ITEMS_MAX);
    if (most < TSN_CHUNK_ITEMS) most = TSN_CHUNK_ITEMS;
    return least(last->item_cap * 2, most);
}

static tocsin_status add(tsn_pring *ring, const tsn_crumb *crumb)
{
    if (ring->used == 0) return add_in_new_chunk(ring, crumb, FIRST_CHUNK_ITEMS);
    tsn_pring_view *last = &ring->views[ring->head + ring->used - 1];
    switch (tsn_chunk_add(last->chunk, last->last, crumb)) {
    case TSN_CHUNK_ADDED:
        last->last++;
        return TOCSIN_OK;
    case TSN_CHUNK_TAKEN:
        return add_in_new_chunk(ring, crumb, FORK_CHUNK_ITEMS);
    default:
        return add_in_new_chunk(ring, crumb, items_after(last->chunk, ring->count));
    }
}

TSN_INLINE bool follows(const tsn_pring *ring, int64_t time_us, uint64_t sequence)
{
    if (ring->used == 0) return true;
    const tsn_pring_view *last = tsn_pring_view_at(ring, ring->used - 1);
    const tsn_chunk_item *item = &last->chunk->items[last->last - 1];
    return !tsn_pring_is_before(time_us, sequence, item->time_us, item->sequence);
}

tocsin_status tsn_pring_append(tsn_pring **ring, const tsn_crumb *crumb, size_t limit)
{
    TSN_TRY(make_writable(ring, 1));
    tsn_pring *mine = *ring;
    if (limit == 0) {
        drop_front(mine, 0);
        mine->dropped++;
        return TOCSIN_OK;
    }
    bool in_order = follows(mine, crumb->time_us, crumb->sequence);
    TSN_TRY(add(mine, crumb));
    mine->in_order = in_order ? least(mine->in_order, mine->count) + 1 : 1;
    mine->count++;
    mine->bytes += crumb->json.len + 1;
    drop_front(mine, limit);
    return TOCSIN_OK;
}

static uint32_t joint_order(const tsn_pring *ring, const tsn_pring *from)
{
    if (from->in_order < from->count) return from->in_order;
    const tsn_pring_view *view = tsn_pring_view_at(from, 0);
    const tsn_chunk_item *first = &view->chunk->items[view->first];
    bool in_order = follows(ring, first->time_us, first->sequence);
    return from->count + (in_order ? least(ring->in_order, ring->count) : 0);
}

static void add_views(tsn_pring *ring, const tsn_pring *from)
{
    if (from->count > 0) ring->in_order = joint_order(ring, from);
    for (uint32_t i = 0; i < from->used; i++) {
        const tsn_pring_view *view = tsn_pring_view_at(from, i);
        tsn_chunk_retain(view->chunk);
        ring->views[ring->head + ring->used++] = *view;
    }
    ring->count += from->count;
    ring->bytes += from->bytes;
    ring->dropped += from->dropped;
}

tocsin_status tsn_pring_concat(tsn_pring **into, tsn_pring *from, size_t limit)
{
    if (from == NULL && tsn_pring_count(*into) <= limit) return TOCSIN_OK;
    if (*into == NULL && from->count <= limit) {
        *into = tsn_pring_retain(from);
        return TOCSIN_OK;
    }
    tsn_pring_retain(from); /* `from` may be `*into` itself, which must not grow under our feet */
    tocsin_status st = make_writable(into, from == NULL ? 0 : from->used);
    if (st >= 0) {
        if (from != NULL) add_views(*into, from);
        drop_front(*into, limit);
    }
    tsn_pring_release(from);
    return st;
}

size_t tsn_pring_count(const tsn_pring *ring)
{
    return ring == NULL ? 0 : ring->count;
}

uint64_t tsn_pring_dropped(const tsn_pring *ring)
{
    return ring == NULL ? 0 : ring->dropped;
}

bool tsn_pring_is_sorted(const tsn_pring *ring)
{
    return ring == NULL || ring->in_order >= ring->count;
}

size_t tsn_pring_bytes(const tsn_pring *ring)
{
    return ring == NULL ? 0 : ring->bytes;
}
