/* SIG-1: handlers of the host run on its own threads, but for faults of ours; interrupted calls and
 * readers that have gone change nothing. */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "stage.h"

enum {
    ALARMS = 20000, /* of a kilohertz; by night ten minutes */
    ALARMS_NIGHTLY = 600000,
    PER_EVENT = 20,
    PER_CLIENT = 500,
    NAME_SIZE = 16,
};

static _Atomic int on_host;
static _Atomic int on_tocsin;

static void note_thread(int number)
{
    char name[NAME_SIZE];
    (void)number;
    prctl(PR_GET_NAME, name);
    atomic_fetch_add(strcmp(name, "tocsin") == 0 ? &on_tocsin : &on_host, 1);
}

static void handle(int number)
{
    struct sigaction action = {.sa_handler = note_thread}; /* no SA_RESTART */
    sigaction(number, &action, NULL);
}

static void use_scope(tocsin_scope scope)
{
    char json[4096];
    tocsin_scope fork = tocsin_scope_fork(scope);
    STAGE_EXPECT(tocsin_tag(fork, "region", "eu") == TOCSIN_OK);
    STAGE_EXPECT(tocsin_scope_add_breadcrumb(fork, TOCSIN_Z("{\"message\":\"x\"}"), NULL) >= 0);
    STAGE_EXPECT(tocsin_scope_merge(scope, fork) == TOCSIN_OK);
    STAGE_EXPECT(tocsin_scope_merged_json(scope, json, sizeof json) > 2);
    tocsin_handle_close(fork);
}

/* Opened, used and closed while alarms go off. */
static void be_brief(int number)
{
    tocsin_client client = stage_open("{}");
    tocsin_scope scope = tocsin_client_scope(client);
    STAGE_EXPECT(stage_capture(scope, "brief", number) == TOCSIN_OK);
    STAGE_EXPECT(tocsin_client_close(client, HANG_MS) == TOCSIN_OK);
    tocsin_handle_close(client);
}

/* Everything is done while alarms go off, then the host's own threads take none, so that tocsin's
 * would be chosen if it let them. */
static void alarms_without_end(void)
{
    tocsin_client client = stage_open("{\"queue_max_items\":1000}");
    tocsin_scope scope = tocsin_client_scope(client);
    int alarms_wanted = stage_is_nightly() ? ALARMS_NIGHTLY : ALARMS;
    const struct itimerval often = {{0, 1000}, {0, 1000}};
    const struct itimerval never = {{0, 0}, {0, 0}};
    sigset_t alarms;
    handle(SIGALRM);
    handle(SIGUSR1);
    setitimer(ITIMER_REAL, &often, NULL);
    for (int i = 0; atomic_load(&on_host) < alarms_wanted; i++) {
        int next = atomic_load(&on_host) + PER_EVENT;
        STAGE_EXPECT(stage_capture(scope, "parent", i) == TOCSIN_OK);
        if (i % 10 == 5) STAGE_EXPECT(tocsin_client_flush(client, HANG_MS) == TOCSIN_OK);
        if (i % (PER_CLIENT / PER_EVENT) == 0) be_brief(i);
        while (atomic_load(&on_host) < next) use_scope(scope);
    }
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    sigaddset(&alarms, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &alarms, NULL);
    for (int i = 0; i < 20; i++) kill(getpid(), SIGUSR1);
    stage_end(client, "parent");
    setitimer(ITIMER_REAL, &never, NULL);
    STAGE_EXPECT(atomic_load(&on_tocsin) == 0);
}

/* The worker's; 0: none. */
static pid_t find_worker(void)
{
    pid_t found = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (const struct dirent *entry; (entry = readdir(tasks)) != NULL;) {
        char path[300];
        char name[NAME_SIZE + 1] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", entry->d_name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0) continue;
        ssize_t len = read(fd, name, NAME_SIZE);
        close(fd);
        if (len > 0 && strcmp(name, "tocsin\n") == 0) found = (pid_t)atoi(entry->d_name);
    }
    closedir(tasks);
    return found;
}

static void faults_reach_the_host(void)
{
    const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGABRT};
    tocsin_client client = stage_open("{}");
    tocsin_scope scope = tocsin_client_scope(client);
    STAGE_EXPECT(stage_capture(scope, "parent", 0) == TOCSIN_OK);
    STAGE_EXPECT(tocsin_client_flush(client, HANG_MS) == TOCSIN_OK);
    pid_t worker = find_worker();
    STAGE_EXPECT(worker > 0);
    for (int i = 0; i < (int)(sizeof faults / sizeof faults[0]); i++) {
        handle(faults[i]);
        STAGE_EXPECT(syscall(SYS_tgkill, getpid(), worker, faults[i]) == 0);
        while (atomic_load(&on_tocsin) <= i) usleep(100);
    }
    STAGE_EXPECT(stage_capture(scope, "parent", 1) == TOCSIN_OK);
    stage_end(client, "parent");
}

static int32_t fail(tocsin_event event, const void *hint, void *user)
{
    (void)event;
    (void)hint;
    (void)user;
    return -1;
}

/* SIGPIPE ends a process unless somebody takes care. What a hook's failure gives rise to is written
 * on the thread that captured. */
static void nobody_reads_standard_error(void)
{
    int ends[2];
    int kept = dup(STDERR_FILENO);
    sigset_t pending;
    STAGE_EXPECT(pipe(ends) == 0);
    close(ends[0]);
    dup2(ends[1], STDERR_FILENO);
    tocsin_options options = stage_options("{\"debug\":true}");
    tocsin_options_set_hook(options, TOCSIN_Z("before_breadcrumb"), fail, NULL, NULL);
    tocsin_client client = tocsin_client_open(options);
    tocsin_scope scope = tocsin_client_scope(client);
    STAGE_EXPECT(tocsin_scope_add_breadcrumb(scope, TOCSIN_Z("{\"message\":\"x\"}"), NULL) ==
                 TOCSIN_DROPPED);
    STAGE_EXPECT(stage_capture(scope, "parent", 0) == TOCSIN_OK);
    stage_end(client, "parent");
    STAGE_EXPECT(tocsin_message(scope, TOCSIN_LEVEL_DEBUG, "lost") == TOCSIN_DISABLED);
    dup2(kept, STDERR_FILENO);
    sigpending(&pending);
    STAGE_EXPECT(!sigismember(&pending, SIGPIPE));
}

const stage_case stage_signal_cases[] = {
    {"alarms_without_end", alarms_without_end},
    {"faults_reach_the_host", faults_reach_the_host},
    {"nobody_reads_standard_error", nobody_reads_standard_error},
    {NULL, NULL},
};
