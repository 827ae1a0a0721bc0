/* EXE-1 and FRK-2: what of tocsin's descriptors others get to see, and starting programs while it
 * is at work. */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage.h"

extern char **environ;

enum { OURS_MIN = 200, PROGRAMS = 30 };

/* Complains of every descriptor but the standard ones and the journal. */
static void expect_no_descriptors(const char *who)
{
    DIR *folder = opendir("/proc/self/fd");
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[300];
        char what[200];
        int fd = atoi(entry->d_name);
        if (fd <= STDERR_FILENO || fd >= OURS_MIN || fd == dirfd(folder)) continue;
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        ssize_t len = readlink(path, what, sizeof what - 1);
        stage_fail("%s has descriptor %d: %.*s", who, fd, len < 0 ? 0 : (int)len, what);
    }
    closedir(folder);
}

static void expect_none_after_exec(void)
{
    expect_no_descriptors("a program that was started");
}

/* This program again, as the case above. */
static char *const *own_command(void)
{
    static char name[] = "process";
    static char which[] = "expect_none_after_exec";
    static char no_dsn[] = "-";
    static char *command[5];
    command[0] = name;
    command[1] = which;
    command[2] = no_dsn;
    command[3] = stage_journal_path;
    return command;
}

static tocsin_client open_and_connect(tocsin_scope *scope)
{
    tocsin_client client = stage_open("{}");
    *scope = tocsin_client_scope(client);
    STAGE_EXPECT(stage_capture(*scope, "parent", 0) == TOCSIN_OK);
    STAGE_EXPECT(tocsin_client_flush(client, HANG_MS) == TOCSIN_OK);
    return client;
}

static void exec_keeps_nothing(void)
{
    tocsin_scope scope;
    tocsin_client client = open_and_connect(&scope);
    pid_t child = fork();
    if (child == 0) {
        execv("/proc/self/exe", own_command());
        _exit(errno);
    }
    stage_wait_child(child, "fork and exec");
    child = vfork();
    if (child == 0) {
        execv("/proc/self/exe", own_command());
        _exit(errno);
    }
    stage_wait_child(child, "vfork and exec");
    STAGE_EXPECT(posix_spawn(&child, "/proc/self/exe", NULL, NULL, own_command(), environ) == 0);
    stage_wait_child(child, "posix_spawn");
    stage_end(client, "parent");
    execv("/proc/self/exe", own_command());
    stage_fail("exec: %d", errno);
}

static void children_drop_what_is_the_parents(void)
{
    tocsin_scope scope;
    tocsin_client client = open_and_connect(&scope);
    pid_t child = fork();
    if (child == 0) {
        expect_no_descriptors("a child");
        STAGE_EXPECT(stage_capture(scope, "child", 0) == TOCSIN_OK);
        stage_end(client, "child");
        _exit(0);
    }
    stage_wait_child(child, "the child");
    STAGE_EXPECT(stage_capture(scope, "parent", 1) == TOCSIN_OK);
    stage_end(client, "parent");
}

static _Atomic bool is_over;

static void *capture_on(void *arg)
{
    const tocsin_scope *scope = arg;
    for (int i = 0; !atomic_load(&is_over); i++) {
        (void)stage_capture(*scope, "parent", i);
        usleep(500);
    }
    return NULL;
}

static void programs_start_meanwhile(void)
{
    pthread_t threads[2];
    static char name[] = "true";
    char *const command[] = {name, NULL};
    tocsin_client client = stage_open("{}");
    tocsin_scope scope = tocsin_client_scope(client);
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, capture_on, &scope);
    for (int i = 0; i < PROGRAMS; i++) {
        pid_t child;
        if (i % 2 == 0) {
            STAGE_EXPECT(posix_spawn(&child, "/bin/true", NULL, NULL, command, environ) == 0);
        } else if ((child = vfork()) == 0) {
            execv("/bin/true", command);
            _exit(errno);
        }
        stage_wait_child(child, "a program");
    }
    STAGE_EXPECT(system("exit 0") == 0);
    atomic_store(&is_over, true);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    stage_end(client, "parent");
}

const stage_case stage_exec_cases[] = {
    {"exec_keeps_nothing", exec_keeps_nothing},
    {"expect_none_after_exec", expect_none_after_exec},
    {"children_drop_what_is_the_parents", children_drop_what_is_the_parents},
    {"programs_start_meanwhile", programs_start_meanwhile},
    {NULL, NULL},
};
