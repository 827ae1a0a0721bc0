/* A mutex is a word that says whether it is taken and whether somebody waits, and of which era that
 * is; a condition is a count that moves with each signal. Whoever has to wait sleeps in the kernel
 * until the word is no longer what he saw: an unlock or a signal that falls between his look and
 * his sleep has changed it, so that none is lost. A mutex that somebody waits for stays marked
 * until an unlock wakes one of them, who marks it anew, for there may be others.
 *
 * A debug build keeps, for each thread, the list of the mutexes that it holds, and aborts on a
 * wrong order, a second lock, or an unlock by a stranger. */
#include "base/sync.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#if __GLIBC_PREREQ(2, 35)
#include <sys/rseq.h>
#endif

enum {
    HELD_MAX = 8,
    THREAD_NAME_SIZE = 16,
};

#ifdef TSN_DEBUG
static _Thread_local tsn_mutex *held[HELD_MAX];
static _Thread_local int held_count;

void tsn_mutex_note_rank(tsn_mutex *mutex, int rank)
{
    atomic_init(&mutex->holder, 0);
    mutex->rank = rank;
}

void tsn_mutex_check_order(const tsn_mutex *mutex)
{
    for (int i = 0; i < held_count; i++) TSN_ASSERT(held[i]->rank < mutex->rank);
}

void tsn_mutex_note_taken(tsn_mutex *mutex)
{
    atomic_store_explicit(&mutex->holder, tsn_thread_id(), memory_order_relaxed);
    TSN_ASSERT(held_count < HELD_MAX);
    held[held_count++] = mutex;
}

void tsn_mutex_note_given(tsn_mutex *mutex)
{
    tsn_mutex_assert_held(mutex);
    int at = held_count - 1;
    while (at > 0 && held[at] != mutex) at--;
    for (held_count--; at < held_count; at++) held[at] = held[at + 1];
    atomic_store_explicit(&mutex->holder, 0, memory_order_relaxed);
}

static void check_none_held_but(const tsn_mutex *mutex)
{
    TSN_ASSERT(held_count == 1 && held[0] == mutex);
}

static bool is_held(const tsn_mutex *mutex)
{
    return atomic_load_explicit(&mutex->holder, memory_order_relaxed) == tsn_thread_id();
}
#else
#define check_none_held_but(mutex) ((void)(mutex))
#define is_held(mutex) ((void)(mutex), true)
#endif

/* Sleeps while `word` is `seen`, until `end` on the monotonic clock (NULL: for ever); false: time
 * ran out. */
static bool sleep_on(_Atomic uint32_t *word, uint32_t seen, const struct timespec *end)
{
    int before = errno;
    long result = syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, seen, end, NULL,
                          FUTEX_BITSET_MATCH_ANY);
    bool in_time = result == 0 || errno != ETIMEDOUT;
    errno = before;
    return in_time;
}

static void wake(_Atomic uint32_t *word, int sleepers)
{
    int before = errno;
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, sleepers, NULL, NULL, 0);
    errno = before;
}

static void expect_zero(int error)
{
    TSN_ASSERT(error == 0);
    (void)error;
}

static bool swap(tsn_mutex *mutex, uint32_t *seen, uint32_t wanted)
{
    return atomic_compare_exchange_strong_explicit(&mutex->state, seen, wanted,
                                                   memory_order_acquire, memory_order_relaxed);
}

static bool is_of_another_era(uint32_t seen)
{
    return (seen ^ tsn_fork_era()) >= TSN_FORK_ERA_STEP;
}

/* Whoever had to wait marks the mutex as awaited, for there may be others. Who takes one over keeps
 * the work that it finds unfinished in the word: he may be left behind himself. */
static uint32_t take_or_wait(tsn_mutex *mutex, uint32_t work)
{
    uint32_t wanted = tsn_fork_era() | TSN_MUTEX_TAKEN | TSN_MUTEX_AWAITED | work;
    uint32_t seen = atomic_load_explicit(&mutex->state, memory_order_relaxed);
    for (;;) {
        if (seen == TSN_MUTEX_FREE) {
            if (swap(mutex, &seen, wanted)) return 0;
        } else if (is_of_another_era(seen)) {
            uint32_t unfinished = seen & TSN_MUTEX_WORK;
            if (swap(mutex, &seen, wanted | unfinished)) return unfinished;
        } else if ((seen & TSN_MUTEX_AWAITED) || swap(mutex, &seen, seen | TSN_MUTEX_AWAITED)) {
            (void)sleep_on(&mutex->state, seen | TSN_MUTEX_AWAITED, NULL);
            seen = atomic_load_explicit(&mutex->state, memory_order_relaxed);
        }
    }
}

uint32_t tsn_mutex_lock_slowly(tsn_mutex *mutex, uint32_t work)
{
    uint32_t unfinished = take_or_wait(mutex, work);
    if (TSN_IS_DEBUG) tsn_mutex_note_taken(mutex);
    return unfinished;
}

bool tsn_mutex_is_free(const tsn_mutex *mutex)
{
    uint32_t state = atomic_load_explicit(&mutex->state, memory_order_relaxed);
    return state == TSN_MUTEX_FREE || is_of_another_era(state);
}

void tsn_mutex_wake(tsn_mutex *mutex)
{
    wake(&mutex->state, 1);
}

void tsn_mutex_assert_held(const tsn_mutex *mutex)
{
    TSN_ASSERT(is_held(mutex));
}

void tsn_cond_init(tsn_cond *cond)
{
    atomic_init(&cond->turn, 0);
    atomic_init(&cond->waiting, 0);
}

void tsn_cond_fini(tsn_cond *cond)
{
    TSN_ASSERT(atomic_load(&cond->waiting) == 0);
}

/* Either the signaller sees one who is about to wait, or that one sees the turn move. */
void tsn_cond_broadcast(tsn_cond *cond)
{
    atomic_fetch_add(&cond->turn, 1);
    if (atomic_load(&cond->waiting) > 0) wake(&cond->turn, INT_MAX);
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
    check_none_held_but(mutex);
    struct timespec end;
    if (timeout_ms >= 0) end = time_in(timeout_ms);
    atomic_fetch_add(&cond->waiting, 1);
    uint32_t turn = atomic_load(&cond->turn);
    tsn_mutex_unlock(mutex);
    bool in_time = sleep_on(&cond->turn, turn, timeout_ms >= 0 ? &end : NULL);
    tsn_mutex_lock(mutex);
    atomic_fetch_sub(&cond->waiting, 1);
    return in_time;
}

void tsn_once_wait(tsn_once *once, void (*run)(void))
{
    expect_zero(pthread_once(&once->native, run));
    atomic_store_explicit(&once->is_done, true, memory_order_release);
}

void tsn_at_fork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void))
{
    expect_zero(pthread_atfork(before, in_parent, in_child));
}

void tsn_write_signals_hold(tsn_write_signals *signals)
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGPIPE);
    sigaddset(&wanted, SIGXFSZ);
    sigemptyset(&signals->pending_before);
    pthread_sigmask(SIG_BLOCK, &wanted, &signals->mask_before);
    sigpending(&signals->pending_before);
}

/* Takes a signal that waits for this thread, unless it did so before. */
static void take_signal(int number, const sigset_t *pending_before)
{
    sigset_t wanted;
    const struct timespec now = {0, 0};
    if (sigismember(pending_before, number)) return;
    sigemptyset(&wanted);
    sigaddset(&wanted, number);
    while (sigtimedwait(&wanted, NULL, &now) < 0 && errno == EINTR) continue;
}

void tsn_write_signals_release(const tsn_write_signals *signals, int error)
{
    if (error == EPIPE) take_signal(SIGPIPE, &signals->pending_before);
    if (error == EFBIG) take_signal(SIGXFSZ, &signals->pending_before);
    pthread_sigmask(SIG_SETMASK, &signals->mask_before, NULL);
    if (error != 0) errno = error;
}

/* All but those that a thread brings upon itself. */
static void fill_with_foreign_signals(sigset_t *signals)
{
    static const int own[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGABRT};
    sigfillset(signals);
    for (size_t i = 0; i < TSN_ARRAY_LEN(own); i++) sigdelset(signals, own[i]);
}

tocsin_status tsn_thread_start(tsn_thread *thread, const char *name, void *(*run)(void *arg),
                               void *arg)
{
    sigset_t foreign;
    sigset_t before;
    fill_with_foreign_signals(&foreign);
    pthread_sigmask(SIG_SETMASK, &foreign, &before);
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

/* The kernel writes the number beside the thread's own data (rseq). Where it does not, the place of
 * that data has to do. */
inline unsigned tsn_processor(void)
{
#if __GLIBC_PREREQ(2, 35)
    const char *own = __builtin_thread_pointer();
    const struct rseq *area = (const void *)(own + __rseq_offset);
    uint32_t number = __atomic_load_n(&area->cpu_id, __ATOMIC_RELAXED);
    return TSN_LIKELY((int32_t)number >= 0) ? number
                                            : (uint32_t)((uintptr_t)own >> 12) * 0x9e3779b1u >> 16;
#else
    return (unsigned)sched_getcpu();
#endif
}

uint64_t tsn_thread_id(void)
{
    return (uint64_t)pthread_self();
}

bool tsn_thread_stack_has(uintptr_t address)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return false;
    bool is_known = pthread_attr_getstack(&attributes, &low, &size) == 0;
    pthread_attr_destroy(&attributes);
    return is_known && address - (uintptr_t)low < size;
}
