/* A process that meets its file-size limit lives on. */
#include "base/signal_hold.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

static volatile sig_atomic_t came;

static void note(int number)
{
    (void)number;
    came++;
}

/* Check's own files must not meet the limit: what does runs in a process of its own, and 0 is well.
 */
static int in_a_child(int (*run)(int fd))
{
    char name[] = "/tmp/tsn-hold-XXXXXX";
    int fd = mkstemp(name);
    ck_assert_int_ge(fd, 0);
    unlink(name);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {10, 10};
        bool is_set = setrlimit(RLIMIT_FSIZE, &limit) == 0 && write(fd, "0123456789", 10) == 10;
        _exit(is_set ? run(fd) : 99);
    }
    int how;
    waitpid(child, &how, 0);
    close(fd);
    return how;
}

static int write_held(int fd)
{
    tsn_signal_hold held;
    tsn_signal_hold_begin(&held);
    bool has_failed = write(fd, "x", 1) == -1;
    tsn_signal_hold_end(&held);
    sigset_t pending, blocked;
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    bool is_gone = sigismember(&pending, SIGXFSZ) == 0 && sigismember(&blocked, SIGXFSZ) == 0;
    return has_failed && is_gone ? 0 : 1;
}

START_TEST(a_write_beyond_the_limit_fails_and_nothing_else_happens) /* SPL-1, SIG-1 */
{
    ck_assert_int_eq(in_a_child(write_held), 0);
}
END_TEST

static int write_after(int fd)
{
    signal(SIGXFSZ, note);
    tsn_signal_hold held;
    tsn_signal_hold_begin(&held);
    tsn_signal_hold_end(&held);
    return write(fd, "x", 1) == -1 && came == 1 ? 0 : 1;
}

START_TEST(the_hosts_own_writes_are_told_as_before)
{
    ck_assert_int_eq(in_a_child(write_after), 0);
}
END_TEST

START_TEST(one_that_the_host_has_blocked_stays_waiting_for_it)
{
    sigset_t set, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    raise(SIGXFSZ);
    tsn_signal_hold held;
    tsn_signal_hold_begin(&held);
    tsn_signal_hold_end(&held);
    sigpending(&pending);
    ck_assert_int_eq(sigismember(&pending, SIGXFSZ), 1);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_write_beyond_the_limit_fails_and_nothing_else_happens,
        the_hosts_own_writes_are_told_as_before,
        one_that_the_host_has_blocked_stays_waiting_for_it,
    };
    return unit_suite_of("base/signal_hold", tests, sizeof tests / sizeof tests[0]);
}
