#include "support.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/house.h"

static char folder[] = "tocsin-file-XXXXXX";
static char path[PATH_MAX];

/* Each case runs in a process and a folder of its own. */
static void enter_folder(void)
{
    ck_assert_int_eq(chdir(getenv("TMPDIR") != NULL ? getenv("TMPDIR") : P_tmpdir), 0);
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void leave_folder(void)
{
    ck_assert_int_eq(rmdir(folder), 0);
}

static const char *in_folder(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put(const char *name, const char *text)
{
    FILE *file = fopen(in_folder(name), "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void drop(const char *name)
{
    ck_assert_int_eq(unlink(in_folder(name)), 0);
}

START_TEST(a_whole_file_is_appended_to_what_is_there)
{
    put("a", "contents");
    tsn_buf out = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&out, "before ");
    ck_assert_int_eq(tsn_file_read(in_folder("a"), 8, &out), TOCSIN_OK);
    unit_expect_buf(&out, "before contents");
    tsn_buf_fini(&out);
    drop("a");
}
END_TEST

START_TEST(an_empty_file_is_fine)
{
    put("a", "");
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_file_read(in_folder("a"), 0, &out), TOCSIN_OK);
    unit_expect_buf(&out, "");
    tsn_buf_fini(&out);
    drop("a");
}
END_TEST

START_TEST(a_file_over_the_limit_leaves_the_buffer_alone)
{
    put("a", "12345678");
    tsn_buf out = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&out, "x");
    ck_assert_int_eq(tsn_file_read(in_folder("a"), 7, &out), TOCSIN_E_RANGE);
    ck_assert_int_eq(tsn_file_read(in_folder("a"), 0, &out), TOCSIN_E_RANGE);
    unit_expect_buf(&out, "x");
    ck_assert_int_eq(tsn_file_read(in_folder("a"), SIZE_MAX, &out), TOCSIN_OK);
    unit_expect_buf(&out, "x12345678");
    tsn_buf_fini(&out);
    drop("a");
}
END_TEST

START_TEST(files_of_the_kernel_without_a_size_are_read_to_their_end)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_file_read("/proc/self/status", 1 << 20, &out), TOCSIN_OK);
    ck_assert(tsn_slice_starts_with(tsn_buf_view(&out), TSN_LIT("Name:")));
    ck_assert_uint_gt(out.len, 100);
    tsn_buf_clear(&out);
    ck_assert_int_eq(tsn_file_read("/proc/self/status", 100, &out), TOCSIN_E_RANGE);
    ck_assert_uint_eq(out.len, 0);
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(only_regular_files_are_read)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(mkfifo(in_folder("fifo"), 0600), 0);
    const char *const refused[] = {
        in_folder("fifo"), folder, "/dev/zero", "/dev/null", "", "no/such/file",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(refused); i++) {
        ck_assert_msg(tsn_file_read(refused[i], 100, &out) == TOCSIN_E_SYSTEM, "'%s'", refused[i]);
    }
    unit_expect_buf(&out, "");
    drop("fifo");
    put("a", "x");
    ck_assert_int_eq(symlinkat("a", AT_FDCWD, in_folder("link")), 0);
    ck_assert_int_eq(tsn_file_read(in_folder("link"), 100, &out), TOCSIN_OK);
    unit_expect_buf(&out, "x");
    tsn_buf_fini(&out);
    drop("link");
    drop("a");
}
END_TEST

static void *grow_for_ever(void *arg)
{
    _Atomic bool *stop = arg;
    char path_of_mine[PATH_MAX];
    snprintf(path_of_mine, sizeof path_of_mine, "%s/a", folder);
    int fd = tsn_file_open_append(path_of_mine);
    char block[4096];
    memset(block, 'g', sizeof block);
    for (int i = 0; i < 20000 && !*stop; i++) {
        (void)tsn_file_write(fd, (tsn_slice){block, sizeof block});
    }
    tsn_file_close(fd);
    return NULL;
}

START_TEST(a_file_that_grows_while_it_is_read_stays_within_the_limit)
{
    put("a", "start");
    _Atomic bool stop = false;
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, grow_for_ever, &stop), 0);
    tocsin_status st = TOCSIN_OK;
    while (st == TOCSIN_OK) {
        tsn_buf out = TSN_BUF_EMPTY;
        st = tsn_file_read(in_folder("a"), 100000, &out);
        ck_assert_uint_le(out.len, 100000);
        if (st != TOCSIN_OK) ck_assert_uint_eq(out.len, 0);
        tsn_buf_fini(&out);
    }
    ck_assert_int_eq(st, TOCSIN_E_RANGE);
    stop = true;
    pthread_join(thread, NULL);
    drop("a");
}
END_TEST

START_TEST(without_memory_reading_fails_and_the_buffer_is_as_before)
{
    put("a", "contents");
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_alloc_fail_nth(1, false);
    ck_assert_int_eq(tsn_file_read(in_folder("a"), 100, &out), TOCSIN_E_NOMEM);
    tsn_alloc_fail_nth(0, false);
    ck_assert(!out.failed);
    ck_assert_int_eq(tsn_file_read(in_folder("a"), 100, &out), TOCSIN_OK);
    unit_expect_buf(&out, "contents");
    out.failed = true;
    ck_assert_int_eq(tsn_file_read(in_folder("a"), 100, &out), TOCSIN_E_NOMEM);
    ck_assert(out.failed);
    tsn_buf_fini(&out);
    drop("a");
}
END_TEST

START_TEST(appending_creates_a_private_file_and_keeps_what_is_there)
{
    umask(0);
    for (int i = 0; i < 2; i++) {
        int fd = tsn_file_open_append(in_folder("log"));
        ck_assert_int_gt(fd, 2);
        ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        ck_assert_int_eq(tsn_file_write(fd, TSN_LIT("line\n")), TOCSIN_OK);
        ck_assert_int_eq(tsn_file_write(fd, TSN_SLICE_ABSENT), TOCSIN_OK);
        tsn_file_close(fd);
    }
    struct stat info;
    ck_assert_int_eq(stat(in_folder("log"), &info), 0);
    ck_assert_int_eq(info.st_mode & 07777, 0600);
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_file_read(in_folder("log"), 100, &out), TOCSIN_OK);
    unit_expect_buf(&out, "line\nline\n");
    tsn_buf_fini(&out);
    ck_assert_int_eq(tsn_file_open_append(folder), TOCSIN_E_SYSTEM);
    ck_assert_int_eq(tsn_file_open_append("no/such/folder"), TOCSIN_E_SYSTEM);
    drop("log");
}
END_TEST

START_TEST(closed_standard_descriptors_are_left_to_the_host)
{
    int saved = dup(STDERR_FILENO);
    close(STDERR_FILENO);
    int fd = tsn_file_open_append(in_folder("log"));
    bool is_free = fcntl(STDERR_FILENO, F_GETFD) < 0;
    dup2(saved, STDERR_FILENO);
    close(saved);
    ck_assert_int_gt(fd, STDERR_FILENO);
    ck_assert(is_free);
    tsn_file_close(fd);
    drop("log");
}
END_TEST

enum { PIPED = 1 << 20 };

static void *read_slowly(void *arg)
{
    int fd = *(int *)arg;
    char block[777];
    size_t total = 0;
    ssize_t got;
    while ((got = read(fd, block, sizeof block)) > 0) total += (size_t)got;
    return (void *)(uintptr_t)total;
}

START_TEST(a_full_pipe_is_waited_for)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, read_slowly, &ends[0]), 0);
    char *data = calloc(1, PIPED);
    ck_assert_int_eq(tsn_file_write(ends[1], (tsn_slice){data, PIPED}), TOCSIN_OK);
    tsn_file_close(ends[1]);
    void *total;
    pthread_join(thread, &total);
    ck_assert_uint_eq((uintptr_t)total, PIPED);
    free(data);
    tsn_file_close(ends[0]);
}
END_TEST

START_TEST(writing_fails_where_nobody_reads)
{
    signal(SIGPIPE, SIG_IGN);
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    tsn_file_close(ends[0]);
    ck_assert_int_eq(tsn_file_write(ends[1], TSN_LIT("x")), TOCSIN_E_SYSTEM);
    tsn_file_close(ends[1]);
    ck_assert_int_eq(tsn_file_write(ends[1], TSN_LIT("x")), TOCSIN_E_SYSTEM);
    ck_assert_int_eq(tsn_file_write(-1, TSN_LIT("x")), TOCSIN_E_SYSTEM);
    tsn_file_close(-1);

    int full = open("/dev/full", O_WRONLY);
    ck_assert_int_eq(tsn_file_write(full, TSN_LIT("x")), TOCSIN_E_SYSTEM);
    tsn_file_close(full);
}
END_TEST

static bool is_pending(int number)
{
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, number);
}

START_TEST(writing_where_nobody_reads_raises_no_signal) /* SIG-1 */
{
    int ends[2];
    sigset_t pipes, blocked;
    signal(SIGPIPE, SIG_DFL);
    ck_assert_int_eq(pipe(ends), 0);
    tsn_file_close(ends[0]);
    ck_assert_int_eq(tsn_file_write(ends[1], TSN_LIT("x")), TOCSIN_E_SYSTEM);
    ck_assert(!is_pending(SIGPIPE));
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    ck_assert(!sigismember(&blocked, SIGPIPE));
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipes, NULL);
    raise(SIGPIPE);
    ck_assert_int_eq(tsn_file_write(ends[1], TSN_LIT("x")), TOCSIN_E_SYSTEM);
    ck_assert(is_pending(SIGPIPE)); /* the host's own is left to it */
    tsn_file_close(ends[1]);
}
END_TEST

START_TEST(writing_beyond_the_largest_file_raises_no_signal)
{
    struct rlimit before, small;
    int fd = tsn_file_open_append(in_folder("log"));
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 4;
    setrlimit(RLIMIT_FSIZE, &small); /* which holds for what Check writes too */
    tocsin_status st = tsn_file_write(fd, TSN_LIT("123456"));
    setrlimit(RLIMIT_FSIZE, &before);
    ck_assert_int_eq(st, TOCSIN_E_SYSTEM);
    ck_assert(!is_pending(SIGXFSZ));
    tsn_file_close(fd);
    drop("log");
}
END_TEST

START_TEST(no_descriptor_leaks_on_any_way)
{
    put("a", "12345678");
    int before = dup(0);
    close(before);
    tsn_buf out = TSN_BUF_EMPTY;
    for (int i = 0; i < 50; i++) {
        (void)tsn_file_read(in_folder("a"), 100, &out);
        (void)tsn_file_read(in_folder("a"), 3, &out);
        (void)tsn_file_read(folder, 100, &out);
        (void)tsn_file_read("/dev/null", 100, &out);
    }
    tsn_buf_fini(&out);
    int after = dup(0);
    close(after);
    ck_assert_int_eq(after, before);
    drop("a");
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_whole_file_is_appended_to_what_is_there,
        an_empty_file_is_fine,
        a_file_over_the_limit_leaves_the_buffer_alone,
        files_of_the_kernel_without_a_size_are_read_to_their_end,
        only_regular_files_are_read,
        a_file_that_grows_while_it_is_read_stays_within_the_limit,
        without_memory_reading_fails_and_the_buffer_is_as_before,
        appending_creates_a_private_file_and_keeps_what_is_there,
        closed_standard_descriptors_are_left_to_the_host,
        a_full_pipe_is_waited_for,
        writing_fails_where_nobody_reads,
        writing_where_nobody_reads_raises_no_signal,
        writing_beyond_the_largest_file_raises_no_signal,
        no_descriptor_leaks_on_any_way,
    };
    Suite *suite = suite_create("file");
    TCase *cases = tcase_create("file");
    tcase_add_checked_fixture(cases, enter_folder, leave_folder);
    for (size_t i = 0; i < TSN_ARRAY_LEN(tests); i++) tcase_add_test(cases, tests[i]);
    suite_add_tcase(suite, cases);
    return suite;
}
