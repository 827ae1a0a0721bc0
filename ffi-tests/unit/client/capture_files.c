/* Attachments are read when an event is captured, and held against their limit. */
#include "client_kit.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *write_file(const char *text)
{
    static char path[] = "/tmp/tsn-attachment-XXXXXX";
    memcpy(path + sizeof path - 7, "XXXXXX", 6);
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
    return path;
}

static void attach_path(tsn_cell *cell, const char *path, const char *filename)
{
    tsn_buf json = TSN_BUF_EMPTY;
    tsn_buf_printf(&json, "{\"path\":\"%s\",\"filename\":\"%s\"}", path, filename);
    ck_assert_int_eq(tsn_cell_add_attachment(cell, TSN_SLICE_ABSENT, tsn_buf_view(&json)),
                     TOCSIN_OK);
    tsn_buf_fini(&json);
}

static void attach_bytes(tsn_cell *cell, tsn_slice bytes)
{
    ck_assert_int_eq(tsn_cell_add_attachment(cell, bytes, TSN_LIT("{\"filename\":\"b.bin\"}")),
                     TOCSIN_OK);
}

static void expect_attachments(tsn_client *client, const char *const *want, size_t count)
{
    tsn_buf envelope = TSN_BUF_EMPTY;
    ck_assert(kit_envelope(client, &envelope));
    for (size_t i = 0; i < count; i++) {
        tsn_slice got = kit_item(&envelope, "attachment", i);
        ck_assert(!tsn_slice_absent(got));
        unit_expect_text(got, want[i]);
    }
    ck_assert(tsn_slice_absent(kit_item(&envelope, "attachment", count)));
    tsn_buf_fini(&envelope);
}

START_TEST(a_path_is_read_at_each_capture)
{
    tsn_client *client = kit_open("{}");
    const char *path = write_file("first");
    attach_path(&client->current, path, "a.txt");
    kit_message(&client->current, "x");
    FILE *file = fopen(path, "w");
    fputs("second", file);
    fclose(file);
    kit_message(&client->current, "x");
    unlink(path);
    kit_message(&client->current, "x");
    expect_attachments(client, (const char *const[]){"first"}, 1);
    expect_attachments(client, (const char *const[]){"second"}, 1);
    expect_attachments(client, NULL, 0);
    ck_assert_int_eq(kit_stat(client, "categories.attachment.discarded.invalid"), 1);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(a_prepared_event_has_what_the_file_said_when_it_was_prepared)
{
    tsn_client *client = kit_open("{}");
    const char *path = write_file("then");
    attach_path(&client->current, path, "a.txt");
    tsn_draft *draft = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{}");
    unlink(path);
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_OK);
    tsn_draft_release(draft);
    expect_attachments(client, (const char *const[]){"then"}, 1);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(what_is_no_readable_file_costs_itself_alone)
{
    tsn_client *client = kit_open("{}");
    char folder[] = "/tmp/tsn-attachment-XXXXXX";
    char fifo[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(fifo, sizeof fifo, "%s/fifo", folder);
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    attach_path(&client->current, "/nowhere/at/all", "n.txt");
    attach_path(&client->current, folder, "d.txt");
    attach_path(&client->current, fifo, "f.txt");
    attach_bytes(&client->current, TSN_LIT("bytes"));
    ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_OK);
    expect_attachments(client, (const char *const[]){"bytes"}, 1);
    ck_assert_int_eq(kit_stat(client, "categories.attachment.discarded.invalid"), 3);
    tsn_buf notice = TSN_BUF_EMPTY;
    ck_assert(tsn_diag_next(client->diag, &notice));
    ck_assert(tsn_slice_contains(tsn_buf_view(&notice), TSN_LIT("n.txt")));
    tsn_buf_fini(&notice);
    unlink(fifo);
    rmdir(folder);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(the_size_limit_holds_for_bytes_and_files)
{
    tsn_client *client = kit_open("{'max_attachment_size':4}");
    const char *path = write_file("12345");
    attach_bytes(&client->current, TSN_LIT("1234"));
    attach_bytes(&client->current, TSN_LIT("12345"));
    attach_path(&client->current, path, "a.txt");
    attach_bytes(&client->current, TSN_LIT(""));
    ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_OK);
    expect_attachments(client, (const char *const[]){"1234", ""}, 2);
    /* the bytes of the one whose size is known, and one for the file */
    ck_assert_int_eq(kit_stat(client, "categories.attachment.discarded.invalid"), 5 + 1);
    unlink(path);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(attachments_of_all_layers_come_from_the_outermost_in)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *overlay;
    tsn_cell_new_detached(client, &overlay);
    attach_bytes(overlay, TSN_LIT("overlay"));
    attach_bytes(&client->current, TSN_LIT("current"));
    attach_bytes(&client->global, TSN_LIT("global"));
    attach_bytes(&client->isolation, TSN_LIT("isolation"));
    tsn_capture capture = {.cell = &client->current,
                           .overlay = overlay,
                           .source = TOCSIN_CAPTURE_MESSAGE,
                           .text = TSN_LIT("x")};
    ck_assert_int_eq(tsn_pipeline_capture(&capture, NULL), TOCSIN_OK);
    expect_attachments(client, (const char *const[]){"global", "isolation", "current", "overlay"},
                       4);
    tsn_cell_release(overlay);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_path_is_read_at_each_capture,
        a_prepared_event_has_what_the_file_said_when_it_was_prepared,
        what_is_no_readable_file_costs_itself_alone,
        the_size_limit_holds_for_bytes_and_files,
        attachments_of_all_layers_come_from_the_outermost_in,
    };
    return unit_suite_of("client/capture_files", tests, TSN_ARRAY_LEN(tests));
}
