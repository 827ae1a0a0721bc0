/* What a child of fork finds: a lock that was held, for some work, by a thread that is not there.
 */
#ifndef TSN_UNIT_LEFT_BEHIND_H
#define TSN_UNIT_LEFT_BEHIND_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sync.h"
#include "support.h"

/* Another thread that has a mutex. */
typedef struct unit_holder {
    tsn_mutex *mutex;
    uint32_t work;
    pthread_t thread;
    _Atomic bool has_it;
    _Atomic bool may_go;
} unit_holder;

static inline void *unit_hold_until_let_go(void *arg)
{
    unit_holder *holder = arg;
    (void)tsn_mutex_lock_for(holder->mutex, holder->work);
    atomic_store(&holder->has_it, true);
    while (!atomic_load(&holder->may_go)) usleep(100);
    tsn_mutex_unlock(holder->mutex);
    return NULL;
}

static inline void unit_hold(unit_holder *holder, tsn_mutex *mutex, uint32_t work)
{
    holder->mutex = mutex;
    holder->work = work;
    atomic_init(&holder->has_it, false);
    atomic_init(&holder->may_go, false);
    ck_assert_int_eq(pthread_create(&holder->thread, NULL, unit_hold_until_let_go, holder), 0);
    while (!atomic_load(&holder->has_it)) usleep(100);
}

static inline void unit_let_go(unit_holder *holder)
{
    atomic_store(&holder->may_go, true);
    ck_assert_int_eq(pthread_join(holder->thread, NULL), 0);
}

/* What `look` says in a child; one that hangs ends by an alarm. */
static inline bool unit_child_says(bool (*look)(void *context), void *context)
{
    int outcome;
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        _exit(look(context) ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &outcome, 0), child);
    return outcome == 0;
}

/* The same while another thread has `mutex` for `work`. */
static inline bool unit_child_without_holder_says(tsn_mutex *mutex, uint32_t work,
                                                  bool (*look)(void *context), void *context)
{
    unit_holder holder;
    unit_hold(&holder, mutex, work);
    bool answer = unit_child_says(look, context);
    unit_let_go(&holder);
    return answer;
}

#endif
