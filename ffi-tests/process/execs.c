/* EXE-1 and FRK-2: what of tocsin's descriptors others get to see, and starting programs while it
 * is at work. */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage.h"

extern char **environ;

enum { OURS_MIN = 200, PROGRAMS = 30 };

/* Those of a path that begins so, but the standard ones and the journal; complains of each for
 * `who` unless that is NULL. */
static int each_descriptor(const char *beginning, const char *who)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[300];
        char what[200] = "";
        int fd = atoi(entry->d_name);
        if (fd <= STDERR_FILENO || fd >= OURS_MIN || fd == dirfd(folder)) continue;
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        if (readlink(path, what, sizeof what - 1) < 0) what[0] = '\0';
        if (strncmp(what, beginning, strlen(beginning)) != 0) continue;
        if (who != NULL) stage_fail("%s has descriptor %d: %s", who, fd, what);
        count++;
    }
    closedir(folder);
    return count;
}

static void expect_no_descriptors(const char *who)
{
    (void)each_descriptor("", who);
}

static int count_descriptors(const char *beginning)
{
    return each_descriptor(beginning, NULL);
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

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

/* With a connection and a spool: sockets, what wakes the worker, directories and a lock. */
static tocsin_client open_and_connect(tocsin_scope *scope, char *folder)
{
    char json[128];
    STAGE_EXPECT(mkdtemp(folder) != NULL);
    snprintf(json, sizeof json, "{\"cache_dir\":\"%s\",\"durability\":\"spool\"}", folder);
    tocsin_client client = stage_open(json);
    *scope = tocsin_client_scope(client);
    STAGE_EXPECT(stage_capture(*scope, "parent", 0) == TOCSIN_DURABLE);
    STAGE_EXPECT(tocsin_client_flush(client, HANG_MS) == TOCSIN_OK);
    STAGE_EXPECT(count_descriptors(folder) > 0);
    return client;
}

static void end_and_clean(tocsin_client client, const char *folder)
{
    stage_end(client, "parent");
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void exec_keeps_nothing(void)
{
    char folder[] = "/tmp/tocsin-process-XXXXXX";
    tocsin_scope scope;
    tocsin_client client = open_and_connect(&scope, folder);
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
    end_and_clean(client, folder);
    execv("/proc/self/exe", own_command());
    stage_fail("exec: %d", errno);
}

static void children_drop_what_is_the_parents(void)
{
    char folder[] = "/tmp/tocsin-process-XXXXXX";
    tocsin_scope scope;
    tocsin_client client = open_and_connect(&scope, folder);
    pid_t child = fork();
    if (child == 0) {
        expect_no_descriptors("a child");
        STAGE_EXPECT(stage_capture(scope, "child", 0) == TOCSIN_DURABLE);
        stage_end(client, "child");
        _exit(0);
    }
    stage_wait_child(child, "the child");
    STAGE_EXPECT(stage_capture(scope, "parent", 1) == TOCSIN_DURABLE);
    end_and_clean(client, folder);
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
