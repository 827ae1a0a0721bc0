/* Drafts: text behind a lock that ends once. */
#include "client_kit.h"

#include "base/sync.h"
#include "left_behind.h"

static tsn_draft *view_of(const char *json)
{
    tsn_buf text = kit_json(json);
    tsn_draft *draft = tsn_draft_new(&text);
    ck_assert_ptr_nonnull(draft);
    ck_assert_uint_eq(text.len, 0);
    return draft;
}

static void expect_text(tsn_draft *draft, const char *json)
{
    tsn_buf want = kit_json(json), got = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_draft_read(draft, &got), TOCSIN_OK);
    ck_assert(tsn_slice_equal(tsn_buf_view(&got), tsn_buf_view(&want)));
    tsn_buf_fini(&want);
    tsn_buf_fini(&got);
}

START_TEST(a_reply_replaces_the_text_in_canonical_form)
{
    tsn_draft *draft = view_of("{'a':1}");
    expect_text(draft, "{'a':1}");
    ck_assert_int_eq(tsn_draft_replace(draft, TSN_LIT(" { \"b\" : [ 1 , 2 ] } ")), TOCSIN_OK);
    expect_text(draft, "{'b':[1,2]}");
    tsn_draft_release(draft);
}
END_TEST

START_TEST(a_reply_that_is_refused_leaves_the_text)
{
    static const struct {
        const char *json;
        tocsin_status status;
    } rows[] = {{"[]", TOCSIN_E_TYPE}, {"null", TOCSIN_E_TYPE}, {"{", TOCSIN_E_JSON},
                {"", TOCSIN_E_JSON},   {"{} x", TOCSIN_E_JSON}, {"{\"a\":NaN}", TOCSIN_E_JSON}};
    tsn_draft *draft = view_of("{'a':1}");
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        ck_assert_int_eq(tsn_draft_replace(draft, unit_slice(rows[i].json)), rows[i].status);
        expect_text(draft, "{'a':1}");
    }
    tsn_buf text = TSN_BUF_EMPTY;
    ck_assert(!tsn_draft_take(draft, &text));
    tsn_buf_fini(&text);
    tsn_draft_release(draft);
}
END_TEST

START_TEST(a_view_kept_after_its_call_is_closed)
{
    tsn_draft *draft = view_of("{'a':1}");
    tsn_draft_retain(draft);
    tsn_draft_replace(draft, TSN_LIT("{}"));
    tsn_buf text = TSN_BUF_EMPTY;
    ck_assert(tsn_draft_take(draft, &text));
    unit_expect_buf(&text, "{}");
    tsn_draft_release(draft);
    ck_assert_int_eq(tsn_draft_read(draft, &text), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tsn_draft_replace(draft, TSN_LIT("{}")), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tsn_pipeline_set_rate(draft, 1), TOCSIN_E_CLOSED);
    tsn_buf_fini(&text);
    tsn_draft_release(draft);
}
END_TEST

START_TEST(a_view_is_neither_submitted_nor_discarded)
{
    tsn_draft *draft = view_of("{}");
    char id[TOCSIN_EVENT_ID_SIZE] = "x";
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, id), TOCSIN_E_ARG);
    ck_assert_str_eq(id, "");
    ck_assert_int_eq(tsn_pipeline_discard(draft, TSN_SLICE_ABSENT), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_pipeline_set_rate(draft, 1), TOCSIN_E_ARG);
    tsn_draft_release(draft);
}
END_TEST

static void *submit_it(void *draft)
{
    static const tocsin_status closed = TOCSIN_E_CLOSED;
    tocsin_status st = tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL);
    union {
        const tocsin_status *read;
        void *write;
    } answer = {.read = st == TOCSIN_E_CLOSED ? &closed : NULL};
    return answer.write;
}

START_TEST(of_two_threads_that_submit_one_ends_the_event)
{
    tsn_client *client = kit_open("{}");
    for (int round = 0; round < 50; round++) {
        tsn_draft *draft = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{}");
        pthread_t thread;
        pthread_create(&thread, NULL, submit_it, draft);
        bool closed_here = submit_it(draft) != NULL;
        void *closed_there;
        pthread_join(thread, &closed_there);
        ck_assert_int_ne(closed_here, closed_there != NULL);
        tsn_draft_release(draft);
    }
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 50);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(a_draft_that_never_ended_counts_as_ignored)
{
    tsn_client *client = kit_open("{}");
    tsn_draft_release(kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{}"));
    ck_assert_int_eq(kit_lost(client, "ignored"), 1);
    ck_assert_int_eq(client->unsubmitted, 0);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

static bool has_ended(void *context)
{
    tsn_draft *draft = context;
    tsn_buf text = TSN_BUF_EMPTY;
    bool is_closed = tsn_draft_read(draft, &text) == TOCSIN_E_CLOSED &&
                     tsn_draft_replace(draft, TSN_LIT("{}")) == TOCSIN_E_CLOSED;
    tsn_draft_release(draft);
    return is_closed;
}

START_TEST(a_draft_that_another_thread_had_locked_has_ended_in_a_child) /* FRK-1 */
{
    tsn_draft *draft = view_of("{'a':1}");
    ck_assert(unit_child_without_holder_says(&draft->lock, TSN_MUTEX_WORK, has_ended, draft));
    expect_text(draft, "{'a':1}");
    tsn_draft_release(draft);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_reply_replaces_the_text_in_canonical_form,
        a_reply_that_is_refused_leaves_the_text,
        a_view_kept_after_its_call_is_closed,
        a_view_is_neither_submitted_nor_discarded,
        of_two_threads_that_submit_one_ends_the_event,
        a_draft_that_never_ended_counts_as_ignored,
        a_draft_that_another_thread_had_locked_has_ended_in_a_child,
    };
    return unit_suite_of("client/draft", tests, TSN_ARRAY_LEN(tests));
}
