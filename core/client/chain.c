/* The list of running hooks is nearly always empty, so the question "am I inside one?" starts with
 * one atomic load. A chain holds the cells of its capture; cells forked from them by its thread
 * carry its id, which is never used again.
 *
 * In a child of fork only its own thread's hooks run on. So the list is one that can be walked
 * after each store to it: it is changed by one pointer at a time, and the child keeps what is its
 * own. */
#include "client/chain.h"

#include <stdatomic.h>

#include "base/alloc.h"
#include "client/hooks.h"
#include "client/scope_cell.h"

#define DEPTH_MAX 8  /* hooks of one thread inside each other, over unrelated scopes */
#define MARKS_MAX 16 /* those and the lone ones */

struct tsn_chains {
    _Atomic uint32_t running; /* chains in the list */
    tsn_mutex lock;
    _Atomic(tsn_chain *) latest; /* guarded by lock; from there to the first */
    uint64_t last_id;            /* guarded by lock */
};

tsn_chains *tsn_chains_new(void)
{
    tsn_chains *chains = tsn_alloc_zero(sizeof *chains);
    if (chains != NULL) tsn_mutex_init(&chains->lock, TSN_RANK_LEAF);
    return chains;
}

void tsn_chains_free(tsn_chains *chains)
{
    if (chains == NULL) return;
    TSN_ASSERT(atomic_load(&chains->latest) == NULL);
    tsn_mutex_fini(&chains->lock);
    tsn_free(chains);
}

inline bool tsn_chains_any(const tsn_chains *chains)
{
    return atomic_load_explicit(&chains->running, memory_order_relaxed) != 0;
}

static tsn_chain *load(const _Atomic(tsn_chain *) *place)
{
    return atomic_load_explicit(place, memory_order_relaxed);
}

static void store(_Atomic(tsn_chain *) *place, tsn_chain *chain)
{
    atomic_store_explicit(place, chain, memory_order_release);
}

/* Takes `chain` out; it is in the list. */
static void take_out(_Atomic(tsn_chain *) *place, tsn_chain *chain)
{
    while (load(place) != chain) place = &load(place)->next;
    store(place, load(&chain->next));
}

void tsn_chains_start_afresh(tsn_chains *chains)
{
    uint64_t thread = tsn_thread_id();
    uint32_t running = 0;
    _Atomic(tsn_chain *) *place = &chains->latest;
    tsn_mutex_init(&chains->lock, TSN_RANK_LEAF);
    for (tsn_chain *chain; (chain = load(place)) != NULL;) {
        if (chain->thread == thread) {
            running++;
            place = &chain->next;
        } else {
            store(place, load(&chain->next));
        }
    }
    atomic_store(&chains->running, running);
}

static void enter_locked(tsn_chains *chains, tsn_chain *chain)
{
    tsn_mutex_assert_held(&chains->lock);
    chain->id = ++chains->last_id;
    store(&chain->next, load(&chains->latest));
    store(&chains->latest, chain);
    atomic_fetch_add_explicit(&chains->running, 1, memory_order_relaxed);
}

/* An entry of the calling thread's. */
static void begin(tsn_chain *chain, tsn_chain_lone which)
{
    atomic_init(&chain->next, NULL);
    chain->thread = tsn_thread_id();
    chain->count = 0;
    chain->lone = (int)which;
    chain->frame = 0;
    chain->prepared = NULL;
    chain->cell = NULL;
}

void tsn_chain_enter(tsn_chains *chains, tsn_chain *chain, tsn_cell *const *cells, size_t count)
{
    begin(chain, TSN_CHAIN_OF_CAPTURE);
    chain->count = count;
    for (size_t i = 0; i < count; i++) chain->cells[i] = cells[i];
    tsn_mutex_lock(&chains->lock);
    enter_locked(chains, chain);
    tsn_mutex_unlock(&chains->lock);
}

static bool is_inside_locked(const tsn_chains *chains, const tsn_chain *chain)
{
    for (tsn_chain *other = load(&chains->latest); other != NULL; other = load(&other->next)) {
        if (other->lone == chain->lone && other->thread == chain->thread) return true;
    }
    return false;
}

bool tsn_chain_enter_lone(tsn_chains *chains, tsn_chain *chain, tsn_chain_lone which)
{
    begin(chain, which);
    tsn_mutex_lock(&chains->lock);
    bool is_new = !is_inside_locked(chains, chain);
    if (is_new) enter_locked(chains, chain);
    tsn_mutex_unlock(&chains->lock);
    return is_new;
}

static void leave_locked(tsn_chains *chains, tsn_chain *chain)
{
    tsn_mutex_assert_held(&chains->lock);
    take_out(&chains->latest, chain);
    atomic_fetch_sub_explicit(&chains->running, 1, memory_order_relaxed);
}

void tsn_chain_leave(tsn_chains *chains, tsn_chain *chain)
{
    tsn_mutex_lock(&chains->lock);
    leave_locked(chains, chain);
    tsn_mutex_unlock(&chains->lock);
}

/* A call as it can be looked at without the lock. */
typedef struct call_mark {
    uint64_t id;
    uintptr_t frame;
} call_mark;

/* The calling thread's. */
static size_t mark_own(tsn_chains *chains, call_mark marks[MARKS_MAX])
{
    uint64_t thread = tsn_thread_id();
    size_t count = 0;
    tsn_mutex_lock(&chains->lock);
    tsn_chain *chain = load(&chains->latest);
    for (; chain != NULL && count < MARKS_MAX; chain = load(&chain->next)) {
        if (chain->thread == thread) marks[count++] = (call_mark){chain->id, chain->frame};
    }
    tsn_mutex_unlock(&chains->lock);
    return count;
}

/* NULL: it has ended meanwhile. */
static tsn_chain *take_by_id(tsn_chains *chains, uint64_t id)
{
    tsn_mutex_lock(&chains->lock);
    tsn_chain *chain = load(&chains->latest);
    while (chain != NULL && chain->id != id) chain = load(&chain->next);
    if (chain != NULL) leave_locked(chains, chain);
    tsn_mutex_unlock(&chains->lock);
    return chain;
}

/* Walking a stack takes locks that are not ours, so it is done without our own. Marks are latest
 * first: one between two of its hooks was interrupted by the one before it here, for a log line. */
tsn_chain *tsn_chain_take_left(tsn_chains *chains)
{
    call_mark marks[MARKS_MAX];
    if (!tsn_chains_any(chains)) return NULL;
    size_t count = mark_own(chains, marks);
    for (size_t i = 0; i < count; i++) {
        if (!tsn_hook_is_left(marks[i].frame)) continue;
        bool is_interrupted = i + 1 < count && marks[i + 1].frame == 0;
        return take_by_id(chains, marks[is_interrupted ? i + 1 : i].id);
    }
    return NULL;
}

tsn_chain *tsn_chain_take_rest(tsn_chains *chains)
{
    tsn_mutex_lock(&chains->lock);
    tsn_chain *chain = load(&chains->latest);
    if (chain != NULL) leave_locked(chains, chain);
    tsn_mutex_unlock(&chains->lock);
    return chain;
}

static bool chain_has(const tsn_chain *chain, const tsn_cell *cell)
{
    if (cell->chain == chain->id) return true;
    for (size_t i = 0; i < chain->count; i++) {
        if (chain->cells[i] == cell) return true;
    }
    return false;
}

/* The calling thread's first chain that has `cell`, or 0; `*depth` counts the thread's chains. */
static TSN_APART uint64_t find_own(tsn_chains *chains, const tsn_cell *cell, unsigned *depth)
{
    *depth = 0;
    uint64_t thread = tsn_thread_id();
    uint64_t found = 0;
    tsn_mutex_lock(&chains->lock);
    for (tsn_chain *chain = load(&chains->latest); chain != NULL; chain = load(&chain->next)) {
        if (chain->thread != thread) continue;
        (*depth)++;
        if (chain_has(chain, cell)) found = chain->id;
    }
    tsn_mutex_unlock(&chains->lock);
    return found;
}

static TSN_COLD bool blocks(tsn_chains *chains, const tsn_cell *cell)
{
    unsigned depth;
    return find_own(chains, cell, &depth) != 0 || depth >= DEPTH_MAX;
}

inline bool tsn_chain_blocks(tsn_chains *chains, const tsn_cell *cell)
{
    return tsn_chains_any(chains) && blocks(chains, cell);
}

static TSN_COLD uint64_t chain_of_fork(tsn_chains *chains, const tsn_cell *cell)
{
    unsigned depth;
    return find_own(chains, cell, &depth);
}

inline uint64_t tsn_chain_of_fork(tsn_chains *chains, const tsn_cell *cell)
{
    return TSN_UNLIKELY(tsn_chains_any(chains)) ? chain_of_fork(chains, cell) : 0;
}
