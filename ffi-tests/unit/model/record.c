/* A captured event on its way: what it holds, what it weighs, what it writes. */
#include "scope_kit.h"

#include "base/house.h"
#include "model/record.h"

static tsn_record *record_of(tsn_scope *outer, tsn_scope *inner)
{
    tsn_record *record = tsn_record_new();
    ck_assert_ptr_nonnull(record);
    record->body = kit_fragment("{\"message\":\"m\"}");
    record->layers[0] = tsn_scope_retain(outer);
    record->layers[1] = tsn_scope_retain(inner);
    record->layer_count = 2;
    record->propagation = kit_trace(0x11);
    ck_assert_int_eq(tsn_record_collect_attachments((const tsn_scope *const *)record->layers, 2,
                                                    &record->attachments),
                     TOCSIN_OK);
    return record;
}

START_TEST(a_record_releases_what_it_holds)
{
    tsn_alloc_track(true);
    tsn_scope *outer = kit_full();
    tsn_scope *inner = kit_full();
    tsn_record *record = record_of(outer, inner);
    tsn_scope_release(outer);
    tsn_scope_release(inner);
    kit_expect(record->layers[0], KIT_FULL_TEXT);
    tsn_record_free(record);
    tsn_record_free(NULL);
    ck_assert_int_eq(tsn_alloc_live(), 0);
}
END_TEST

START_TEST(attachments_are_collected_from_the_outermost_layer_inwards)
{
    tsn_scope *outer = kit_new();
    tsn_scope *none = kit_new();
    tsn_scope *inner = kit_new();
    kit_attachment(&outer, "{\"filename\":\"1\"}");
    kit_attachment(&inner, "{\"filename\":\"2\"}");
    kit_attachment(&inner, "{\"filename\":\"3\"}");
    const tsn_scope *const layers[] = {outer, none, inner};
    tsn_plist *attachments;
    ck_assert_int_eq(tsn_record_collect_attachments(layers, 3, &attachments), TOCSIN_OK);
    ck_assert_uint_eq(tsn_plist_count(attachments), 3);
    for (size_t i = 0; i < 3; i++) {
        const tsn_attachment *attachment = tsn_plist_at(attachments, i);
        ck_assert_int_eq(attachment->filename->text[1], (int)('1' + i));
    }
    ck_assert_uint_eq(tsn_plist_count(outer->attachments), 1);
    tsn_plist_release(attachments);
    ck_assert_int_eq(tsn_record_collect_attachments(layers + 1, 1, &attachments), TOCSIN_OK);
    ck_assert_ptr_null(attachments);
    tsn_scope_release(outer);
    tsn_scope_release(none);
    tsn_scope_release(inner);
}
END_TEST

START_TEST(collecting_without_memory_leaves_nothing_behind)
{
    tsn_scope *scope = kit_full();
    const tsn_scope *const layers[] = {scope, scope};
    for (unsigned nth = 1;; nth++) {
        tsn_plist *attachments;
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st = tsn_record_collect_attachments(layers, 2, &attachments);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        ck_assert_int_eq(attachments == NULL, did_fail);
        tsn_plist_release(attachments);
        if (!did_fail) break;
    }
    tsn_scope_release(scope);
}
END_TEST

START_TEST(a_second_record_of_the_same_scopes_is_charged_little)
{
    tsn_scope *outer = kit_full();
    tsn_scope *inner = kit_full();
    tsn_record *first = record_of(outer, inner);
    tsn_record *second = record_of(outer, inner);
    size_t own = sizeof *second + tsn_fragment_size(second->body);
    size_t charged = tsn_record_weigh(first);
    ck_assert_uint_eq(first->charged, charged);
    ck_assert_uint_gt(charged, own + 2 * sizeof *outer);
    ck_assert_uint_eq(tsn_record_weigh(second), own);
    ck_assert_uint_eq(tsn_record_unweigh(first), own);
    ck_assert_uint_eq(first->charged, 0);
    ck_assert_uint_eq(tsn_record_unweigh(second), charged);
    tsn_record_free(first);
    tsn_record_free(second);
    tsn_scope_release(outer);
    tsn_scope_release(inner);
}
END_TEST

START_TEST(an_estimate_is_never_less_than_the_weight_and_leaves_weights_alone)
{
    tsn_scope *outer = kit_full();
    tsn_scope *inner = kit_full();
    tsn_record *first = record_of(outer, inner);
    tsn_record *second = record_of(outer, inner);
    size_t estimate = tsn_record_estimate(first);
    ck_assert_uint_eq(first->charged, estimate);
    ck_assert_uint_eq(tsn_record_estimate(second), estimate);
    ck_assert_uint_eq(tsn_record_unweigh(second), estimate);
    size_t charged = tsn_record_weigh(second);
    ck_assert_uint_ge(estimate, charged);
    ck_assert_uint_eq(tsn_record_unweigh(first), estimate);
    ck_assert_uint_eq(first->charged, 0);
    ck_assert_uint_eq(tsn_record_unweigh(second), charged);
    tsn_record_free(first);
    tsn_record_free(second);
    tsn_scope_release(outer);
    tsn_scope_release(inner);
}
END_TEST

START_TEST(a_final_body_is_written_as_it_is)
{
    tsn_record *record = tsn_record_new();
    record->body = kit_fragment("{\"final\":1}");
    record->is_final = true;
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_record_write(record, NULL, &out, NULL), TOCSIN_OK);
    unit_expect_buf(&out, "{\"final\":1}");
    tsn_buf_fini(&out);
    tsn_alloc_fail_nth(1, true);
    ck_assert_int_eq(tsn_record_write(record, NULL, &out, NULL), TOCSIN_E_NOMEM);
    tsn_alloc_fail_nth(0, false);
    tsn_buf_fini(&out);
    tsn_record_free(record);
}
END_TEST

START_TEST(body_and_layers_are_written_together)
{
    static const tsn_event_config config = {.max_breadcrumbs = KIT_LIMIT};
    tsn_scope *outer = kit_new();
    tsn_scope *inner = kit_new();
    kit_tag(&outer, "from", "\"outer\"");
    kit_tag(&inner, "to", "\"inner\"");
    tsn_record *record = record_of(outer, inner);
    record->timestamp_us = 1793611799871204;
    memset(&record->id, 0x5a, sizeof record->id);
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_record_write(record, &config, &out, NULL), TOCSIN_OK);
    static const char *const parts[] = {
        "\"event_id\":\"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\"",
        "2026-11-02T09:29:59.871204Z",
        "\"from\":\"outer\"",
        "\"to\":\"inner\"",
        "\"trace_id\":\"11111111111141119111111111111111\"",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(parts); i++) {
        ck_assert_msg(tsn_slice_contains(tsn_buf_view(&out), unit_slice(parts[i])), "%s not in %s",
                      parts[i], tsn_buf_terminate(&out));
    }
    tsn_buf_fini(&out);
    tsn_record_free(record);
    tsn_scope_release(outer);
    tsn_scope_release(inner);
}
END_TEST

static tsn_record *plain_record(const char *text)
{
    tsn_slice message = unit_slice(text);
    tsn_record *record = tsn_record_new_plain(tsn_event_plain_body_len(message, TOCSIN_LEVEL_INFO));
    ck_assert_ptr_nonnull(record);
    tsn_event_put_plain_body(record->body->text, message, TOCSIN_LEVEL_INFO);
    return record;
}

START_TEST(a_body_in_the_records_block_gives_way_to_another_and_is_copied_for_a_third)
{
    static const tsn_event_config config = {.max_breadcrumbs = 100};
    tsn_alloc_track(true);
    tsn_record *record = plain_record("first");
    tsn_fragment *copy = tsn_record_share_body(record);
    ck_assert_ptr_ne(copy, record->body);
    ck_assert(tsn_slice_equal(tsn_fragment_slice(copy), tsn_fragment_slice(record->body)));
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_record_write(record, &config, &out, NULL), TOCSIN_OK);
    ck_assert(tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("{\"formatted\":\"first\"}")));
    tsn_record_take_body(record, kit_fragment("{\"message\":\"second\"}"));
    tsn_buf_clear(&out);
    ck_assert_int_eq(tsn_record_write(record, &config, &out, NULL), TOCSIN_OK);
    ck_assert(tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("{\"formatted\":\"second\"}")));
    tsn_record_take_body(record, copy);
    tsn_buf_fini(&out);
    tsn_record_free(record);
    ck_assert_int_eq(tsn_alloc_live(), 0);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_record_releases_what_it_holds,
        attachments_are_collected_from_the_outermost_layer_inwards,
        collecting_without_memory_leaves_nothing_behind,
        a_second_record_of_the_same_scopes_is_charged_little,
        an_estimate_is_never_less_than_the_weight_and_leaves_weights_alone,
        a_final_body_is_written_as_it_is,
        body_and_layers_are_written_together,
        a_body_in_the_records_block_gives_way_to_another_and_is_copied_for_a_third,
    };
    return unit_suite_of("model/record", tests, TSN_ARRAY_LEN(tests));
}
