/* Paths with links of one's own, of somebody else's, and of nobody knows whose. */
#include "base/dir_path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_ops.h"
#include "support.h"

enum { SOMEBODY_ELSE = 65534 };

static char folder[64];

/* The tests' paths are relative to it. */
static void enter_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/tsn-path-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
    char command[128];
    tsn_file_set_hook(NULL, NULL);
    snprintf(command, sizeof command, "cd / && rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static const char *whole(const char *below)
{
    static char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, below);
    return path;
}

static int count_descriptors(void)
{
    int count = 0;
    DIR *stream = opendir("/proc/self/fd");
    ck_assert_ptr_nonnull(stream);
    while (readdir(stream) != NULL) count++;
    closedir(stream);
    return count;
}

/* Opened, it is the same directory that the kernel finds there. */
static void expect_opened(const char *path, bool can_create)
{
    struct stat got, want;
    int before = count_descriptors();
    int fd = tsn_dir_open_path(path, can_create);
    ck_assert_int_gt(fd, STDERR_FILENO);
    ck_assert_int_eq(fstat(fd, &got), 0);
    ck_assert_int_eq(stat(path, &want), 0);
    ck_assert_uint_eq(got.st_ino, want.st_ino);
    ck_assert_uint_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    close(fd);
    ck_assert_int_eq(count_descriptors(), before);
}

static void expect_refused(const char *path, int why)
{
    int before = count_descriptors();
    ck_assert_msg(tsn_dir_open_path(path, true) == why, "%s", path);
    ck_assert_int_eq(count_descriptors(), before);
}

START_TEST(directories_are_made_with_those_above_them)
{
    static const char *const spellings[] = {"a/b/c",        "a/b/c/", "./a//b/./c",
                                            "a/../a/b/c/.", ".",      "/"};
    struct stat info;
    enter_folder();
    ck_assert_int_eq(tsn_dir_open_path("a/b/c", false), -ENOENT);
    umask(0);
    expect_opened(whole("a/b/c"), true);
    ck_assert_int_eq(stat("a", &info), 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0700);
    for (size_t i = 0; i < TSN_ARRAY_LEN(spellings); i++) expect_opened(spellings[i], false);
    leave_folder();
}
END_TEST

START_TEST(what_is_no_way_is_refused)
{
    char text[PATH_MAX + 1];
    enter_folder();
    expect_refused("", -ENOENT);
    expect_refused("/dev/null/a", -ENOTDIR);
    expect_refused("/dev/null", -ENOTDIR);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    expect_refused(text, -ENAMETOOLONG);
    text[NAME_MAX + 1] = '\0';
    expect_refused(text, -ENAMETOOLONG);
    text[NAME_MAX] = '\0';
    expect_opened(text, true);
    leave_folder();
}
END_TEST

START_TEST(ones_own_links_on_the_way_are_followed) /* SEC-7 */
{
    enter_folder();
    ck_assert_int_eq(mkdir("real", 0700) | mkdir("real/deep", 0700), 0);
    ck_assert_int_eq(symlink("real", "near"), 0);
    ck_assert_int_eq(symlink(whole("near/deep"), "far"), 0);
    ck_assert_int_eq(symlink("../../near/", "real/deep/back"), 0);
    ck_assert_int_eq(symlink("real/new", "to-be-made"), 0);
    expect_opened("near/cache", true);
    expect_opened(whole("far/cache"), true);
    expect_opened("far/back/deep/back/cache", true);
    expect_opened("to-be-made/cache", true);
    ck_assert_int_eq(access("real/cache", F_OK) | access("real/deep/cache", F_OK) |
                         access("real/new/cache", F_OK),
                     0);
    leave_folder();
}
END_TEST

START_TEST(no_link_is_followed_in_the_last_place) /* SEC-7 */
{
    enter_folder();
    ck_assert_int_eq(mkdir("real", 0700), 0);
    ck_assert_int_eq(symlink("real", "link"), 0);
    expect_refused("link", -ENOTDIR);
    expect_refused("link/", -ENOTDIR);
    expect_refused("link//", -ENOTDIR);
    expect_refused(whole("link"), -ENOTDIR);
    leave_folder();
}
END_TEST

/* Who may write to a directory can move links there that others made. */
START_TEST(a_link_that_somebody_else_could_have_put_there_is_not_followed) /* SEC-7 */
{
    enter_folder();
    ck_assert_int_eq(mkdir("real", 0700), 0);
    ck_assert_int_eq(symlink("real", "link"), 0);
    ck_assert_int_eq(chmod(".", 0777), 0);
    expect_refused("link/cache", -EPERM);
    expect_refused(whole("link/cache"), -EPERM);
    ck_assert_int_eq(rmdir("real/cache"), -1);
    ck_assert_int_eq(chmod(".", 01777), 0);
    expect_opened("link/cache", true);
    ck_assert_int_eq(chmod(".", 0775), 0);
    expect_opened(whole("link/cache"), true);
    leave_folder();
}
END_TEST

/* Only root can make one. */
START_TEST(a_link_of_somebody_elses_is_not_followed) /* SEC-7 */
{
    enter_folder();
    ck_assert_int_eq(mkdir("real", 0700) | mkdir("others", 0755), 0);
    ck_assert_int_eq(symlink("real", "link") | symlink("../real", "others/link"), 0);
    expect_opened("link/cache", true);
    expect_opened("others/link/cache", true);
    ck_assert_int_eq(rmdir("real/cache"), 0);
    if (getuid() == 0) {
        ck_assert_int_eq(lchown("link", SOMEBODY_ELSE, 0) | chown("others", SOMEBODY_ELSE, 0), 0);
        expect_refused("link/cache", -EPERM);
        expect_refused("others/link/cache", -EPERM);
        ck_assert_int_eq(access("real/cache", F_OK), -1);
        expect_opened("others/cache", true); /* whose it is, is seen at its end */
    }
    leave_folder();
}
END_TEST

START_TEST(links_that_lead_nowhere_come_to_an_end)
{
    char target[PATH_MAX];
    enter_folder();
    ck_assert_int_eq(symlink("round", "round"), 0);
    expect_refused("round/cache", -ELOOP);
    ck_assert_int_eq(symlink("1/2", "1"), 0); /* longer each time */
    expect_refused("1/cache", -ELOOP);
    memset(target, '/', sizeof target);
    target[PATH_MAX - 1] = '\0';
    ck_assert_int_eq(symlink(target, "long"), 0);
    expect_refused("long/cache", -ENAMETOOLONG);
    leave_folder();
}
END_TEST

/* Fails the n-th operation. */
static int64_t fail_nth(void *user, tsn_file_op op, const char *name, size_t len)
{
    int *left = user;
    (void)op;
    (void)name;
    (void)len;
    return (*left)-- == 1 ? -EIO : 0;
}

START_TEST(any_step_may_fail_and_leaves_no_descriptor) /* IO-1 */
{
    enter_folder();
    ck_assert_int_eq(symlink(folder, "link"), 0);
    int before = count_descriptors();
    int fd = -EIO, nth = 0;
    while (fd == -EIO) {
        int left = ++nth;
        ck_assert_int_eq(system("rm -rf a"), 0);
        tsn_file_set_hook(fail_nth, &left);
        fd = tsn_dir_open_path("link/a/cache", true);
        tsn_file_set_hook(NULL, NULL);
        if (fd == -EIO) ck_assert_int_eq(count_descriptors(), before);
    }
    ck_assert_int_gt(fd, STDERR_FILENO);
    ck_assert_int_gt(nth, 8);
    close(fd);
    leave_folder();
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        directories_are_made_with_those_above_them,
        what_is_no_way_is_refused,
        ones_own_links_on_the_way_are_followed,
        no_link_is_followed_in_the_last_place,
        a_link_that_somebody_else_could_have_put_there_is_not_followed,
        a_link_of_somebody_elses_is_not_followed,
        links_that_lead_nowhere_come_to_an_end,
        any_step_may_fail_and_leaves_no_descriptor,
    };
    return unit_suite_of("base/dir_path", tests, sizeof tests / sizeof tests[0]);
}
