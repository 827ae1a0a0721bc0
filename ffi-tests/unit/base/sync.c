#include "support.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/house.h"
#include "base/sync.h"
#include "left_behind.h"

enum {
    THREADS = 4,
    ROUNDS = 20000,
};

static tsn_mutex counter_lock = TSN_MUTEX_INIT(TSN_RANK_LEAF);
static int64_t counter;

static void *count_up(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        tsn_mutex_lock(&counter_lock);
        tsn_mutex_assert_held(&counter_lock);
        counter++;
        tsn_mutex_unlock(&counter_lock);
    }
    return arg;
}

START_TEST(a_mutex_lets_one_thread_in_at_a_time)
{
    tsn_thread threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(tsn_thread_start(&threads[i], "counter", count_up, NULL), TOCSIN_OK);
    }
    for (int i = 0; i < THREADS; i++) tsn_thread_join(&threads[i]);
    ck_assert_int_eq(counter, THREADS * ROUNDS);
}
END_TEST

/* Runs `mistake` in a child: whether it died of an abort. */
static bool aborts(void (*mistake)(void))
{
    pid_t child = fork();
    if (child == 0) {
        (void)!freopen("/dev/null", "w", stderr);
        mistake();
        _exit(0);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static tsn_mutex outer = TSN_MUTEX_INIT(TSN_RANK_OUTER);
static tsn_mutex leaf = TSN_MUTEX_INIT(TSN_RANK_LEAF);
static tsn_mutex other_leaf = TSN_MUTEX_INIT(TSN_RANK_LEAF);

static void take_outer_then_leaf(void)
{
    tsn_mutex_lock(&outer);
    tsn_mutex_lock(&leaf);
    tsn_mutex_unlock(&outer);
    tsn_mutex_unlock(&leaf);
    tsn_mutex_lock(&other_leaf);
    tsn_mutex_unlock(&other_leaf);
}

static void take_leaf_then_outer(void)
{
    tsn_mutex_lock(&leaf);
    tsn_mutex_lock(&outer);
}

static void take_two_leaves(void)
{
    tsn_mutex_lock(&leaf);
    tsn_mutex_lock(&other_leaf);
}

static void unlock_what_is_free(void)
{
    tsn_mutex_unlock(&leaf);
}

static void claim_what_is_free(void)
{
    tsn_mutex_lock(&leaf);
    tsn_mutex_unlock(&leaf);
    tsn_mutex_assert_held(&leaf);
}

static void wait_with_a_second_lock(void)
{
    tsn_cond cond;
    tsn_cond_init(&cond);
    tsn_mutex_lock(&outer);
    tsn_mutex_lock(&leaf);
    (void)tsn_cond_wait(&cond, &leaf, 0);
}

START_TEST(debug_builds_abort_on_a_wrong_use_of_locks)
{
    ck_assert(!aborts(take_outer_then_leaf));
    if (!TSN_IS_DEBUG) return;
    ck_assert(aborts(take_leaf_then_outer));
    ck_assert(aborts(take_two_leaves));
    ck_assert(aborts(unlock_what_is_free));
    ck_assert(aborts(claim_what_is_free));
    ck_assert(aborts(wait_with_a_second_lock));
}
END_TEST

static tsn_mutex turn_lock = TSN_MUTEX_INIT(TSN_RANK_LEAF);
static tsn_cond turn_changed;
static int turn; /* guarded by turn_lock */

static void *play(void *arg)
{
    int me = *(int *)arg;
    tsn_mutex_lock(&turn_lock);
    for (int i = 0; i < 1000; i++) {
        while (turn % 2 != me) (void)tsn_cond_wait(&turn_changed, &turn_lock, -1);
        turn++;
        tsn_cond_broadcast(&turn_changed);
    }
    tsn_mutex_unlock(&turn_lock);
    return NULL;
}

START_TEST(waiting_threads_wake_each_other)
{
    tsn_cond_init(&turn_changed);
    tsn_thread players[2];
    int ids[] = {0, 1};
    for (int i = 0; i < 2; i++) tsn_thread_start(&players[i], "player", play, &ids[i]);
    for (int i = 0; i < 2; i++) tsn_thread_join(&players[i]);
    ck_assert_int_eq(turn, 2000);
    tsn_cond_fini(&turn_changed);
}
END_TEST

START_TEST(a_wait_without_a_signal_runs_out)
{
    tsn_cond cond;
    tsn_mutex lock;
    tsn_cond_init(&cond);
    tsn_mutex_init(&lock, TSN_RANK_LEAF);
    tsn_mutex_lock(&lock);
    const int64_t timeouts[] = {0, 1, 1100};
    for (size_t i = 0; i < TSN_ARRAY_LEN(timeouts); i++) {
        while (tsn_cond_wait(&cond, &lock, timeouts[i])) continue;
        tsn_mutex_assert_held(&lock);
    }
    tsn_mutex_unlock(&lock);
    tsn_mutex_fini(&lock);
    tsn_cond_fini(&cond);
}
END_TEST

typedef struct wish {
    tsn_mutex lock;
    tsn_cond cond;
    bool is_granted; /* guarded by lock */
} wish;

static void *grant(void *arg)
{
    wish *it = arg;
    tsn_mutex_lock(&it->lock);
    it->is_granted = true;
    tsn_cond_broadcast(&it->cond);
    tsn_mutex_unlock(&it->lock);
    return NULL;
}

START_TEST(a_huge_timeout_does_not_run_over)
{
    wish it = {.is_granted = false};
    tsn_mutex_init(&it.lock, TSN_RANK_LEAF);
    tsn_cond_init(&it.cond);
    tsn_thread thread;
    tsn_mutex_lock(&it.lock);
    ck_assert_int_eq(tsn_thread_start(&thread, "grant", grant, &it), TOCSIN_OK);
    while (!it.is_granted) ck_assert(tsn_cond_wait(&it.cond, &it.lock, INT64_MAX));
    tsn_mutex_unlock(&it.lock);
    tsn_thread_join(&thread);
    tsn_cond_fini(&it.cond);
    tsn_mutex_fini(&it.lock);
}
END_TEST

typedef struct portrait {
    tsn_thread *thread;
    sigset_t blocked;
    uint64_t id;
} portrait;

static void *look_at_oneself(void *arg)
{
    portrait *it = arg;
    pthread_sigmask(SIG_SETMASK, NULL, &it->blocked);
    it->id = tsn_thread_id();
    return NULL;
}

START_TEST(a_thread_blocks_all_signals_but_its_own_faults_and_its_starter_none)
{
    tsn_thread thread = {.started = false};
    portrait it = {.thread = &thread};
    sigset_t mine;
    ck_assert(!tsn_thread_is_current(&thread));
    tsn_thread_join(&thread);
    ck_assert_int_eq(tsn_thread_start(&thread, "portrait", look_at_oneself, &it), TOCSIN_OK);
    tsn_thread_join(&thread);
    pthread_sigmask(SIG_SETMASK, NULL, &mine);
    const int signals[] = {SIGINT, SIGTERM, SIGPIPE, SIGUSR1, SIGALRM, SIGPROF, SIGCHLD};
    for (size_t i = 0; i < TSN_ARRAY_LEN(signals); i++) {
        ck_assert(sigismember(&it.blocked, signals[i]));
        ck_assert(!sigismember(&mine, signals[i]));
    }
    const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGABRT};
    for (size_t i = 0; i < TSN_ARRAY_LEN(faults); i++) {
        ck_assert(!sigismember(&it.blocked, faults[i]));
    }
    ck_assert_uint_ne(it.id, tsn_thread_id());
    ck_assert_uint_ne(it.id, 0);
    ck_assert(!thread.started);
    tsn_thread_join(&thread);
}
END_TEST

static void *hold_until_granted(void *arg)
{
    wish *it = arg;
    tsn_mutex_lock(&it->lock);
    while (!it->is_granted) (void)tsn_cond_wait(&it->cond, &it->lock, -1);
    tsn_mutex_unlock(&it->lock);
    return NULL;
}

START_TEST(a_thread_is_named_with_what_fits)
{
    wish it = {.is_granted = false};
    tsn_mutex_init(&it.lock, TSN_RANK_LEAF);
    tsn_cond_init(&it.cond);
    tsn_thread thread;
    tsn_thread_start(&thread, "a-name-longer-than-the-system-takes", hold_until_granted, &it);
    char name[32];
    ck_assert_int_eq(pthread_getname_np(thread.native, name, sizeof name), 0);
    ck_assert_str_eq(name, "a-name-longer-t");
    ck_assert(!tsn_thread_is_current(&thread));
    grant(&it);
    tsn_thread_join(&thread);
    tsn_cond_fini(&it.cond);
    tsn_mutex_fini(&it.lock);
}
END_TEST

static tsn_mutex left = TSN_MUTEX_INIT(TSN_RANK_LEAF);

static bool is_told_once(void *context)
{
    uint32_t work = *(uint32_t *)context;
    if (!tsn_mutex_is_free(&left)) return false;
    bool is_told = tsn_mutex_lock_for(&left, 0) == work && !tsn_mutex_is_free(&left);
    tsn_mutex_unlock(&left);
    bool is_told_again = tsn_mutex_lock_for(&left, TSN_MUTEX_WORK) != 0;
    tsn_mutex_unlock(&left);
    return is_told && !is_told_again;
}

START_TEST(a_lock_left_behind_is_taken_over_with_word_of_what_is_unfinished) /* FRK-1 */
{
    uint32_t works[] = {0, TSN_MUTEX_WORK_ONE, TSN_MUTEX_WORK_TWO, TSN_MUTEX_WORK};
    for (size_t i = 0; i < TSN_ARRAY_LEN(works); i++) {
        ck_assert(unit_child_without_holder_says(&left, works[i], is_told_once, &works[i]));
        ck_assert_uint_eq(tsn_mutex_lock_for(&left, 0), 0);
        tsn_mutex_unlock(&left);
    }
}
END_TEST

/* Takes the lock over for a work of its own and is left behind in its turn. */
static bool child_sees_all_work(void *context)
{
    uint32_t works = TSN_MUTEX_WORK;
    (void)context;
    return unit_child_without_holder_says(&left, TSN_MUTEX_WORK_TWO, is_told_once, &works);
}

extern void __tsan_init(void) __attribute__((weak)); /* its children start no threads */

START_TEST(who_is_left_behind_while_taking_over_leaves_both_works)
{
    if (__tsan_init != NULL) return;
    ck_assert(unit_child_without_holder_says(&left, TSN_MUTEX_WORK_ONE, child_sees_all_work, NULL));
}
END_TEST

static _Atomic int taken;

static void *take_in_turn(void *arg)
{
    tsn_mutex_lock(&left);
    atomic_fetch_add(&taken, 1);
    tsn_mutex_assert_held(&left);
    tsn_mutex_unlock(&left);
    return arg;
}

static bool all_get_it(void *context)
{
    tsn_thread threads[THREADS];
    (void)context;
    for (int i = 0; i < THREADS; i++) tsn_thread_start(&threads[i], "taker", take_in_turn, NULL);
    for (int i = 0; i < THREADS; i++) tsn_thread_join(&threads[i]);
    return atomic_load(&taken) == THREADS && tsn_mutex_is_free(&left);
}

START_TEST(one_of_many_takes_it_over_and_the_others_wait_for_their_turn)
{
    if (__tsan_init != NULL) return;
    for (int i = 0; i < 20; i++) {
        ck_assert(unit_child_without_holder_says(&left, TSN_MUTEX_WORK, all_get_it, NULL));
    }
}
END_TEST

static void *see_processor(void *arg)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(*(size_t *)arg, &set);
    if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0) return NULL;
    *(size_t *)arg = tsn_processor();
    return arg;
}

START_TEST(each_processor_has_its_number)
{
    pthread_t thread;
    void *answer;
    size_t count = (size_t)sysconf(_SC_NPROCESSORS_CONF);
    if (tsn_processor() >= count) return; /* the kernel does not tell */
    for (size_t i = 0; i < count; i++) {
        size_t number = i;
        ck_assert_int_eq(pthread_create(&thread, NULL, see_processor, &number), 0);
        ck_assert_int_eq(pthread_join(thread, &answer), 0);
        if (answer != NULL) ck_assert_uint_eq(number, i); /* else it may not be used */
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_mutex_lets_one_thread_in_at_a_time,
        debug_builds_abort_on_a_wrong_use_of_locks,
        waiting_threads_wake_each_other,
        a_wait_without_a_signal_runs_out,
        a_huge_timeout_does_not_run_over,
        a_thread_blocks_all_signals_but_its_own_faults_and_its_starter_none,
        a_thread_is_named_with_what_fits,
        a_lock_left_behind_is_taken_over_with_word_of_what_is_unfinished,
        who_is_left_behind_while_taking_over_leaves_both_works,
        one_of_many_takes_it_over_and_the_others_wait_for_their_turn,
        each_processor_has_its_number,
    };
    return unit_suite_of("sync", tests, TSN_ARRAY_LEN(tests));
}
