/* Directories of the test's own, and a hook that fails, tears or forgets. */
#include "base/file_ops.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

static char path[64];
static int dir = -1;

static void open_folder(void)
{
    snprintf(path, sizeof path, "/tmp/tsn-ops-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(path));
    dir = tsn_dir_open_at(AT_FDCWD, path);
    ck_assert_int_gt(dir, STDERR_FILENO);
}

static void close_folder(void)
{
    char command[128];
    tsn_file_set_hook(NULL, NULL);
    snprintf(command, sizeof command, "rm -r %s", path);
    ck_assert_int_eq(system(command), 0);
    close(dir);
}

typedef struct trouble {
    tsn_file_op op;
    int64_t answer;
    int times; /* answered so, then no more */
    int asked;
} trouble;

static int64_t make_trouble(void *user, tsn_file_op op, const char *name, size_t len)
{
    trouble *made = user;
    (void)name;
    (void)len;
    if (op != made->op) return 0;
    made->asked++;
    return made->times-- > 0 ? made->answer : 0;
}

static void expect_bytes(const char *name, const char *want)
{
    tsn_buf got = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_file_get_at(dir, name, 100, &got), 0);
    unit_expect_buf(&got, want);
    tsn_buf_fini(&got);
}

static bool is_there(const char *name)
{
    return faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

START_TEST(what_was_put_is_there_for_its_owner_alone) /* SEC-6 */
{
    open_folder();
    umask(0);
    ck_assert_int_eq(tsn_file_put_at(dir, "a", TSN_LIT("text"), true), 0);
    ck_assert_int_eq(tsn_dir_make_at(dir, "sub"), 0);
    struct stat info;
    fstatat(dir, "a", &info, 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0600);
    fstatat(dir, "sub", &info, 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0700);
    expect_bytes("a", "text");
    uint64_t size;
    ck_assert_int_eq(tsn_file_size_at(dir, "a", &size), 0);
    ck_assert_uint_eq(size, 4);
    ck_assert_int_eq(tsn_file_put_at(dir, "a", TSN_LIT("other"), false), -EEXIST);
    expect_bytes("a", "text");
    close_folder();
}
END_TEST

START_TEST(no_link_is_followed_and_nothing_waited_for) /* SEC-7 */
{
    open_folder();
    tsn_buf got = TSN_BUF_EMPTY;
    ck_assert_int_eq(symlinkat("/etc/passwd", dir, "link"), 0);
    ck_assert_int_eq(symlinkat("/tmp", dir, "folder"), 0);
    ck_assert_int_eq(mkfifoat(dir, "fifo", 0600), 0);
    ck_assert_int_eq(tsn_file_get_at(dir, "link", 1 << 20, &got), -ELOOP);
    ck_assert_int_eq(tsn_file_put_at(dir, "link", TSN_LIT("x"), false), -EEXIST);
    ck_assert_int_eq(tsn_file_lock_at(dir, "link", true), -ELOOP);
    ck_assert_int_lt(tsn_dir_open_at(dir, "folder"), 0);
    ck_assert_int_eq(tsn_file_get_at(dir, "fifo", 100, &got), -EINVAL);
    ck_assert_int_eq(tsn_file_put_at(dir, "large", TSN_LIT("0123456789"), false), 0);
    ck_assert_int_eq(tsn_file_get_at(dir, "large", 9, &got), -EFBIG);
    ck_assert_uint_eq(got.len, 0);
    close_folder();
}
END_TEST

static bool count_entry(void *context, const char *name)
{
    ck_assert_int_ne(name[0], '.');
    return ++*(int *)context < 3;
}

START_TEST(a_list_ends_when_its_reader_has_enough)
{
    open_folder();
    int count = 0;
    ck_assert_int_eq(tsn_dir_list(dir, count_entry, &count), 0);
    ck_assert_int_eq(count, 0);
    for (char name[] = "a"; name[0] < 'f'; name[0]++) {
        ck_assert_int_eq(tsn_file_put_at(dir, name, TSN_LIT(""), false), 0);
    }
    ck_assert_int_eq(tsn_dir_list(dir, count_entry, &count), 0);
    ck_assert_int_eq(count, 3);
    close_folder();
}
END_TEST

START_TEST(a_lock_is_held_until_its_descriptor_goes) /* SPL-4 */
{
    open_folder();
    ck_assert_int_eq(tsn_file_lock_at(dir, "lock", false), -ENOENT);
    int fd = tsn_file_lock_at(dir, "lock", true);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(tsn_file_lock_at(dir, "lock", true), -EWOULDBLOCK);
    pid_t child = fork();
    if (child == 0) _exit(tsn_file_lock_at(dir, "lock", true) == -EWOULDBLOCK ? 0 : 1);
    int how;
    waitpid(child, &how, 0);
    ck_assert_int_eq(how, 0);
    ck_assert(tsn_file_is_linked(fd));
    ck_assert_int_eq(tsn_file_unlink_at(dir, "lock"), 0);
    ck_assert(!tsn_file_is_linked(fd));
    close(fd);
    fd = tsn_file_lock_at(dir, "lock", true);
    ck_assert_int_ge(fd, 0);
    close(fd);
    close_folder();
}
END_TEST

START_TEST(nothing_is_left_of_a_write_that_failed_was_torn_or_not_synced) /* IO-1, IO-2 */
{
    static const trouble cases[] = {
        {TSN_FILE_OP_CREATE, -EMFILE, 1, 0},  {TSN_FILE_OP_WRITE, -ENOSPC, 1, 0},
        {TSN_FILE_OP_WRITE, 2, 1, 0},         {TSN_FILE_OP_SYNC, -EIO, 1, 0},
        {TSN_FILE_OP_WRITE, -EINTR, 5000, 0},
    };
    static const int want[] = {-EMFILE, -ENOSPC, -EIO, -EIO, -EINTR};
    open_folder();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        trouble made = cases[i];
        tsn_file_set_hook(make_trouble, &made);
        ck_assert_int_eq(tsn_file_put_at(dir, "a", TSN_LIT("text"), true), want[i]);
        ck_assert(!is_there("a"));
    }
    close_folder();
}
END_TEST

START_TEST(an_interruption_is_sat_out) /* IO-1 */
{
    static const tsn_file_op ops[] = {TSN_FILE_OP_CREATE, TSN_FILE_OP_WRITE, TSN_FILE_OP_SYNC,
                                      TSN_FILE_OP_OPEN, TSN_FILE_OP_READ};
    open_folder();
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        trouble made = {ops[i], -EINTR, 3, 0};
        tsn_file_set_hook(make_trouble, &made);
        ck_assert_int_eq(tsn_file_put_at(dir, "a", TSN_LIT("text"), true), 0);
        expect_bytes("a", "text");
        ck_assert_int_ge(made.asked, 4);
        ck_assert_int_eq(tsn_file_unlink_at(dir, "a"), 0);
    }
    close_folder();
}
END_TEST

START_TEST(what_was_put_can_be_synced_later) /* D4 */
{
    open_folder();
    ck_assert_int_eq(tsn_file_sync_at(dir, "a"), -ENOENT);
    ck_assert_int_eq(tsn_file_put_at(dir, "a", TSN_LIT("text"), false), 0);
    ck_assert_int_eq(tsn_file_sync_at(dir, "a"), 0);
    close_folder();
}
END_TEST

START_TEST(what_is_forgotten_is_said_to_be_done)
{
    open_folder();
    ck_assert_int_eq(tsn_file_put_at(dir, "a", TSN_LIT("text"), false), 0);
    trouble made = {TSN_FILE_OP_RENAME, TSN_FILE_FORGET, 1, 0};
    tsn_file_set_hook(make_trouble, &made);
    ck_assert_int_eq(tsn_file_rename_at(dir, "a", dir, "b"), 0);
    ck_assert(is_there("a"));
    made = (trouble){TSN_FILE_OP_UNLINK, TSN_FILE_FORGET, 1, 0};
    ck_assert_int_eq(tsn_file_unlink_at(dir, "a"), 0);
    ck_assert(is_there("a"));
    made = (trouble){TSN_FILE_OP_WRITE, TSN_FILE_FORGET, 1, 0};
    ck_assert_int_eq(tsn_file_put_at(dir, "c", TSN_LIT("text"), false), 0);
    expect_bytes("c", "");
    close_folder();
}
END_TEST

START_TEST(every_operation_fails_as_the_hook_says)
{
    static const tsn_file_op ops[] = {TSN_FILE_OP_RENAME,   TSN_FILE_OP_UNLINK,
                                      TSN_FILE_OP_MAKE_DIR, TSN_FILE_OP_REMOVE_DIR,
                                      TSN_FILE_OP_LIST,     TSN_FILE_OP_LOCK};
    open_folder();
    int count = 0;
    tsn_buf got = TSN_BUF_EMPTY;
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        trouble made = {ops[i], -EROFS, 1, 0};
        tsn_file_set_hook(make_trouble, &made);
        int results[] = {
            [TSN_FILE_OP_RENAME] = tsn_file_rename_at(dir, "x", dir, "y"),
            [TSN_FILE_OP_UNLINK] = tsn_file_unlink_at(dir, "x"),
            [TSN_FILE_OP_MAKE_DIR] = tsn_dir_make_at(dir, "d"),
            [TSN_FILE_OP_REMOVE_DIR] = tsn_dir_remove_at(dir, "d"),
            [TSN_FILE_OP_LIST] = tsn_dir_list(dir, count_entry, &count),
            [TSN_FILE_OP_LOCK] = tsn_file_lock_at(dir, "l", true),
        };
        ck_assert_int_eq(results[ops[i]], -EROFS);
    }
    trouble made = {TSN_FILE_OP_READ, -EIO, 1, 0};
    tsn_file_set_hook(make_trouble, &made);
    ck_assert_int_eq(tsn_file_put_at(dir, "a", TSN_LIT("text"), false), 0);
    ck_assert_int_eq(tsn_file_get_at(dir, "a", 100, &got), -EIO);
    tsn_buf_fini(&got);
    close_folder();
}
END_TEST

START_TEST(a_file_that_may_not_grow_is_an_error_and_no_signal) /* SPL-1, SIG-1 */
{
    open_folder();
    pid_t child = fork(); /* the limit would meet Check's own files */
    if (child == 0) {
        struct rlimit usual;
        signal(SIGXFSZ, SIG_DFL);
        if (getrlimit(RLIMIT_FSIZE, &usual) != 0) _exit(2);
        const struct rlimit limit = {2, usual.rlim_max};
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
        int rc = tsn_file_put_at(dir, "a", TSN_LIT("text"), false);
        if (setrlimit(RLIMIT_FSIZE, &usual) != 0) _exit(3); /* the end may write its coverage */
        _exit(rc == -EFBIG ? 0 : 1);
    }
    int how;
    waitpid(child, &how, 0);
    ck_assert_int_eq(how, 0);
    ck_assert(!is_there("a"));
    close_folder();
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_was_put_is_there_for_its_owner_alone,
        no_link_is_followed_and_nothing_waited_for,
        a_list_ends_when_its_reader_has_enough,
        a_lock_is_held_until_its_descriptor_goes,
        nothing_is_left_of_a_write_that_failed_was_torn_or_not_synced,
        an_interruption_is_sat_out,
        what_was_put_can_be_synced_later,
        what_is_forgotten_is_said_to_be_done,
        every_operation_fails_as_the_hook_says,
        a_file_that_may_not_grow_is_an_error_and_no_signal,
    };
    return unit_suite_of("base/file_ops", tests, sizeof tests / sizeof tests[0]);
}
