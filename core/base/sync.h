/* Mutex, condition and thread. In debug builds a mutex knows its holder, and taking two at a
 * time is checked against their ranks: a lock may be taken only while all held ones have a lower
 * rank; leaves (TSN_RANK_LEAF) are taken alone or last. */
#ifndef TSN_BASE_SYNC_H
#define TSN_BASE_SYNC_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/house.h"

#define TSN_RANK_OUTER 1 /* may be held while a leaf is taken */
#define TSN_RANK_LEAF 2

typedef struct tsn_mutex {
    pthread_mutex_t native;
#ifdef TSN_DEBUG
    _Atomic uint64_t holder; /* tsn_thread_id of the thread that has it, 0: none */
    int rank;
#endif
} tsn_mutex;

/* Never fails (Linux); static objects use TSN_MUTEX_INIT(rank). A child of fork may call it for a
 * mutex that another thread of the parent held. */
void tsn_mutex_init(tsn_mutex *mutex, int rank);
void tsn_mutex_fini(tsn_mutex *mutex);
void tsn_mutex_lock(tsn_mutex *mutex);
void tsn_mutex_unlock(tsn_mutex *mutex);
/* Debug builds: aborts unless the calling thread holds it. Release: nothing. */
void tsn_mutex_assert_held(const tsn_mutex *mutex);

#ifdef TSN_DEBUG
#define TSN_MUTEX_INIT(rank_) {.native = PTHREAD_MUTEX_INITIALIZER, .rank = (rank_)}
#else
#define TSN_MUTEX_INIT(rank_) {.native = PTHREAD_MUTEX_INITIALIZER}
#endif

typedef struct tsn_cond {
    pthread_cond_t native; /* waits on CLOCK_MONOTONIC */
} tsn_cond;

/* As tsn_mutex_init. */
void tsn_cond_init(tsn_cond *cond);
void tsn_cond_fini(tsn_cond *cond);
void tsn_cond_signal(tsn_cond *cond);
void tsn_cond_broadcast(tsn_cond *cond);
/* The caller holds `mutex`, and no other. `timeout_ms` negative: for ever. False: time ran out. May
 * wake early for no reason. Real time, whatever the clock source. */
bool tsn_cond_wait(tsn_cond *cond, tsn_mutex *mutex, int64_t timeout_ms);

typedef struct tsn_thread {
    pthread_t native;
    bool started;
} tsn_thread;

/* Starts a thread that has all signals blocked and `name` (up to 15 bytes) as its name.
 * TOCSIN_E_SYSTEM: none to be had. */
tocsin_status tsn_thread_start(tsn_thread *thread, const char *name, void *(*run)(void *arg),
                               void *arg);
/* Waits for its end; nothing if it was never started. */
void tsn_thread_join(tsn_thread *thread);
/* Lets it run to its end with nobody waiting; nothing if it was never started. */
void tsn_thread_detach(tsn_thread *thread);
bool tsn_thread_is_current(const tsn_thread *thread);
/* A number above 0 that is unique among the live threads of the process. */
uint64_t tsn_thread_id(void);

#endif
