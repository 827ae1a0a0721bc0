/* A first-in first-out list with deadlines. All have the same time, so the front expires first, and
 * there is no thread: whoever comes by drops what is late. Drafts are dropped outside the lock,
 * since that counts them. Of what was taken only the number is known: it belongs to whoever took
 * it. */
#include "client/park.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/list.h"
#include "client/prepared.h"
#include "data/limits.h"

typedef struct parked {
    tsn_list node;
    tsn_draft *draft;
    int64_t deadline;
} parked;

struct tsn_park {
    tsn_mutex lock;
    tsn_cond changed;
    tsn_list list; /* guarded by lock, as all below */
    size_t count;
    size_t taken;     /* and not ended */
    uint64_t cancels; /* grows with each cancellation */
    bool is_closed;
    int64_t timeout_ms; /* fixed */
};

tsn_park *tsn_park_new(int64_t timeout_ms)
{
    tsn_park *park = tsn_alloc_zero(sizeof *park);
    if (park == NULL) return NULL;
    tsn_mutex_init(&park->lock, TSN_RANK_LEAF);
    tsn_cond_init(&park->changed);
    tsn_list_init(&park->list);
    park->timeout_ms = timeout_ms;
    return park;
}

/* What was parked is forgotten, not freed: it may be half changed. */
void tsn_park_start_afresh(tsn_park *park)
{
    tsn_mutex_init(&park->lock, TSN_RANK_LEAF);
    tsn_cond_init(&park->changed);
    tsn_list_init(&park->list);
    park->count = 0;
    park->taken = 0;
}

void tsn_park_free(tsn_park *park)
{
    if (park == NULL) return;
    tsn_park_close(park);
    tsn_cond_fini(&park->changed);
    tsn_mutex_fini(&park->lock);
    tsn_free(park);
}

/* A filter that did not run may not be skipped. */
static void drop(tsn_draft *draft)
{
    tsn_pipeline_discard(draft, TSN_LIT("before_send"));
    tsn_draft_release(draft);
}

static void lose(tsn_draft *draft)
{
    tsn_pipeline_discard(draft, TSN_LIT("internal_sdk_error"));
    tsn_draft_release(draft);
}

/* Takes the front out if it is due by `now`; NULL: it is not, or there is none. */
static tsn_draft *pop_due_locked(tsn_park *park, int64_t now)
{
    if (tsn_list_empty(&park->list)) return NULL;
    parked *front = TSN_CONTAINER_OF(park->list.next, parked, node);
    if (front->deadline > now) return NULL;
    tsn_list_remove(&front->node);
    park->count--;
    tsn_cond_broadcast(&park->changed);
    tsn_draft *draft = front->draft;
    tsn_free(front);
    return draft;
}

static void drop_due(tsn_park *park, int64_t now)
{
    for (;;) {
        tsn_mutex_lock(&park->lock);
        tsn_draft *draft = pop_due_locked(park, now);
        tsn_mutex_unlock(&park->lock);
        if (draft == NULL) return;
        drop(draft);
    }
}

void tsn_park_expire(tsn_park *park)
{
    drop_due(park, tsn_clock_mono_ms());
}

tocsin_status tsn_park_put(tsn_park *park, tsn_draft *draft)
{
    tsn_park_expire(park);
    tocsin_status st = TOCSIN_OK;
    parked *item = tsn_alloc(sizeof *item);
    tsn_mutex_lock(&park->lock);
    if (item == NULL) st = TOCSIN_E_NOMEM;
    if (park->count >= TSN_EVENTS_UNSUBMITTED_MAX) st = TOCSIN_DROPPED;
    if (park->is_closed) st = TOCSIN_DISABLED;
    if (st == TOCSIN_OK) {
        *item = (parked){.draft = draft, .deadline = tsn_clock_deadline(park->timeout_ms)};
        tsn_list_push_back(&park->list, &item->node);
        park->count++;
        tsn_cond_broadcast(&park->changed);
    }
    tsn_mutex_unlock(&park->lock);
    if (st == TOCSIN_OK) return st;
    tsn_free(item);
    if (st == TOCSIN_E_NOMEM) {
        lose(draft);
    } else {
        drop(draft);
    }
    return st;
}

tocsin_status tsn_park_take(tsn_park *park, int64_t timeout_ms, tsn_draft **out)
{
    int64_t deadline = tsn_clock_deadline(timeout_ms);
    tsn_park_expire(park);
    tocsin_status st = TOCSIN_OK;
    tsn_mutex_lock(&park->lock);
    while (tsn_list_empty(&park->list) && st == TOCSIN_OK) {
        int64_t left = tsn_clock_left(deadline);
        if (park->is_closed) {
            st = TOCSIN_DISABLED;
        } else if (left <= 0) {
            st = TOCSIN_TIMEOUT;
        } else {
            tsn_cond_wait(&park->changed, &park->lock, left);
        }
    }
    if (st == TOCSIN_OK) *out = pop_due_locked(park, INT64_MAX);
    if (st == TOCSIN_OK) park->taken++;
    tsn_mutex_unlock(&park->lock);
    if (st != TOCSIN_OK) return st;
    (*out)->prepared->is_taken = true;
    tsn_prepared_tighten((*out)->prepared);
    return TOCSIN_OK;
}

void tsn_park_end(tsn_park *park)
{
    tsn_mutex_lock(&park->lock);
    TSN_ASSERT(park->taken > 0);
    park->taken--;
    tsn_cond_broadcast(&park->changed);
    tsn_mutex_unlock(&park->lock);
}

static bool is_idle_locked(const tsn_park *park)
{
    return tsn_list_empty(&park->list) && park->taken == 0;
}

/* Waits for a change, the front's deadline or `deadline`, whichever comes first. */
static void wait_locked(tsn_park *park, int64_t deadline)
{
    int64_t until = deadline;
    if (!tsn_list_empty(&park->list)) {
        parked *front = TSN_CONTAINER_OF(park->list.next, parked, node);
        if (front->deadline < until) until = front->deadline;
    }
    tsn_cond_wait(&park->changed, &park->lock, tsn_clock_left(until));
}

tocsin_status tsn_park_wait(tsn_park *park, int64_t timeout_ms)
{
    int64_t deadline = tsn_clock_deadline(timeout_ms);
    tsn_mutex_lock(&park->lock);
    uint64_t cancels = park->cancels;
    for (;;) {
        tsn_mutex_unlock(&park->lock);
        tsn_park_expire(park);
        tsn_mutex_lock(&park->lock);
        if (is_idle_locked(park) || park->cancels != cancels) break;
        if (tsn_clock_left(deadline) <= 0) break;
        wait_locked(park, deadline);
    }
    tocsin_status st = TOCSIN_OK;
    if (!is_idle_locked(park)) {
        st = park->cancels != cancels ? TOCSIN_CANCELLED : TOCSIN_TIMEOUT;
    }
    tsn_mutex_unlock(&park->lock);
    return st;
}

void tsn_park_cancel_waits(tsn_park *park)
{
    tsn_mutex_lock(&park->lock);
    park->cancels++;
    tsn_cond_broadcast(&park->changed);
    tsn_mutex_unlock(&park->lock);
}

void tsn_park_close(tsn_park *park)
{
    tsn_mutex_lock(&park->lock);
    park->is_closed = true;
    tsn_cond_broadcast(&park->changed);
    tsn_mutex_unlock(&park->lock);
    drop_due(park, INT64_MAX);
}
