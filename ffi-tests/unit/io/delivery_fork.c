/* What becomes of a delivery in a child of fork. */
#include "io/delivery.h"

#include <sys/wait.h>

#include "post.h"

static void expect_child_ok(pid_t child)
{
    int outcome;
    ck_assert_int_eq(waitpid(child, &outcome, 0), child);
    ck_assert_msg(WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0, "the child came to %#x",
                  (unsigned)outcome);
}

/* ThreadSanitizer refuses to see a thread started in a child of a threaded program. */
extern void __tsan_init(void) __attribute__((weak));

static bool can_fork(void)
{
    return __tsan_init == NULL;
}

START_TEST(a_child_starts_afresh_and_the_parent_goes_on) /* Q-14, FRK-1, FRK-2 */
{
    post p;
    if (!can_fork()) return;
    open_with(&p, unit_web_start(always_ok, 1));
    (void)submit(p.delivery, 1);
    ck_assert_int_eq(tsn_delivery_flush(p.delivery, 60000), TOCSIN_OK);
    unit_web_pause(p.web, true);
    for (unsigned i = 2; i < 30; i++) (void)submit(p.delivery, i);
    unit_web_wait(p.web, 2);
    pid_t child = fork();
    if (child == 0) {
        tsn_buf stats = TSN_BUF_EMPTY;
        if (tsn_delivery_flush(p.delivery, 0) != TOCSIN_OK) _exit(11);
        if (submit(p.delivery, 100) != TOCSIN_OK) _exit(12);
        if (tsn_delivery_flush(p.delivery, 20000) != TOCSIN_OK) _exit(13);
        tsn_delivery_stats(p.delivery, true, &stats);
        if (!tsn_slice_contains(tsn_buf_view(&stats), TSN_LIT("\"captured\":1,\"delivered\":1"))) {
            _exit(14);
        }
        _exit(tsn_delivery_close(p.delivery, 60000) == TOCSIN_OK ? 0 : 15);
    }
    /* The child's event comes on a connection of its own while the parent's are held. */
    unit_web_wait(p.web, 10);
    unit_web_pause(p.web, false);
    expect_child_ok(child);
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 20000), TOCSIN_OK);
    ck_assert_uint_eq(unit_web_requests(p.web), 30);
    expect_error_counts(p.delivery, "\"captured\":29,\"delivered\":29");
    finish(&p);
}
END_TEST

START_TEST(a_child_of_a_closed_client_has_a_closed_client)
{
    post p;
    open_with(&p, unit_web_start(always_ok, 1));
    (void)submit(p.delivery, 1);
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 60000), TOCSIN_OK);
    pid_t child = fork();
    if (child == 0) {
        bool ok = submit(p.delivery, 2) == TOCSIN_DISABLED;
        ok &= tsn_delivery_close(p.delivery, 0) == TOCSIN_OK;
        tsn_delivery_abandon(p.delivery);
        _exit(ok ? 0 : 1);
    }
    expect_child_ok(child);
    finish(&p);
}
END_TEST

START_TEST(forks_of_forks_each_report) /* FRK-1 */
{
    post p;
    if (!can_fork()) return;
    open_with(&p, unit_web_start(always_ok, 1));
    (void)submit(p.delivery, 0);
    for (int i = 0; i < 5; i++) {
        pid_t child = fork();
        if (child == 0) {
            (void)submit(p.delivery, 10);
            pid_t grandchild = fork();
            if (grandchild == 0) {
                (void)submit(p.delivery, 20);
                _exit(tsn_delivery_close(p.delivery, 20000) == TOCSIN_OK ? 0 : 11);
            }
            int outcome;
            waitpid(grandchild, &outcome, 0);
            if (outcome != 0) _exit(12);
            _exit(tsn_delivery_close(p.delivery, 20000) == TOCSIN_OK ? 0 : 13);
        }
        expect_child_ok(child);
    }
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 20000), TOCSIN_OK);
    ck_assert_uint_eq(unit_web_requests(p.web), 11);
    finish(&p);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_child_starts_afresh_and_the_parent_goes_on,
        a_child_of_a_closed_client_has_a_closed_client,
        forks_of_forks_each_report,
    };
    return unit_suite_of("io/delivery_fork", tests, sizeof tests / sizeof tests[0]);
}
