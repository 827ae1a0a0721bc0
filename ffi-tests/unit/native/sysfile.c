/* Bounded looks into files. */
#include "native/sysfile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/house.h"
#include "support.h"

typedef struct scratch {
    char directory[64];
    char path[80];
} scratch;

static void scratch_init(scratch *place, const char *name)
{
    const char *base = getenv("TMPDIR");
    if (base == NULL || strlen(base) > 30) base = P_tmpdir;
    snprintf(place->directory, sizeof place->directory, "%s/tsn-sysfile-XXXXXX", base);
    ck_assert_ptr_nonnull(mkdtemp(place->directory));
    snprintf(place->path, sizeof place->path, "%.62s/%.10s", place->directory, name);
}

static void scratch_fini(scratch *place)
{
    unlink(place->path);
    ck_assert_int_eq(rmdir(place->directory), 0);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(head_reads_up_to_its_cap)
{
    scratch place;
    char out[8];
    scratch_init(&place, "file");
    write_file(place.path, "0123456789");
    ck_assert_uint_eq(tsn_sysfile_head(place.path, out, sizeof out), 8);
    ck_assert_mem_eq(out, "01234567", 8);
    write_file(place.path, "012");
    ck_assert_uint_eq(tsn_sysfile_head(place.path, out, sizeof out), 3);
    scratch_fini(&place);
}
END_TEST

START_TEST(head_reads_files_of_proc_that_claim_to_be_empty)
{
    char out[64];
    ck_assert_uint_gt(tsn_sysfile_head("/proc/self/stat", out, sizeof out), 10);
}
END_TEST

START_TEST(what_is_missing_reads_as_nothing)
{
    char out[8];
    ck_assert_uint_eq(tsn_sysfile_head("/nonexistent/file", out, sizeof out), 0);
    ck_assert_uint_eq(tsn_sysfile_link("/nonexistent/file", out, sizeof out), 0);
    ck_assert_int_eq(tsn_sysfile_open("/nonexistent/file"), -1);
    tsn_sysfile_close(-1);
}
END_TEST

START_TEST(fifo_is_refused_without_waiting_for_a_writer)
{
    scratch place;
    scratch_init(&place, "fifo");
    ck_assert_int_eq(mkfifo(place.path, 0600), 0);
    ck_assert_int_eq(tsn_sysfile_open(place.path), -1);
    scratch_fini(&place);
}
END_TEST

START_TEST(devices_and_directories_are_refused)
{
    ck_assert_int_eq(tsn_sysfile_open("/dev/zero"), -1);
    ck_assert_int_eq(tsn_sysfile_open("/proc"), -1);
}
END_TEST

START_TEST(descriptor_does_not_survive_exec)
{
    int fd = tsn_sysfile_open(TSN_SYSFILE_PROGRAM);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    tsn_sysfile_close(fd);
    ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
}
END_TEST

START_TEST(read_at_gives_all_or_false)
{
    scratch place;
    char out[8];
    scratch_init(&place, "file");
    write_file(place.path, "0123456789");
    int fd = tsn_sysfile_open(place.path);
    ck_assert(tsn_sysfile_read_at(fd, 2, out, 8));
    ck_assert_mem_eq(out, "23456789", 8);
    ck_assert(!tsn_sysfile_read_at(fd, 3, out, 8));
    ck_assert(!tsn_sysfile_read_at(fd, 10, out, 1));
    ck_assert(tsn_sysfile_read_at(fd, 10, out, 0));
    ck_assert(!tsn_sysfile_read_at(fd, INT64_MAX, out, 1));
    ck_assert(!tsn_sysfile_read_at(fd, UINT64_MAX, out, 1));
    tsn_sysfile_close(fd);
    scratch_fini(&place);
}
END_TEST

START_TEST(link_longer_than_the_cap_is_no_link)
{
    scratch place;
    char out[8];
    scratch_init(&place, "link");
    ck_assert_int_eq(symlink("1234567", place.path), 0);
    ck_assert_uint_eq(tsn_sysfile_link(place.path, out, sizeof out), 7);
    ck_assert_mem_eq(out, "1234567", 7);
    ck_assert_uint_eq(tsn_sysfile_link(place.path, out, 7), 0);
    scratch_fini(&place);
}
END_TEST

START_TEST(program_is_an_absolute_path_to_this_test)
{
    char out[4096];
    static const char want[] = "unit_native_sysfile";
    size_t len = tsn_sysfile_program(out, sizeof out);
    ck_assert_uint_gt(len, sizeof want);
    ck_assert_int_eq(out[0], '/');
    ck_assert_mem_eq(out + len - (sizeof want - 1), want, sizeof want - 1);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        head_reads_up_to_its_cap,
        head_reads_files_of_proc_that_claim_to_be_empty,
        what_is_missing_reads_as_nothing,
        fifo_is_refused_without_waiting_for_a_writer,
        devices_and_directories_are_refused,
        descriptor_does_not_survive_exec,
        read_at_gives_all_or_false,
        link_longer_than_the_cap_is_no_link,
        program_is_an_absolute_path_to_this_test,
    };
    return unit_suite_of("native/sysfile", tests, TSN_ARRAY_LEN(tests));
}
