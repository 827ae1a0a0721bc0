/* Mutex, condition, once and thread. A mutex is one word, which an uncontended lock and unlock
 * change once each. In debug builds it knows its holder, and taking two at a time is checked
 * against their ranks: a lock may be taken only while all held ones have a lower rank; leaves
 * (TSN_RANK_LEAF) are taken alone or last, but for what is inside of them (TSN_RANK_INNER).
 *
 * In a child of fork a mutex may be taken by a thread that is not there. The word says so, and the
 * next to ask takes it over. What it guards then has to be sound, in one of three ways: it is so
 * after each store that a holder makes; or it is made anew in every child (base/fork.h), the mutex
 * too; or holders say what they are going to change, tsn_mutex_lock_for tells what was left half
 * done, and the caller puts it right. */
#ifndef TSN_BASE_SYNC_H
#define TSN_BASE_SYNC_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/fork.h"
#include "base/house.h"

#define TSN_RANK_OUTER 1 /* may be held while a leaf is taken */
#define TSN_RANK_LEAF 2
#define TSN_RANK_INNER 3 /* may be taken while a leaf is held; nothing is taken while it is */

/* Bits of a mutex's word; those above are the era in which it was taken. */
typedef enum tsn_mutex_bits {
    TSN_MUTEX_FREE = 0, /* all of the word */
    TSN_MUTEX_TAKEN = 1 << 0,
    TSN_MUTEX_AWAITED = 1 << 1,
    TSN_MUTEX_WORK_ONE = 1 << 2, /* what the holder is going to change; the caller's own meaning */
    TSN_MUTEX_WORK_TWO = 1 << 3,
    TSN_MUTEX_WORK = TSN_MUTEX_WORK_ONE | TSN_MUTEX_WORK_TWO,
} tsn_mutex_bits;

_Static_assert(TSN_MUTEX_WORK_TWO < TSN_FORK_ERA_STEP, "a mutex's word has room for the era");

typedef struct tsn_mutex {
    _Atomic uint32_t state; /* TSN_MUTEX_FREE, or bits and era */
#ifdef TSN_DEBUG
    _Atomic uint64_t holder; /* tsn_thread_id of the thread that has it, 0: none */
    int rank;
#endif
} tsn_mutex;

#ifdef TSN_DEBUG
#define TSN_MUTEX_INIT(rank_)                                                                      \
    {                                                                                              \
        .state = TSN_MUTEX_FREE, .rank = (rank_)                                                   \
    }
#else
#define TSN_MUTEX_INIT(rank_)                                                                      \
    {                                                                                              \
        .state = TSN_MUTEX_FREE                                                                    \
    }
#endif

/* Of debug builds. */
void tsn_mutex_note_rank(tsn_mutex *mutex, int rank);
void tsn_mutex_check_order(const tsn_mutex *mutex);
void tsn_mutex_note_taken(tsn_mutex *mutex);
void tsn_mutex_note_given(tsn_mutex *mutex);
/* Where there is more to do than to change the word. */
TSN_COLD uint32_t tsn_mutex_lock_slowly(tsn_mutex *mutex, uint32_t work);
TSN_COLD void tsn_mutex_wake(tsn_mutex *mutex);

/* Whether nobody of this process has it. */
bool tsn_mutex_is_free(const tsn_mutex *mutex);

/* Static objects use TSN_MUTEX_INIT(rank). A child of fork may call it for a mutex that another
 * thread of the parent held. */
static inline void tsn_mutex_init(tsn_mutex *mutex, int rank)
{
    atomic_init(&mutex->state, TSN_MUTEX_FREE);
    if (TSN_IS_DEBUG) tsn_mutex_note_rank(mutex, rank);
}

/* Nobody may hold it or wait for it. */
static inline void tsn_mutex_fini(tsn_mutex *mutex)
{
    TSN_DEBUG_ASSERT(tsn_mutex_is_free(mutex));
    (void)mutex;
}

/* The quick half of a lock. False: it is taken, and the caller goes on with the slow half. */
TSN_INLINE bool tsn_mutex_lock_at_once(tsn_mutex *mutex, uint32_t work)
{
    if (TSN_IS_DEBUG) tsn_mutex_check_order(mutex);
    uint32_t state = TSN_MUTEX_FREE;
    bool was_free = atomic_compare_exchange_strong_explicit(
        &mutex->state, &state, tsn_fork_era() | TSN_MUTEX_TAKEN | work, memory_order_acquire,
        memory_order_relaxed);
    if (TSN_IS_DEBUG && was_free) tsn_mutex_note_taken(mutex);
    return TSN_LIKELY(was_free);
}

/* `work`, of TSN_MUTEX_WORK: what the caller is going to change before it unlocks. Returns what a
 * thread that a fork left behind was changing: the caller now does away with its remains. 0: all is
 * sound. */
TSN_INLINE uint32_t tsn_mutex_lock_for(tsn_mutex *mutex, uint32_t work)
{
    return tsn_mutex_lock_at_once(mutex, work) ? 0 : tsn_mutex_lock_slowly(mutex, work);
}

/* Where nobody tells what he changes. */
static inline void tsn_mutex_lock(tsn_mutex *mutex)
{
    (void)tsn_mutex_lock_for(mutex, 0);
}

TSN_INLINE void tsn_mutex_unlock(tsn_mutex *mutex)
{
    if (TSN_IS_DEBUG) tsn_mutex_note_given(mutex);
    uint32_t state = atomic_exchange_explicit(&mutex->state, TSN_MUTEX_FREE, memory_order_release);
    if (TSN_UNLIKELY(state & TSN_MUTEX_AWAITED)) tsn_mutex_wake(mutex);
}

/* Debug builds: aborts unless the calling thread holds it. Release: nothing. */
void tsn_mutex_assert_held(const tsn_mutex *mutex);

typedef struct tsn_cond {
    _Atomic uint32_t turn;    /* moves with every signal */
    _Atomic uint32_t waiting; /* threads */
} tsn_cond;

/* As tsn_mutex_init. */
void tsn_cond_init(tsn_cond *cond);
void tsn_cond_fini(tsn_cond *cond);
void tsn_cond_broadcast(tsn_cond *cond);
/* The caller holds `mutex`, and no other. `timeout_ms` negative: for ever. False: time ran out. May
 * wake early for no reason. Real time, whatever the clock source. */
bool tsn_cond_wait(tsn_cond *cond, tsn_mutex *mutex, int64_t timeout_ms);

typedef struct tsn_once {
    pthread_once_t native;
    _Atomic bool is_done;
} tsn_once;

#define TSN_ONCE_INIT                                                                              \
    {                                                                                              \
        PTHREAD_ONCE_INIT, false                                                                   \
    }

TSN_COLD void tsn_once_wait(tsn_once *once, void (*run)(void));

/* The first call for `once` runs `run`; nobody returns before that is done. */
static inline void tsn_once_run(tsn_once *once, void (*run)(void))
{
    bool is_done = atomic_load_explicit(&once->is_done, memory_order_acquire);
    if (TSN_UNLIKELY(!is_done)) tsn_once_wait(once, run);
}

/* From now on and for good: `before` runs in the parent on the thread that forks, the others on
 * both sides of each fork. Each may be NULL. */
void tsn_at_fork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void));

/* Signals by which the system ends a process that writes where nobody reads, or too much. */
typedef struct tsn_write_signals {
    sigset_t mask_before;
    sigset_t pending_before;
} tsn_write_signals;

/* Holds them back for the calling thread. */
void tsn_write_signals_hold(tsn_write_signals *signals);
/* Lets them through again, but for that of a write which failed with `error` (errno; 0: none). Sets
 * errno to it. */
void tsn_write_signals_release(const tsn_write_signals *signals, int error);

typedef struct tsn_thread {
    pthread_t native;
    bool started;
} tsn_thread;

/* Starts a thread with `name` (up to 15 bytes) as its name, which takes no signals but those that
 * it causes itself by a fault: were they blocked too, the system would end the process without a
 * word to the host's handler. TOCSIN_E_SYSTEM: none to be had. */
tocsin_status tsn_thread_start(tsn_thread *thread, const char *name, void *(*run)(void *arg),
                               void *arg);
/* Waits for its end; nothing if it was never started. */
void tsn_thread_join(tsn_thread *thread);
/* Lets it run to its end with nobody waiting; nothing if it was never started. */
void tsn_thread_detach(tsn_thread *thread);
bool tsn_thread_is_current(const tsn_thread *thread);
/* A number above 0 that is unique among the live threads of the process. */
uint64_t tsn_thread_id(void);
/* A number that differs between threads that run side by side, nearly always, and may change at any
 * moment: where each of them has a place of its own, this says which. A few instructions. */
unsigned tsn_processor(void);
/* Whether `address` lies on the stack that the system gave the calling thread. False too if that
 * cannot be told. Slow: for the first thread the C library reads a file. */
bool tsn_thread_stack_has(uintptr_t address);

#endif
