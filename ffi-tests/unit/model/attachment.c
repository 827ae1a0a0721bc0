/* Attachments: names, types, bytes or path (I-1, SEC-5). */
#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "model/attachment.h"

static tocsin_status make(const char *bytes, const char *json, tsn_attachment **out)
{
    return tsn_attachment_new(tsn_slice_of(bytes), tsn_slice_of(json), out);
}

typedef struct name_case {
    const char *given; /* JSON string */
    const char *want;  /* NULL: TOCSIN_E_RANGE */
} name_case;

static const name_case names[] = {
    {"\"tail.log\"", "\"tail.log\""},
    {"\"../../x\"", "\"x\""},
    {"\"/etc/passwd\"", "\"passwd\""},
    {"\"C:\\\\dir\\\\x.txt\"", "\"x.txt\""},
    {"\"a\\\\b/c\"", "\"c\""},
    {"\"a/b\\\\c\"", "\"c\""},
    {"\"a\\nb\\u0001\\u001fc\x7f\"", "\"abc\""},
    {"\"\xe2\x80\xaegnp.exe\"", "\"\xe2\x80\xaegnp.exe\""},
    {"\"b\xef\xbf\xbd:\"", "\"b\xef\xbf\xbd:\""},
    {"\"say \\\"hi\\\"\"", "\"say \\\"hi\\\"\""},
    {"\"...\"", "\"...\""},
    {"\".\"", NULL},
    {"\"..\"", NULL},
    {"\"a/..\"", NULL},
    {"\".\\u0001.\"", NULL},
    {"\"dir/\"", NULL},
    {"\"\\\\\"", NULL},
    {"\"\"", NULL},
    {"\"\\u0007\"", NULL},
};

START_TEST(a_filename_loses_directories_and_control_bytes)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(names); i++) {
        tsn_buf json = TSN_BUF_EMPTY;
        tsn_buf_printf(&json, "{\"filename\":%s}", names[i].given);
        tsn_attachment *attachment;
        tocsin_status st = tsn_attachment_new(TSN_LIT("x"), tsn_buf_view(&json), &attachment);
        ck_assert_msg(st == (names[i].want == NULL ? TOCSIN_E_RANGE : TOCSIN_OK), "%s: %d",
                      names[i].given, (int)st);
        if (st == TOCSIN_OK) {
            unit_expect_text(tsn_fragment_slice(attachment->filename), names[i].want);
        }
        tsn_attachment_release(attachment);
        tsn_buf_fini(&json);
    }
}
END_TEST

START_TEST(a_name_of_four_kilobytes_is_data)
{
    tsn_buf json = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&json, "{\"filename\":\"");
    for (int i = 0; i < 4096; i++) tsn_buf_byte(&json, 'n');
    TSN_BUF_LIT(&json, "\"}");
    tsn_attachment *attachment;
    ck_assert_int_eq(tsn_attachment_new(TSN_LIT("x"), tsn_buf_view(&json), &attachment), TOCSIN_OK);
    ck_assert_uint_eq(attachment->filename->len, 4096 + 2);
    tsn_attachment_release(attachment);
    tsn_buf_fini(&json);
}
END_TEST

typedef struct type_case {
    const char *json;
    const char *want;
} type_case;

static const type_case types[] = {
    {"{\"filename\":\"a.log\"}", "\"text/plain\""},
    {"{\"filename\":\"a.tar.GZ\"}", "\"application/gzip\""},
    {"{\"filename\":\"shot.png\"}", "\"image/png\""},
    {"{\"filename\":\"a.unknown\"}", "\"application/octet-stream\""},
    {"{\"filename\":\"log\"}", "\"application/octet-stream\""},
    {"{\"filename\":\"a.\"}", "\"application/octet-stream\""},
    {"{\"filename\":\"a.json\",\"content_type\":\"text/x-mine\"}", "\"text/x-mine\""},
    {"{\"filename\":\"a.json\",\"content_type\":null}", "\"application/json\""},
    {"{\"filename\":\"a.json/b\"}", "\"application/octet-stream\""},
};

START_TEST(the_content_type_is_given_or_guessed)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(types); i++) {
        tsn_attachment *attachment;
        ck_assert_int_eq(make("", types[i].json, &attachment), TOCSIN_OK);
        unit_expect_text(tsn_fragment_slice(attachment->content_type), types[i].want);
        tsn_attachment_release(attachment);
    }
}
END_TEST

START_TEST(bytes_are_kept_as_they_are)
{
    tsn_attachment *attachment;
    ck_assert_int_eq(tsn_attachment_new(TSN_LIT("a\0\xff\n"),
                                        TSN_LIT("{\"filename\":\"x\",\"path\":\"/y\"}"),
                                        &attachment),
                     TOCSIN_OK);
    ck_assert_uint_eq(attachment->bytes->len, 4);
    ck_assert_mem_eq(attachment->bytes->text, "a\0\xff\n", 4);
    ck_assert_ptr_null(attachment->path);
    ck_assert_ptr_null(attachment->type);
    ck_assert(!attachment->add_to_transactions);
    tsn_attachment_release(attachment);
}
END_TEST

START_TEST(a_path_gives_the_name_and_waits_to_be_read)
{
    tsn_attachment *attachment;
    ck_assert_int_eq(make(NULL,
                          "{\"path\":\"/var/log/app.log\",\"add_to_transactions\":true,"
                          "\"attachment_type\":\"event.minidump\"}",
                          &attachment),
                     TOCSIN_OK);
    ck_assert_ptr_null(attachment->bytes);
    ck_assert(attachment->add_to_transactions);
    unit_expect_text(tsn_fragment_slice(attachment->type), "\"event.minidump\"");
    unit_expect_text(tsn_fragment_slice(attachment->content_type), "\"text/plain\"");

    tsn_attachment *read = tsn_attachment_with_bytes(attachment, TSN_LIT("MDMP"));
    ck_assert_ptr_nonnull(read);
    ck_assert_ptr_null(read->path);
    ck_assert(read->add_to_transactions);
    ck_assert_ptr_eq(read->filename, attachment->filename);
    ck_assert_ptr_eq(read->type, attachment->type);
    unit_expect_text(tsn_fragment_slice(read->bytes), "MDMP");
    tsn_attachment_release(attachment);
    unit_expect_text(tsn_fragment_slice(read->content_type), "\"text/plain\"");
    tsn_attachment_release(read);
}
END_TEST

START_TEST(a_path_may_be_sent_under_another_name)
{
    tsn_attachment *attachment;
    ck_assert_int_eq(make(NULL, "{\"path\":\"/tmp/x1\",\"filename\":\"b.csv\"}", &attachment),
                     TOCSIN_OK);
    ck_assert_str_eq(attachment->path, "/tmp/x1");
    unit_expect_text(tsn_fragment_slice(attachment->filename), "\"b.csv\"");
    tsn_attachment_release(attachment);
}
END_TEST

START_TEST(the_default_type_is_left_out)
{
    tsn_attachment *attachment;
    ck_assert_int_eq(
        make("", "{\"filename\":\"a\",\"attachment_type\":\"event.attachment\"}", &attachment),
        TOCSIN_OK);
    ck_assert_ptr_null(attachment->type);
    tsn_attachment_release(attachment);
}
END_TEST

typedef struct refusal {
    const char *bytes;
    const char *json;
    tocsin_status st;
} refusal;

static const refusal refusals[] = {
    {NULL, NULL, TOCSIN_E_ARG},
    {NULL, "{}", TOCSIN_E_ARG},
    {NULL, "{\"filename\":\"a\"}", TOCSIN_E_ARG},
    {NULL, "{\"path\":null}", TOCSIN_E_ARG},
    {"b", NULL, TOCSIN_E_ARG},
    {"b", "{\"path\":\"/a\"}", TOCSIN_E_ARG},
    {"b", "[]", TOCSIN_E_TYPE},
    {"b", "{\"filename\":1}", TOCSIN_E_TYPE},
    {"b", "{\"filename\":\"a\",\"path\":1}", TOCSIN_E_TYPE},
    {"b", "{\"filename\":\"a\",\"content_type\":{}}", TOCSIN_E_TYPE},
    {"b", "{\"filename\":\"a\",\"attachment_type\":false}", TOCSIN_E_TYPE},
    {"b", "{\"filename\":\"a\",\"add_to_transactions\":1}", TOCSIN_E_TYPE},
    {NULL, "{\"path\":\"/a/\"}", TOCSIN_E_RANGE},
};

START_TEST(what_cannot_be_sent_is_refused)
{
    tsn_alloc_track(true);
    for (size_t i = 0; i < TSN_ARRAY_LEN(refusals); i++) {
        tsn_attachment *attachment;
        tocsin_status st = make(refusals[i].bytes, refusals[i].json, &attachment);
        ck_assert_msg(st == refusals[i].st, "row %zu: %d", i, (int)st);
        ck_assert_ptr_null(attachment);
    }
    ck_assert_int_eq(tsn_alloc_live(), 0);
}
END_TEST

START_TEST(no_memory_leaks_nothing)
{
    static const char *const json = "{\"path\":\"a/b\",\"attachment_type\":\"x\"}";
    for (unsigned nth = 1;; nth++) {
        tsn_alloc_track(true);
        tsn_alloc_fail_nth(nth, false);
        tsn_attachment *attachment;
        tocsin_status st = make(NULL, json, &attachment);
        tsn_attachment *read = st < 0 ? NULL : tsn_attachment_with_bytes(attachment, TSN_LIT("b"));
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(did_fail, read == NULL);
        if (st != TOCSIN_OK) ck_assert_int_eq(st, TOCSIN_E_NOMEM);
        tsn_attachment_release(attachment);
        tsn_attachment_release(read);
        ck_assert_int_eq(tsn_alloc_live(), 0);
        if (!did_fail) break;
    }
}
END_TEST

START_TEST(the_first_holder_is_charged_and_the_last_one_credited)
{
    tsn_attachment *attachment;
    ck_assert_int_eq(make("0123456789", "{\"filename\":\"a\"}", &attachment), TOCSIN_OK);
    size_t charged = tsn_attachment_weigh(attachment);
    ck_assert_uint_ge(charged, sizeof *attachment + 10);
    ck_assert_uint_eq(tsn_attachment_weigh(attachment), 0);
    ck_assert_uint_eq(tsn_attachment_unweigh(attachment), 0);
    ck_assert_uint_eq(tsn_attachment_unweigh(attachment), charged);
    tsn_attachment_release(attachment);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_filename_loses_directories_and_control_bytes,
        a_name_of_four_kilobytes_is_data,
        the_content_type_is_given_or_guessed,
        bytes_are_kept_as_they_are,
        a_path_gives_the_name_and_waits_to_be_read,
        a_path_may_be_sent_under_another_name,
        the_default_type_is_left_out,
        what_cannot_be_sent_is_refused,
        no_memory_leaks_nothing,
        the_first_holder_is_charged_and_the_last_one_credited,
    };
    return unit_suite_of("model/attachment", tests, TSN_ARRAY_LEN(tests));
}
