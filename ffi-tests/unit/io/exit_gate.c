/* Every case ends a process of its own by exit; what it finds there is the exit status. */
#include "io/exit_gate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/transport_curl.h"
#include "line.h"

enum { IN_ORDER = 7, OUT_OF_ORDER = 8 };

static _Atomic bool is_inside;
static _Atomic bool is_exiting;
static _Atomic bool has_left;
static line at_exit;

/* Runs `body`, which exits, in a child. */
static int status_of(void (*body)(void))
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        body();
        _exit(99);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void *stay_until_exit(void *context)
{
    (void)context;
    ck_assert(tsn_exit_gate_enter());
    atomic_store(&is_inside, true);
    while (!atomic_load(&is_exiting)) usleep(100);
    while (tsn_exit_gate_enter()) tsn_exit_gate_leave();
    atomic_store(&has_left, true);
    tsn_exit_gate_leave();
    return NULL;
}

static void note_exit(void)
{
    atomic_store(&is_exiting, true);
}

/* Stands for a library that takes itself apart: registered before the gate, it runs after it. */
static void take_apart(void)
{
    bool is_closed = !tsn_exit_gate_enter();
    _exit(is_closed && atomic_load(&has_left) ? IN_ORDER : OUT_OF_ORDER);
}

static void exit_with_somebody_inside(void)
{
    pthread_t thread;
    atexit(take_apart);
    tsn_exit_gate_watch();
    tsn_exit_gate_watch();
    atexit(note_exit);
    pthread_create(&thread, NULL, stay_until_exit, NULL);
    pthread_detach(thread);
    while (!atomic_load(&is_inside)) usleep(100);
    exit(0);
}

START_TEST(exit_waits_for_those_inside_and_lets_nobody_in_afterwards)
{
    ck_assert_int_eq(status_of(exit_with_somebody_inside), IN_ORDER);
}
END_TEST

static int64_t exit_began_ms;

/* Runs after the gate. */
static void see_how_long_that_took(void)
{
    bool has_waited = tsn_clock_mono_ms() - exit_began_ms >= TSN_EXIT_GATE_WAIT_MS;
    _exit(has_waited ? OUT_OF_ORDER : IN_ORDER);
}

/* Two were inside, of which the child is neither. */
static void exit_as_child_of_one_inside(void)
{
    atexit(see_how_long_that_took);
    tsn_exit_gate_watch();
    ck_assert(tsn_exit_gate_enter());
    ck_assert(tsn_exit_gate_enter());
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        tsn_exit_gate_leave(); /* does no harm */
        if (!tsn_exit_gate_enter()) _exit(OUT_OF_ORDER);
        tsn_exit_gate_leave();
        exit_began_ms = tsn_clock_mono_ms();
        exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 99);
}

START_TEST(in_a_child_of_fork_nobody_is_inside)
{
    ck_assert_int_eq(status_of(exit_as_child_of_one_inside), IN_ORDER);
}
END_TEST

static void send_over_tls_at_exit(void)
{
    shot s;
    send_one(&at_exit, &s, "{}\n");
    bool is_refused = s.transfer.response.status == 0 && !s.transfer.went_out &&
                      strcmp(s.transfer.problem, "the process is at its end") == 0;
    tsn_transfer_fini(&s.transfer);
    at_exit.transport->ops->cancel_all(at_exit.transport);
    at_exit.transport->ops->fini(at_exit.transport);
    _exit(is_refused ? IN_ORDER : OUT_OF_ORDER);
}

static void exit_then_send_over_tls(void)
{
    static char url[] = "https://127.0.0.1:9/api/42/envelope/";
    tsn_curl_config config = some_config();
    atexit(send_over_tls_at_exit);
    connect_to(&at_exit, 9, &config);
    at_exit.request.url = url;
    exit(0);
}

START_TEST(tls_is_not_touched_at_the_end_of_the_process)
{
    ck_assert_int_eq(status_of(exit_then_send_over_tls), IN_ORDER);
}
END_TEST

static void exit_during_tls(void)
{
    shot s;
    static char url[64];
    static const unit_reply silence[] = {{.holds = true}};
    tsn_curl_config config = some_config();
    atexit(send_over_tls_at_exit);
    at_exit.web = unit_web_start(silence, 1);
    connect_to(&at_exit, at_exit.web->port, &config);
    snprintf(url, sizeof url, "https://127.0.0.1:%u/", at_exit.web->port);
    at_exit.request.url = url;
    fire(&at_exit, &s, "{}\n");
    at_exit.transport->ops->poll(at_exit.transport, 0);
    exit(0);
}

START_TEST(what_runs_over_tls_then_ends_without_an_answer)
{
    ck_assert_int_eq(status_of(exit_during_tls), IN_ORDER);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        exit_waits_for_those_inside_and_lets_nobody_in_afterwards,
        in_a_child_of_fork_nobody_is_inside,
        tls_is_not_touched_at_the_end_of_the_process,
        what_runs_over_tls_then_ends_without_an_answer,
    };
    return unit_suite_of("io/exit_gate", tests, sizeof tests / sizeof tests[0]);
}
