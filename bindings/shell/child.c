/* Signals are blocked and read from a descriptor, so nothing runs inside a handler. Those that a
 * terminal sends reach the whole process group, the command among them; only what somebody sent to
 * us alone is passed on. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "say.h"
#include "tail.h"

enum { NONE = -1 };

static const int passed_on[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH};

typedef struct watch {
    sh_child *child;
    pid_t pid;
    int signals; /* descriptors, or NONE */
    int errors;
    sigset_t mask_before;
    bool ignores_pipe;
    bool ignored_child;
    bool has_ended;
} watch;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool open_signals(watch *on)
{
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++)
        sigaddset(&mask, passed_on[i]);
    sigprocmask(SIG_BLOCK, &mask, &on->mask_before);
    on->ignored_child = signal(SIGCHLD, SIG_DFL) == SIG_IGN;
    on->signals = signalfd(NONE, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    return on->signals >= 0;
}

static void write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, bytes, len);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0 && errno == EAGAIN) {
            struct pollfd one = {fd, POLLOUT, 0};
            (void)poll(&one, 1, -1);
            continue;
        }
        if (put <= 0) return; /* nobody reads any more */
        bytes += put;
        len -= (size_t)put;
    }
}

/* In the child; or in our place, with no report, where watching is not possible. */
static void become(const watch *on, char **words, int errors, int report)
{
    if (errors >= 0) (void)dup2(errors, STDERR_FILENO);
    if (!on->ignores_pipe) signal(SIGPIPE, SIG_DFL);
    if (on->ignored_child) signal(SIGCHLD, SIG_IGN);
    sigprocmask(SIG_SETMASK, &on->mask_before, NULL);
    execvp(words[0], words);
    int why = errno;
    if (report >= 0) {
        write_all(report, (const char *)&why, sizeof why);
    } else {
        sh_say("%s: %s", words[0], strerror(why));
    }
    _exit(why == ENOENT ? 127 : 126);
}

/* A command that cannot be reported is better than one that does not run. */
static void give_up(const watch *on, char **words)
{
    sh_say("this cannot be watched, and runs unwatched: %s", strerror(errno));
    become(on, words, NONE, NONE);
}

static int read_report(int fd)
{
    int why = 0;
    ssize_t got;
    do {
        got = read(fd, &why, sizeof why);
    } while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof why ? why : 0;
}

/* 0, or the errno with which it could not be started. */
static int start(watch *on, char **words, bool keeps_stderr)
{
    int errors[2] = {NONE, NONE};
    int report[2];
    if (pipe2(report, O_CLOEXEC) < 0) give_up(on, words);
    if (keeps_stderr && pipe2(errors, O_CLOEXEC) < 0) give_up(on, words);
    on->pid = fork();
    if (on->pid < 0) give_up(on, words);
    if (on->pid == 0) become(on, words, errors[1], report[1]);
    (void)close(report[1]);
    if (errors[1] >= 0) (void)close(errors[1]);
    int why = read_report(report[0]);
    if (why != 0) (void)waitpid(on->pid, NULL, 0);
    (void)close(report[0]);
    on->errors = errors[0];
    return why;
}

static void pass_on(watch *on, const struct signalfd_siginfo *came)
{
    bool is_from_terminal = came->ssi_code == SI_KERNEL;
    int number = (int)came->ssi_signo;
    if (number == SIGHUP || number == SIGINT || number == SIGQUIT || number == SIGTERM) {
        on->child->was_told_to_end = true;
    }
    if (!is_from_terminal && number != SIGWINCH && !on->has_ended) (void)kill(on->pid, number);
}

static void read_signals(watch *on)
{
    struct signalfd_siginfo came;
    while (read(on->signals, &came, sizeof came) == (ssize_t)sizeof came) {
        if (came.ssi_signo != SIGCHLD) pass_on(on, &came);
    }
    if (!on->has_ended && waitpid(on->pid, &on->child->wait_status, WNOHANG) == on->pid) {
        on->has_ended = true;
    }
}

/* False: there will be no more, or there is no more now. */
static bool read_errors(watch *on)
{
    char bytes[16384];
    ssize_t got = read(on->errors, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) return true;
    if (got < 0 && errno == EAGAIN) return false;
    if (got <= 0) {
        (void)close(on->errors);
        on->errors = NONE;
        return false;
    }
    write_all(STDERR_FILENO, bytes, (size_t)got);
    sh_tail_add(&on->child->tail, bytes, (size_t)got);
    return true;
}

static void watch_over(watch *on)
{
    read_signals(on); /* it may have ended before the signals could be read */
    while (!on->has_ended) {
        struct pollfd both[2] = {{on->signals, POLLIN, 0}, {on->errors, POLLIN, 0}};
        if (poll(both, 2, -1) < 0 && errno != EINTR) break;
        if (both[1].revents != 0) (void)read_errors(on);
        if (both[0].revents != 0) read_signals(on);
    }
    while (!on->has_ended) { /* poll failed */
        on->has_ended = waitpid(on->pid, &on->child->wait_status, 0) == on->pid || errno != EINTR;
    }
}

/* The command has ended, and something that it started has its standard error still: a process of
 * its own goes on passing that through. */
static void leave_relay(watch *on)
{
    char bytes[16384];
    ssize_t got;
    if (fork() != 0) return;
    (void)close(STDIN_FILENO);
    (void)close(STDOUT_FILENO);
    (void)close(on->signals);
    while ((got = read(on->errors, bytes, sizeof bytes)) > 0 || (got < 0 && errno == EINTR)) {
        if (got > 0) write_all(STDERR_FILENO, bytes, (size_t)got);
    }
    _exit(0);
}

static void drain(watch *on)
{
    if (on->errors < 0) return;
    int flags = fcntl(on->errors, F_GETFL);
    (void)fcntl(on->errors, F_SETFL, flags | O_NONBLOCK);
    while (on->errors >= 0 && read_errors(on)) continue;
    if (on->errors < 0) return;
    (void)fcntl(on->errors, F_SETFL, flags);
    leave_relay(on);
    (void)close(on->errors);
}

void sh_child_run(sh_child *child, char **words, bool keeps_stderr, bool ignores_pipe)
{
    watch on = {.child = child, .signals = NONE, .errors = NONE, .ignores_pipe = ignores_pipe};
    int64_t start_ms = now_ms();
    *child = (sh_child){0};
    if (!open_signals(&on)) give_up(&on, words);
    child->start_error = start(&on, words, keeps_stderr);
    if (child->start_error == 0) watch_over(&on);
    child->took_ms = now_ms() - start_ms;
    drain(&on);
    if (child->start_error == 0) read_signals(&on);
    (void)close(on.signals);
    sigprocmask(SIG_SETMASK, &on.mask_before, NULL);
}

int sh_child_code(const sh_child *child)
{
    if (child->start_error != 0) return child->start_error == ENOENT ? 127 : 126;
    if (WIFSIGNALED(child->wait_status)) return 128 + WTERMSIG(child->wait_status);
    return WEXITSTATUS(child->wait_status);
}

void sh_child_fini(sh_child *child)
{
    sh_text_fini(&child->tail);
}
