/* Thin covers over pthreads, so that the rules about locks can be checked where locks are taken: a
 * debug build keeps, for each thread, the list of the mutexes that it holds, and aborts on a wrong
 * order, a second lock, or an unlock by a stranger. What pthreads report as errors here are
 * mistakes of ours, so they are asserted. */
#include "base/sync.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

enum {
    HELD_MAX = 8,
    THREAD_NAME_SIZE = 16,
};

#ifdef TSN_DEBUG
static _Thread_local tsn_mutex *held[HELD_MAX];
static _Thread_local int held_count;

static void check_order(const tsn_mutex *mutex)
{
    for (int i = 0; i < held_count; i++) TSN_ASSERT(held[i]->rank < mutex->rank);
}

static void note_taken(tsn_mutex *mutex)
{
    atomic_store_explicit(&mutex->holder, tsn_thread_id(), memory_order_relaxed);
    TSN_ASSERT(held_count < HELD_MAX);
    held[held_count++] = mutex;
}

static void note_given(tsn_mutex *mutex)
{
    tsn_mutex_assert_held(mutex);
    int at = held_count - 1;
    while (at > 0 && held[at] != mutex) at--;
    for (held_count--; at < held_count; at++) held[at] = held[at + 1];
    atomic_store_explicit(&mutex->holder, 0, memory_order_relaxed);
}

static void check_none_held(void)
{
    TSN_ASSERT(held_count == 0);
}

static void note_rank(tsn_mutex *mutex, int rank)
{
    atomic_init(&mutex->holder, 0);
    mutex->rank = rank;
}

static bool is_held(const tsn_mutex *mutex)
{
    return atomic_load_explicit(&mutex->holder, memory_order_relaxed) == tsn_thread_id();
}
#else
#define check_order(mutex) ((void)0)
#define check_none_held() ((void)0)
#define note_taken(mutex) ((void)0)
#define note_given(mutex) ((void)0)
#define note_rank(mutex, rank) ((void)(rank))
#define is_held(mutex) ((void)(mutex), true)
#endif

static void expect_zero(int error)
{
    TSN_ASSERT(error == 0);
    (void)error;
}

void tsn_mutex_init(tsn_mutex *mutex, int rank)
{
    expect_zero(pthread_mutex_init(&mutex->native, NULL));
    note_rank(mutex, rank);
}

void tsn_mutex_fini(tsn_mutex *mutex)
{
    expect_zero(pthread_mutex_destroy(&mutex->native));
}

void tsn_mutex_lock(tsn_mutex *mutex)
{
    check_order(mutex);
    pthread_mutex_lock(&mutex->native);
    note_taken(mutex);
}

void tsn_mutex_unlock(tsn_mutex *mutex)
{
    note_given(mutex);
    pthread_mutex_unlock(&mutex->native);
}

void tsn_mutex_assert_held(const tsn_mutex *mutex)
{
    TSN_ASSERT(is_held(mutex));
}

void tsn_cond_init(tsn_cond *cond)
{
    pthread_condattr_t attributes;
    expect_zero(pthread_condattr_init(&attributes));
    expect_zero(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
    expect_zero(pthread_cond_init(&cond->native, &attributes));
    pthread_condattr_destroy(&attributes);
}

void tsn_cond_fini(tsn_cond *cond)
{
    expect_zero(pthread_cond_destroy(&cond->native));
}

void tsn_cond_signal(tsn_cond *cond)
{
    pthread_cond_signal(&cond->native);
}

void tsn_cond_broadcast(tsn_cond *cond)
{
    pthread_cond_broadcast(&cond->native);
}

static struct timespec time_in(int64_t timeout_ms)
{
    const int64_t year_ms = INT64_C(365) * 24 * 3600 * 1000;
    int64_t wait_ms = timeout_ms < year_ms ? timeout_ms : year_ms;
    struct timespec when;
    clock_gettime(CLOCK_MONOTONIC, &when);
    when.tv_sec += wait_ms / 1000;
    when.tv_nsec += (wait_ms % 1000) * 1000000;
    if (when.tv_nsec >= 1000000000) {
        when.tv_sec++;
        when.tv_nsec -= 1000000000;
    }
    return when;
}

bool tsn_cond_wait(tsn_cond *cond, tsn_mutex *mutex, int64_t timeout_ms)
{
    int error;
    note_given(mutex);
    check_none_held();
    if (timeout_ms < 0) {
        error = pthread_cond_wait(&cond->native, &mutex->native);
    } else {
        struct timespec end = time_in(timeout_ms);
        error = pthread_cond_timedwait(&cond->native, &mutex->native, &end);
    }
    note_taken(mutex);
    return error != ETIMEDOUT;
}

tocsin_status tsn_thread_start(tsn_thread *thread, const char *name, void *(*run)(void *arg),
                               void *arg)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&thread->native, NULL, run, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    thread->started = error == 0;
    if (error != 0) return TOCSIN_E_SYSTEM;
    char short_name[THREAD_NAME_SIZE];
    snprintf(short_name, sizeof short_name, "%s", name);
    pthread_setname_np(thread->native, short_name);
    return TOCSIN_OK;
}

void tsn_thread_join(tsn_thread *thread)
{
    if (!thread->started) return;
    TSN_ASSERT(!tsn_thread_is_current(thread));
    expect_zero(pthread_join(thread->native, NULL));
    thread->started = false;
}

void tsn_thread_detach(tsn_thread *thread)
{
    if (!thread->started) return;
    expect_zero(pthread_detach(thread->native));
    thread->started = false;
}

bool tsn_thread_is_current(const tsn_thread *thread)
{
    return thread->started && pthread_equal(thread->native, pthread_self());
}

uint64_t tsn_thread_id(void)
{
    return (uint64_t)pthread_self();
}
