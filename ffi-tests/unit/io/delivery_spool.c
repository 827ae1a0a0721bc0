/* A delivery with a cache directory: closing against a server that hangs, the next start, and
 * several processes on one directory. */
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "disk.h"
#include "post.h"

static tsn_delivery_config with_cache(tsn_delivery_config config)
{
    config.cache_dir = unit_disk;
    config.cache_max_items = 10000;
    config.cache_max_bytes = (uint64_t)1 << 28;
    config.queue_max_items = 10000;
    config.queue_max_bytes = (size_t)1 << 25;
    return config;
}

static void open_cached(post *p, unit_web *web)
{
    tsn_delivery_config config = with_cache(config_for(p, web));
    ck_assert_int_eq(tsn_delivery_new(&config, &p->delivery), TOCSIN_OK);
}

START_TEST(a_thousand_left_by_a_close_are_on_disk_in_time) /* OVL-5 */
{
    static const int64_t timeouts_ms[] = {0, 300};
    for (size_t i = 0; i < 2; i++) {
        post p;
        unit_disk_new();
        open_cached(&p, unit_web_start(silent, 1));
        for (unsigned n = 0; n < 1000; n++) ck_assert_int_eq(submit(p.delivery, n), TOCSIN_OK);
        int64_t began_ms = tsn_clock_mono_ms();
        ck_assert_int_eq(tsn_delivery_close(p.delivery, timeouts_ms[i]), TOCSIN_TIMEOUT);
        ck_assert_int_lt(tsn_clock_mono_ms() - began_ms, timeouts_ms[i] + UNIT_AGES_MS);
        size_t stored = unit_count_files(".envelope");
        char want[64];
        UNIT_FORMAT(want, "\"spooled\":%zu,\"queued\":0,\"in_flight\":0", stored);
        expect_error_counts(p.delivery, want);
        expect_error_counts(p.delivery, "\"captured\":1000,\"delivered\":0");
        ck_assert_uint_gt(stored, 0); /* as many as the disk takes in its time; the rest is lost */
        finish(&p);
        unit_disk_remove();
    }
}
END_TEST

START_TEST(the_next_start_sends_what_was_left_without_being_asked) /* Q-23, NET-10 */
{
    post p;
    unit_disk_new();
    unit_web *web = unit_web_start(always_ok, 1);
    unit_web_pause(web, true);
    open_cached(&p, web);
    for (unsigned n = 0; n < 3; n++) ck_assert_int_eq(submit(p.delivery, n), TOCSIN_OK);
    tsn_delivery_close(p.delivery, 0);
    ck_assert_uint_eq(unit_count_files(".envelope"), 3);
    tsn_delivery_abandon(p.delivery);
    tsn_dsn_fini(&p.dsn);
    unit_web_pause(web, false);
    open_cached(&p, web);
    await_error_counts(p.delivery, "\"captured\":3,\"delivered\":3");
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 60000), TOCSIN_OK);
    finish(&p);
    ck_assert_uint_eq(unit_count_folders(), 0);
    unit_disk_remove();
}
END_TEST

enum { SHARED = 24, PROCESSES = 4 };

typedef struct drains {
    int told[2];    /* the numbers that were sent */
    int present[2]; /* nobody writes: it ends when the parent closes its end */
    pid_t children[PROCESSES];
} drains;

static bool is_wanted(int present)
{
    struct pollfd end = {.fd = present, .events = POLLIN};
    return poll(&end, 1, 0) == 0;
}

/* A program that takes envelopes itself and notes each in a pipe; it may be killed at any time. */
static void drain_by_hand(int told, int present)
{
    post p;
    tsn_delivery_config config = with_cache(config_for(&p, NULL));
    config.transport = TSN_TRANSPORT_PULL;
    tsn_clock_set_source(NULL);
    if (tsn_delivery_new(&config, &p.delivery) != TOCSIN_OK) _exit(2);
    while (is_wanted(present)) {
        tsn_envelope_out *envelope;
        char text[1024];
        size_t need;
        if (tsn_delivery_next_envelope(p.delivery, 50, &envelope) != TOCSIN_OK) continue;
        if (tsn_envelope_out_copy(envelope, text, sizeof text, &need) != TOCSIN_OK) _exit(2);
        char *number = strstr(text, "{\"n\":");
        unsigned n = (unsigned)strtoul(number + strlen("{\"n\":"), NULL, 10);
        if (write(told, &n, sizeof n) != (ssize_t)sizeof n) _exit(2);
        if (tsn_envelope_out_done(envelope, 200, TSN_SLICE_ABSENT) != TOCSIN_OK) _exit(2);
        tsn_envelope_out_release(envelope);
    }
    _exit(0);
}

static void start_drain(drains *all, int i)
{
    all->children[i] = fork();
    if (all->children[i] != 0) return;
    close(all->told[0]);
    close(all->present[1]);
    drain_by_hand(all->told[1], all->present[0]);
}

static void kill_drain(drains *all, int i)
{
    kill(all->children[i], SIGKILL);
    waitpid(all->children[i], NULL, 0);
}

/* Leaves `count` files from `first` on, in a run of their own that has ended. */
static void leave(unsigned first, unsigned count)
{
    tsn_spool spool;
    tsn_spool_config config = unit_spool_config(unit_disk);
    tsn_spool_init(&spool, &config);
    unit_store_and_keep(&spool, first, count);
    tsn_spool_fini(&spool);
}

/* How many that came were new. */
static unsigned note_told(const drains *all, unsigned count[SHARED])
{
    unsigned n;
    ck_assert_int_eq(read(all->told[0], &n, sizeof n), sizeof n);
    ck_assert_uint_lt(n, SHARED);
    return count[n]++ == 0;
}

/* Looked at while files move, a directory may show none of them. */
static void end_drains(drains *all, unsigned count[SHARED])
{
    unsigned n;
    while (unit_count_files(".envelope") > 0) sched_yield();
    close(all->told[1]);
    close(all->present[1]);
    while (read(all->told[0], &n, sizeof n) == (ssize_t)sizeof n) count[n]++;
    for (int i = 0; i < PROCESSES; i++) {
        int how;
        waitpid(all->children[i], &how, 0);
        ck_assert_int_eq(how, 0);
    }
    close(all->told[0]);
    close(all->present[0]);
}

static void share_a_directory(bool kills)
{
    drains all;
    unsigned count[SHARED] = {0}, twice = 0;
    int kills_done = 0;
    unit_disk_new();
    for (unsigned i = 0; i < PROCESSES; i++) leave(i * SHARED / PROCESSES, SHARED / PROCESSES);
    ck_assert_int_eq(pipe(all.told), 0);
    ck_assert_int_eq(pipe(all.present), 0);
    for (int i = 0; i < PROCESSES; i++) start_drain(&all, i);
    for (unsigned got = 0; got < SHARED;) {
        got += note_told(&all, count);
        if (!kills || kills_done == 2 || got < 4 * ((unsigned)kills_done + 1)) continue;
        kill_drain(&all, kills_done);
        start_drain(&all, kills_done++);
    }
    end_drains(&all, count);
    for (unsigned i = 0; i < SHARED; i++) twice += count[i] > 1;
    ck_assert_uint_le(twice, (unsigned)kills_done);
    unit_disk_remove();
}

START_TEST(processes_that_share_a_directory_send_each_event_once) /* Q-24, SPL-4 */
{
    share_a_directory(false);
}
END_TEST

START_TEST(one_that_is_killed_leaves_its_share_to_the_others) /* SPL-4, KIL-2 */
{
    share_a_directory(true);
}
END_TEST

START_TEST(a_durable_event_is_on_disk_until_its_answer) /* P4, D4 */
{
    post p;
    unit_disk_new();
    tsn_delivery_config config = with_cache(config_for(&p, unit_web_start(silent, 1)));
    config.durability = TSN_DURABILITY_SYNC;
    ck_assert_int_eq(tsn_delivery_new(&config, &p.delivery), TOCSIN_OK);
    for (unsigned n = 0; n < 5; n++) ck_assert_int_eq(submit(p.delivery, n), TOCSIN_DURABLE);
    ck_assert_uint_eq(unit_count_files(".envelope"), 5);
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 0), TOCSIN_TIMEOUT);
    expect_error_counts(p.delivery, "\"spooled\":5,");
    ck_assert_uint_eq(unit_count_files(".envelope"), 5);
    finish(&p);
    unit_disk_remove();
}
END_TEST

extern void __tsan_init(void) __attribute__((weak)); /* its children start no threads */

START_TEST(a_child_of_fork_sends_nothing_of_its_parents) /* Q-14, FRK-1 */
{
    post p;
    if (__tsan_init != NULL) return;
    unit_disk_new();
    tsn_delivery_config config = with_cache(config_for(&p, unit_web_start(silent, 1)));
    config.durability = TSN_DURABILITY_SPOOL;
    ck_assert_int_eq(tsn_delivery_new(&config, &p.delivery), TOCSIN_OK);
    for (unsigned n = 0; n < 5; n++) ck_assert_int_eq(submit(p.delivery, n), TOCSIN_DURABLE);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        bool is_durable = submit(p.delivery, 7) == TOCSIN_DURABLE;
        bool has_six = unit_count_files(".envelope") == 6;
        tsn_delivery_close(p.delivery, 0);
        _exit(is_durable && has_six && unit_count_files(".envelope") == 6 ? 0 : 1);
    }
    int how;
    waitpid(child, &how, 0);
    ck_assert_int_eq(how, 0);
    tsn_delivery_close(p.delivery, 0);
    expect_error_counts(p.delivery,
                        "\"captured\":5,\"delivered\":0,\"refused429\":0,\"spooled\":5");
    ck_assert_uint_eq(unit_count_files(".envelope"), 6);
    finish(&p);
    unit_disk_remove();
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_thousand_left_by_a_close_are_on_disk_in_time,
        the_next_start_sends_what_was_left_without_being_asked,
        processes_that_share_a_directory_send_each_event_once,
        one_that_is_killed_leaves_its_share_to_the_others,
        a_durable_event_is_on_disk_until_its_answer,
        a_child_of_fork_sends_nothing_of_its_parents,
    };
    return unit_suite_of("io/delivery_spool", tests, sizeof tests / sizeof tests[0]);
}
