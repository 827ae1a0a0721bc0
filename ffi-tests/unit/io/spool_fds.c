/* Locks that a child of fork does not keep. */
#include "io/spool_fds.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_ops.h"
#include "base/sync.h"
#include "disk.h"
#include "io/spool_run.h"

static char path[] = "/tmp/tsn-fds-XXXXXX";

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

START_TEST(a_lock_ends_with_its_holder_though_a_child_lives_on) /* FRK-2 */
{
    int hold[2], told[2];
    ck_assert_ptr_nonnull(mkdtemp(path));
    int dir = tsn_dir_open_at(AT_FDCWD, path);
    ck_assert_int_eq(pipe(hold), 0);
    ck_assert_int_eq(pipe(told), 0);
    tsn_spool_fds_watch();
    int fd = tsn_file_lock_at(dir, "lock", true);
    ck_assert_int_ge(fd, 0);
    tsn_spool_fds_add(fd);
    pid_t child = fork();
    if (child == 0) {
        char byte = is_open(fd) ? 'x' : 'k';
        close(hold[1]);
        if (write(told[1], &byte, 1) != 1) _exit(1);
        _exit((int)read(hold[0], &byte, 1)); /* until the test is done */
    }
    char byte;
    ck_assert_int_eq(read(told[0], &byte, 1), 1);
    ck_assert_int_eq(byte, 'k');
    ck_assert_int_eq(tsn_file_lock_at(dir, "lock", true), -EWOULDBLOCK);
    tsn_spool_fds_close(fd);
    fd = tsn_file_lock_at(dir, "lock", true);
    ck_assert_int_ge(fd, 0);
    close(hold[1]);
    int how;
    waitpid(child, &how, 0);
    ck_assert_int_eq(how, 0);
    tsn_spool_fds_close(fd);
    tsn_file_unlink_at(dir, "lock");
    rmdir(path);
}
END_TEST

START_TEST(what_was_closed_is_no_longer_ours_to_close)
{
    tsn_spool_fds_watch();
    tsn_spool_fds_close(-1);
    int fd = dup(STDERR_FILENO);
    tsn_spool_fds_add(fd);
    tsn_spool_fds_close(fd);
    ck_assert(!is_open(fd));
    ck_assert_int_eq(dup(STDERR_FILENO), fd); /* somebody else's now */
    pid_t child = fork();
    if (child == 0) _exit(is_open(fd) ? 0 : 1);
    int how;
    waitpid(child, &how, 0);
    ck_assert_int_eq(how, 0);
}
END_TEST

static _Atomic bool is_forking;
static _Atomic bool has_forked;
static tsn_thread forker;

static void note_fork(void)
{
    atomic_store(&is_forking, true);
}

/* Whether the process has the lock file of any run. */
static bool has_lock(void)
{
    for (int fd = 3; fd < 256; fd++) {
        char link[64], target[512];
        UNIT_FORMAT(link, "/proc/self/fd/%d", fd);
        ssize_t len = readlink(link, target, sizeof target - 1);
        if (len > 5 && memcmp(target + len - 5, "/lock", 5) == 0) return true;
    }
    return false;
}

static void *fork_now(void *result)
{
    pid_t child = fork();
    if (child == 0) _exit(has_lock() ? 1 : 0);
    waitpid(child, result, 0);
    return NULL;
}

/* The lock's file is open and stands nowhere yet: another thread forks. */
static int64_t fork_beside(void *user, tsn_file_op op, const char *name, size_t len)
{
    (void)name, (void)len;
    if (op != TSN_FILE_OP_LOCK || atomic_exchange(&has_forked, true)) return 0;
    ck_assert_int_eq(tsn_thread_start(&forker, "forker", fork_now, user), TOCSIN_OK);
    while (!atomic_load(&is_forking)) sched_yield();
    return 0;
}

START_TEST(a_fork_while_a_lock_is_being_opened_leaves_the_child_without_it) /* FRK-2 */
{
    int how = -1;
    tsn_spool_run run;
    tsn_spool_run_init(&run, unit_disk_new(), TSN_LIT(UNIT_DSN));
    ck_assert_int_eq(pthread_atfork(note_fork, NULL, NULL), 0); /* runs before ours */
    tsn_file_set_hook(fork_beside, &how);
    ck_assert_int_eq(tsn_spool_run_open(&run), 0);
    tsn_thread_join(&forker);
    ck_assert(has_lock());
    ck_assert_int_eq(how, 0);
    tsn_spool_run_fini(&run);
    unit_disk_remove();
}
END_TEST

START_TEST(a_disk_that_hangs_while_a_lock_is_opened_does_not_hold_up_a_fork) /* FRK-1 */
{
    int how = -1;
    tsn_spool_fds_watch();
    tsn_spool_fds_begin();
    fork_now(&how);
    tsn_spool_fds_end();
    ck_assert_int_eq(how, 0);
}
END_TEST

START_TEST(more_than_there_is_room_for_do_no_harm)
{
    static int fds[300];
    for (int i = 0; i < 300; i++) {
        fds[i] = dup(STDERR_FILENO);
        tsn_spool_fds_add(fds[i]);
    }
    for (int i = 0; i < 300; i++) tsn_spool_fds_close(fds[i]);
    for (int i = 0; i < 300; i++) ck_assert(!is_open(fds[i]));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_lock_ends_with_its_holder_though_a_child_lives_on,
        what_was_closed_is_no_longer_ours_to_close,
        a_fork_while_a_lock_is_being_opened_leaves_the_child_without_it,
        a_disk_that_hangs_while_a_lock_is_opened_does_not_hold_up_a_fork,
        more_than_there_is_room_for_do_no_harm,
    };
    return unit_suite_of("io/spool_fds", tests, sizeof tests / sizeof tests[0]);
}
