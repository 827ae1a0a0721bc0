#include "support.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/diag.h"
#include "base/house.h"
#include "left_behind.h"

/* What a sink saw, a line each. */
static void write_down(void *user, const tsn_diag_line *line)
{
    tsn_buf_printf(user, "%d ", (int)line->level);
    tsn_buf_slice(user, line->id);
    tsn_buf_byte(user, '=');
    tsn_buf_slice(user, line->text);
    tsn_buf_byte(user, '\n');
}

static void expect_notice(tsn_diag *diag, const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert(tsn_diag_next(diag, &out));
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
}

static void expect_no_notice(tsn_diag *diag)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert(!tsn_diag_next(diag, &out));
    unit_expect_buf(&out, "");
    tsn_buf_fini(&out);
}

START_TEST(a_callers_line_reaches_the_sink_on_the_spot)
{
    tsn_buf seen = TSN_BUF_EMPTY;
    tsn_diag *diag = tsn_diag_new(true);
    tsn_diag_set_sink(diag, write_down, &seen);
    tsn_diag_log(diag, TOCSIN_LEVEL_DEBUG, "scope.fork", "of %d", 7);
    tsn_diag_log(diag, TOCSIN_LEVEL_WARNING, "options.key", "unknown: %s", "x");
    unit_expect_buf(&seen, "2 scope.fork=of 7\n4 options.key=unknown: x\n");
    expect_notice(diag, "warning options.key: unknown: x");
    expect_no_notice(diag);
    tsn_diag_free(diag);
    tsn_buf_fini(&seen);
}
END_TEST

START_TEST(a_workers_line_waits_until_it_is_asked_for)
{
    tsn_buf seen = TSN_BUF_EMPTY;
    tsn_diag *diag = tsn_diag_new(true);
    tsn_diag_set_sink(diag, write_down, &seen);
    tsn_diag_note(diag, TOCSIN_LEVEL_INFO, "transport.connect", "to %s", "host");
    tsn_diag_note(diag, TOCSIN_LEVEL_ERROR, "transport.refused", "status %d", 403);
    unit_expect_buf(&seen, "");
    expect_notice(diag, "info transport.connect: to host");
    expect_notice(diag, "error transport.refused: status 403");
    expect_no_notice(diag);
    tsn_diag_free(diag);
    tsn_buf_fini(&seen);
}
END_TEST

START_TEST(without_debug_only_warnings_and_errors_are_made)
{
    tsn_buf seen = TSN_BUF_EMPTY;
    tsn_diag *diag = tsn_diag_new(false);
    tsn_diag_set_sink(diag, write_down, &seen);
    ck_assert(!tsn_diag_wants(diag, TOCSIN_LEVEL_DEBUG));
    ck_assert(!tsn_diag_wants(diag, TOCSIN_LEVEL_INFO));
    ck_assert(tsn_diag_wants(diag, TOCSIN_LEVEL_WARNING));
    tsn_diag_log(diag, TOCSIN_LEVEL_INFO, "a", "b");
    tsn_diag_note(diag, TOCSIN_LEVEL_DEBUG, "a", "b");
    tsn_diag_log(diag, TOCSIN_LEVEL_ERROR, "a", "c");
    tsn_diag_note(diag, TOCSIN_LEVEL_WARNING, "a", "d");
    unit_expect_buf(&seen, "5 a=c\n");
    expect_notice(diag, "error a: c");
    expect_notice(diag, "warning a: d");
    expect_no_notice(diag);
    tsn_diag_free(diag);
    tsn_buf_fini(&seen);
}
END_TEST

START_TEST(no_log_is_a_log_that_takes_everything)
{
    ck_assert(!tsn_diag_wants(NULL, TOCSIN_LEVEL_ERROR));
    tsn_diag_log(NULL, TOCSIN_LEVEL_ERROR, "a", "b");
    tsn_diag_note(NULL, TOCSIN_LEVEL_ERROR, "a", "b");
    tsn_diag_free(NULL);
}
END_TEST

/* What `work` writes to standard error. */
static void capture_stderr(void (*work)(tsn_diag *), tsn_diag *diag, char *out, size_t cap)
{
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
    work(diag);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(file);
    size_t len = fread(out, 1, cap - 1, file);
    out[len] = '\0';
    fclose(file);
}

static void say_both(tsn_diag *diag)
{
    tsn_diag_log(diag, TOCSIN_LEVEL_INFO, "one", "log");
    tsn_diag_note(diag, TOCSIN_LEVEL_ERROR, "two", "note");
}

START_TEST(standard_error_stands_in_for_a_sink_while_debugging)
{
    char text[200];
    tsn_diag *diag = tsn_diag_new(true);
    capture_stderr(say_both, diag, text, sizeof text);
    ck_assert_str_eq(text, "tocsin: info one: log\ntocsin: error two: note\n");
    tsn_diag_free(diag);

    diag = tsn_diag_new(false);
    capture_stderr(say_both, diag, text, sizeof text);
    ck_assert_str_eq(text, "");
    tsn_diag_free(diag);

    tsn_buf seen = TSN_BUF_EMPTY;
    diag = tsn_diag_new(true);
    tsn_diag_set_sink(diag, write_down, &seen);
    capture_stderr(say_both, diag, text, sizeof text);
    ck_assert_str_eq(text, "");
    tsn_diag_free(diag);
    tsn_buf_fini(&seen);
}
END_TEST

START_TEST(the_oldest_notices_give_way_and_are_counted)
{
    tsn_diag *diag = tsn_diag_new(false);
    for (int i = 0; i < 64; i++) tsn_diag_note(diag, TOCSIN_LEVEL_ERROR, "n", "%d", i);
    ck_assert_uint_eq(tsn_diag_overrun(diag), 0);
    for (int i = 64; i < 100; i++) tsn_diag_note(diag, TOCSIN_LEVEL_ERROR, "n", "%d", i);
    ck_assert_uint_eq(tsn_diag_overrun(diag), 36);
    for (int i = 36; i < 100; i++) {
        char want[32];
        snprintf(want, sizeof want, "error n: %d", i);
        expect_notice(diag, want);
    }
    expect_no_notice(diag);
    tsn_diag_note(diag, TOCSIN_LEVEL_ERROR, "n", "left to be freed");
    tsn_diag_free(diag);
}
END_TEST

START_TEST(long_text_is_cut_between_code_points)
{
    tsn_diag *diag = tsn_diag_new(false);
    for (size_t pad = 995; pad <= 1001; pad++) {
        char text[1100];
        memset(text, 'a', pad);
        memcpy(text + pad, "\xf0\x9f\x98\x80 tail", 10);
        tsn_diag_note(diag, TOCSIN_LEVEL_ERROR, "n", "%s", text);
        tsn_buf out = TSN_BUF_EMPTY;
        ck_assert(tsn_diag_next(diag, &out));
        size_t want = pad >= 1000 ? 1000 : pad > 996 ? pad : 1000;
        ck_assert_uint_eq(out.len, strlen("error n: ") + want);
        tsn_buf_fini(&out);
    }
    tsn_diag_free(diag);
}
END_TEST

START_TEST(a_line_stays_one_line)
{
    tsn_diag *diag = tsn_diag_new(false);
    tsn_diag_note(diag, TOCSIN_LEVEL_ERROR, "n", "%s", "a\nerror forged: b\r\x1b[0m\t\x7f\xc3\xa4");
    expect_notice(diag, "error n: a error forged: b  [0m  \xc3\xa4");
    tsn_diag_free(diag);
}
END_TEST

typedef struct echo {
    tsn_diag *diag;
    int calls;
} echo;

static void answer_with_a_line(void *user, const tsn_diag_line *line)
{
    echo *it = user;
    it->calls++;
    tsn_diag_log(it->diag, line->level, "echo", "again");
    ck_assert_uint_eq(tsn_diag_overrun(it->diag), 0);
}

START_TEST(what_a_sink_causes_does_not_come_back_to_it)
{
    tsn_diag *diag = tsn_diag_new(true);
    echo it = {diag, 0};
    tsn_diag_set_sink(diag, answer_with_a_line, &it);
    tsn_diag_log(diag, TOCSIN_LEVEL_DEBUG, "first", "call");
    ck_assert_int_eq(it.calls, 1);
    expect_notice(diag, "debug echo: again");
    expect_no_notice(diag);
    tsn_diag_log(diag, TOCSIN_LEVEL_DEBUG, "second", "call");
    ck_assert_int_eq(it.calls, 2);
    tsn_diag_free(diag);
}
END_TEST

START_TEST(each_request_may_fail_and_costs_at_most_the_notice)
{
    tsn_alloc_track(true);
    for (uint64_t nth = 1;; nth++) {
        tsn_alloc_fail_nth(nth, false);
        tsn_diag *diag = tsn_diag_new(false);
        if (diag != NULL) tsn_diag_note(diag, TOCSIN_LEVEL_ERROR, "n", "%0200d", 1);
        bool failed = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        if (diag != NULL) {
            ck_assert_uint_eq(tsn_diag_overrun(diag), failed);
            if (failed) expect_no_notice(diag);
        }
        tsn_diag_free(diag);
        ck_assert_int_eq(tsn_alloc_live(), 0);
        if (!failed) break;
        ck_assert_uint_lt(nth, 20);
    }
    tsn_alloc_track(false);
}
END_TEST

enum {
    THREADS = 4,
    LINES = 2000,
};

static void *note_many(void *arg)
{
    for (int i = 0; i < LINES; i++) tsn_diag_note(arg, TOCSIN_LEVEL_ERROR, "n", "%d", i);
    return NULL;
}

START_TEST(threads_may_note_and_take_at_once)
{
    tsn_diag *diag = tsn_diag_new(false);
    tsn_thread threads[THREADS];
    for (int i = 0; i < THREADS; i++) tsn_thread_start(&threads[i], "noter", note_many, diag);
    uint64_t taken = 0;
    tsn_buf out = TSN_BUF_EMPTY;
    for (int i = 0; i < 1000; i++, tsn_buf_clear(&out)) taken += tsn_diag_next(diag, &out);
    for (int i = 0; i < THREADS; i++) tsn_thread_join(&threads[i]);
    for (; tsn_diag_next(diag, &out); tsn_buf_clear(&out)) taken++;
    ck_assert_uint_eq(taken + tsn_diag_overrun(diag), THREADS * LINES);
    tsn_buf_fini(&out);
    tsn_diag_free(diag);
}
END_TEST

static void break_something(tsn_diag *diag)
{
    (void)diag;
    TSN_ASSERT(1 + 1 == 3);
}

START_TEST(a_broken_assertion_aborts_in_debug_builds)
{
    if (!TSN_IS_DEBUG) return;
    pid_t child = fork();
    if (child == 0) {
        char text[200];
        capture_stderr(break_something, NULL, text, sizeof text);
        _exit(0);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}
END_TEST

START_TEST(a_broken_assertion_is_counted_and_told_once_elsewhere)
{
    if (TSN_IS_DEBUG) return;
    tsn_diag *diag = tsn_diag_new(false);
    expect_no_notice(diag);
    break_something(diag);
    TSN_ASSERT(2 + 2 == 5);
    ck_assert_uint_eq(tsn_assert_failures(), 2);
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert(tsn_diag_next(diag, &out));
    ck_assert(tsn_slice_starts_with(tsn_buf_view(&out), TSN_LIT("error internal.assert: ")));
    ck_assert(tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("1 + 1 == 3")));
    tsn_buf_fini(&out);
    expect_no_notice(diag);
    tsn_diag_free(diag);
}
END_TEST

static _Atomic bool is_over;

static void *note_without_end(void *diag)
{
    tsn_buf out = TSN_BUF_EMPTY;
    while (!atomic_load(&is_over)) {
        tsn_diag_note(diag, TOCSIN_LEVEL_WARNING, "thread.note", "x");
        (void)tsn_diag_next(diag, &out);
        tsn_buf_clear(&out);
    }
    tsn_buf_fini(&out);
    return NULL;
}

static bool can_note(void *diag)
{
    tsn_buf out = TSN_BUF_EMPTY;
    for (int i = 0; i < 70; i++) tsn_diag_note(diag, TOCSIN_LEVEL_WARNING, "child.note", "x");
    int lines = 0;
    while (tsn_diag_next(diag, &out)) lines++;
    bool is_well = lines == 64 && tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("child.note"));
    tsn_buf_fini(&out);
    return is_well;
}

START_TEST(a_child_has_a_whole_ring_whoever_was_changing_it) /* FRK-1 */
{
    pthread_t thread;
    tsn_diag *diag = tsn_diag_new(false);
    pthread_create(&thread, NULL, note_without_end, diag);
    for (size_t i = 0; i < unit_rounds(100); i++) ck_assert(unit_child_says(can_note, diag));
    atomic_store(&is_over, true);
    pthread_join(thread, NULL);
    tsn_diag_free(diag);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_callers_line_reaches_the_sink_on_the_spot,
        a_workers_line_waits_until_it_is_asked_for,
        without_debug_only_warnings_and_errors_are_made,
        no_log_is_a_log_that_takes_everything,
        standard_error_stands_in_for_a_sink_while_debugging,
        the_oldest_notices_give_way_and_are_counted,
        long_text_is_cut_between_code_points,
        a_line_stays_one_line,
        what_a_sink_causes_does_not_come_back_to_it,
        each_request_may_fail_and_costs_at_most_the_notice,
        threads_may_note_and_take_at_once,
        a_broken_assertion_aborts_in_debug_builds,
        a_broken_assertion_is_counted_and_told_once_elsewhere,
        a_child_has_a_whole_ring_whoever_was_changing_it,
    };
    return unit_suite_of("diag", tests, TSN_ARRAY_LEN(tests));
}
