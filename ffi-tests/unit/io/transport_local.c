#include "io/transport_local.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "support.h"

static char folder[64];
static char path[96];

static void setup(void)
{
    snprintf(folder, sizeof folder, "/tmp/tsn-local-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/out", folder);
}

static void teardown(void)
{
    unlink(path);
    rmdir(folder);
}

static void count_finish(tsn_transfer *transfer, void *context)
{
    (void)transfer;
    ++*(int *)context;
}

/* Sends one body; the status it was answered with. */
static int send_text(tsn_transport *transport, const char *text)
{
    int finished = 0;
    tsn_transfer transfer = {.finish = count_finish, .context = &finished};
    tsn_buf_slice(&transfer.body, unit_slice(text));
    transport->ops->start(transport, &transfer);
    ck_assert_int_eq(finished, 0);
    ck_assert_uint_eq(transport->running, 1);
    transport->ops->poll(transport, 0);
    ck_assert_int_eq(finished, 1);
    ck_assert_uint_eq(transport->running, 0);
    int status = transfer.response.status;
    ck_assert((transfer.problem[0] != '\0') == (status == 0));
    tsn_transfer_fini(&transfer);
    return status;
}

static void expect_file(const char *want)
{
    tsn_buf text = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_file_read(path, 4096, &text), TOCSIN_OK);
    unit_expect_buf(&text, want);
    tsn_buf_fini(&text);
}

START_TEST(envelopes_are_appended_as_they_are)
{
    setup();
    tsn_transport *transport = tsn_transport_local_new(path);
    ck_assert_int_eq(access(path, F_OK), -1);
    ck_assert_int_eq(send_text(transport, "{}\nfirst\n"), 200);
    ck_assert_int_eq(send_text(transport, "{}\nsecond\n"), 200);
    transport->ops->fini(transport);
    expect_file("{}\nfirst\n{}\nsecond\n");
    transport = tsn_transport_local_new(path);
    ck_assert_int_eq(send_text(transport, "third\n"), 200);
    transport->ops->fini(transport);
    expect_file("{}\nfirst\n{}\nsecond\nthird\n");
    teardown();
}
END_TEST

START_TEST(the_file_is_for_its_owner_alone)
{
    struct stat info;
    setup();
    tsn_transport *transport = tsn_transport_local_new(path);
    ck_assert_int_eq(send_text(transport, "x\n"), 200);
    transport->ops->fini(transport);
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0600);
    teardown();
}
END_TEST

START_TEST(a_file_that_cannot_be_opened_is_no_answer_and_is_tried_again)
{
    setup();
    rmdir(folder);
    tsn_transport *transport = tsn_transport_local_new(path);
    ck_assert_int_eq(send_text(transport, "x\n"), 0);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    ck_assert_int_eq(send_text(transport, "y\n"), 200);
    transport->ops->fini(transport);
    expect_file("y\n");
    teardown();
}
END_TEST

START_TEST(a_full_disk_is_no_answer)
{
    tsn_transport *transport = tsn_transport_local_new("/dev/full");
    ck_assert_int_eq(send_text(transport, "x\n"), 0);
    transport->ops->fini(transport);
}
END_TEST

START_TEST(standard_output_gets_the_bytes_and_stays_open)
{
    int ends[2];
    char got[16] = "";
    ck_assert_int_eq(pipe(ends), 0);
    int before = dup(STDOUT_FILENO);
    fflush(stdout);
    dup2(ends[1], STDOUT_FILENO);
    tsn_transport *transport = tsn_transport_local_new(NULL);
    int status = send_text(transport, "{}\n");
    transport->ops->fini(transport);
    int is_open = fcntl(STDOUT_FILENO, F_GETFD) >= 0;
    dup2(before, STDOUT_FILENO);
    ck_assert_int_eq(status, 200);
    ck_assert(is_open);
    ck_assert_int_eq(read(ends[0], got, sizeof got), 3);
    ck_assert_str_eq(got, "{}\n");
}
END_TEST

START_TEST(what_is_cancelled_is_not_finished)
{
    setup();
    int finished = 0;
    tsn_transfer transfer = {.finish = count_finish, .context = &finished};
    tsn_transport *transport = tsn_transport_local_new(path);
    tsn_buf_slice(&transfer.body, unit_slice("x"));
    transport->ops->start(transport, &transfer);
    transport->ops->cancel_all(transport);
    transport->ops->poll(transport, 0);
    ck_assert_int_eq(finished, 0);
    transport->ops->fini(transport);
    tsn_transfer_fini(&transfer);
    teardown();
}
END_TEST

START_TEST(no_memory_no_transport)
{
    tsn_alloc_fail_nth(1, false);
    ck_assert_ptr_null(tsn_transport_local_new(NULL));
    tsn_alloc_fail_nth(0, false);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        envelopes_are_appended_as_they_are,
        the_file_is_for_its_owner_alone,
        a_file_that_cannot_be_opened_is_no_answer_and_is_tried_again,
        a_full_disk_is_no_answer,
        standard_output_gets_the_bytes_and_stays_open,
        what_is_cancelled_is_not_finished,
        no_memory_no_transport,
    };
    return unit_suite_of("io/transport_local", tests, sizeof tests / sizeof tests[0]);
}
