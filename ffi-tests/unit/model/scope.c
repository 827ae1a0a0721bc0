/* Scope values: setters, sharing, and what happens without memory (scopes: data model, fork; I1 to
 * I3, I10). */
#include "scope_kit.h"

#include "base/house.h"

START_TEST(a_new_scope_holds_nothing)
{
    tsn_scope *scope = kit_new();
    kit_expect(scope, "{}");
    tsn_scope_release(scope);
    tsn_scope_release(NULL);
    ck_assert_ptr_null(tsn_scope_retain(NULL));
}
END_TEST

START_TEST(setting_a_key_again_replaces_it_in_its_place)
{
    tsn_scope *scope = kit_new();
    kit_tag(&scope, "a", "\"1\"");
    kit_tag(&scope, "b", "\"2\"");
    kit_tag(&scope, "a", "\"3\"");
    kit_expect(scope, "{\"tags\":{\"a\":\"3\",\"b\":\"2\"}}");
    tsn_scope_release(scope);
}
END_TEST

START_TEST(removing_is_idempotent_and_undoes_setting) /* I10 */
{
    tsn_scope *scope = kit_new();
    kit_tag(&scope, "a", "\"1\"");
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(tsn_scope_map_remove(&scope, TSN_SCOPE_TAGS, TSN_LIT("a")), TOCSIN_OK);
        kit_expect(scope, "{}");
    }
    tsn_scope_release(scope);
}
END_TEST

START_TEST(removing_what_is_not_there_copies_nothing)
{
    tsn_scope *scope = kit_full();
    tsn_scope *fork = tsn_scope_retain(scope);
    ck_assert_int_eq(tsn_scope_map_remove(&fork, TSN_SCOPE_EXTRA, TSN_LIT("none")), TOCSIN_OK);
    ck_assert_ptr_eq(fork, scope);
    tsn_scope_release(fork);
    tsn_scope_release(scope);
}
END_TEST

START_TEST(a_sole_owner_writes_in_place)
{
    tsn_scope *scope = kit_new();
    tsn_scope *before = scope;
    kit_tag(&scope, "a", "\"1\"");
    kit_text(&scope, TSN_SCOPE_USER, "{}");
    kit_crumb(&scope, 1, KIT_LIMIT);
    kit_flag(&scope, "\"f\"", "1");
    ck_assert_ptr_eq(scope, before);
    tsn_scope_release(scope);
}
END_TEST

START_TEST(text_parts_are_replaced_whole_and_unset_by_null)
{
    tsn_scope *scope = kit_new();
    kit_text(&scope, TSN_SCOPE_USER, "{\"id\":\"1\",\"email\":\"e\"}");
    kit_text(&scope, TSN_SCOPE_USER, "{\"id\":\"2\"}");
    kit_text(&scope, TSN_SCOPE_FINGERPRINT, "[]");
    kit_expect(scope, "{\"user\":{\"id\":\"2\"},\"fingerprint\":[]}");
    ck_assert_int_eq(tsn_scope_take_text(&scope, TSN_SCOPE_USER, NULL), TOCSIN_OK);
    kit_expect(scope, "{\"fingerprint\":[]}");
    tsn_scope_release(scope);
}
END_TEST

START_TEST(a_transaction_source_lives_and_dies_with_its_name) /* R1 */
{
    tsn_scope *scope = kit_new();
    kit_transaction(&scope, "\"a\"", "\"url\"");
    kit_transaction(&scope, "\"b\"", NULL);
    kit_expect(scope, "{\"transaction\":\"b\"}");
    ck_assert_int_eq(tsn_scope_take_transaction(&scope, NULL, kit_fragment("\"url\"")), TOCSIN_OK);
    kit_expect(scope, "{}");
    tsn_scope_release(scope);
}
END_TEST

START_TEST(level_origin_and_trace_are_replaced_and_unset)
{
    tsn_scope *scope = kit_new();
    tsn_origin *origin;
    ck_assert_int_eq(tsn_origin_new(TSN_LIT("{\"runtime\":{}}"), &origin), TOCSIN_OK);
    ck_assert_int_eq(tsn_scope_take_origin(&scope, origin), TOCSIN_OK);
    ck_assert_int_eq(tsn_scope_set_level(&scope, TOCSIN_LEVEL_FATAL), TOCSIN_OK);
    ck_assert_int_eq(tsn_scope_take_propagation(&scope, kit_trace(0x22)), TOCSIN_OK);
    kit_expect(scope, "{\"level\":\"fatal\",\"origin\":{\"runtime\":{}},\"trace\":{\"trace_id\":"
                      "\"2222222222224222a222222222222222\",\"span_id\":\"2222222222222222\"}}");
    ck_assert_int_eq(tsn_scope_take_origin(&scope, NULL), TOCSIN_OK);
    ck_assert_int_eq(tsn_scope_set_level(&scope, TOCSIN_LEVEL_UNSET), TOCSIN_OK);
    ck_assert_int_eq(tsn_scope_take_propagation(&scope, NULL), TOCSIN_OK);
    kit_expect(scope, "{}");
    tsn_scope_release(scope);
}
END_TEST

static tocsin_status write_tag(tsn_scope **scope)
{
    return tsn_scope_map_set(scope, TSN_SCOPE_TAGS, TSN_LIT("new"), TSN_LIT("\"v\""));
}

static tocsin_status write_extra_again(tsn_scope **scope)
{
    return tsn_scope_map_set(scope, TSN_SCOPE_EXTRA, TSN_LIT("cart"), TSN_LIT("null"));
}

static tocsin_status write_removal(tsn_scope **scope)
{
    return tsn_scope_map_remove(scope, TSN_SCOPE_CONTEXTS, TSN_LIT("os"));
}

static tocsin_status write_user(tsn_scope **scope)
{
    tsn_fragment *text = tsn_fragment_new(TSN_LIT("{\"id\":\"8\"}"));
    return text == NULL ? TOCSIN_E_NOMEM : tsn_scope_take_text(scope, TSN_SCOPE_USER, text);
}

static tocsin_status write_transaction(tsn_scope **scope)
{
    tsn_fragment *name = tsn_fragment_new(TSN_LIT("\"n\""));
    tsn_fragment *source = tsn_fragment_new(TSN_LIT("\"s\""));
    if (name != NULL && source != NULL) return tsn_scope_take_transaction(scope, name, source);
    tsn_fragment_release(name);
    tsn_fragment_release(source);
    return TOCSIN_E_NOMEM;
}

static tocsin_status write_level(tsn_scope **scope)
{
    return tsn_scope_set_level(scope, TOCSIN_LEVEL_DEBUG);
}

static tocsin_status write_origin(tsn_scope **scope)
{
    tsn_origin *origin;
    TSN_TRY(tsn_origin_new(TSN_LIT("{}"), &origin));
    return tsn_scope_take_origin(scope, origin);
}

static tocsin_status write_trace(tsn_scope **scope)
{
    static const uint8_t random[TSN_PROPAGATION_RANDOM];
    tsn_propagation *propagation = tsn_propagation_new(random);
    return propagation == NULL ? TOCSIN_E_NOMEM : tsn_scope_take_propagation(scope, propagation);
}

static tocsin_status (*const writers[])(tsn_scope **) = {
    write_tag,         write_extra_again, write_removal, write_user,
    write_transaction, write_level,       write_origin,  write_trace,
};

START_TEST(fork_then_write_leaves_parent_alone) /* I1, I2, I3 */
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(writers); i++) {
        tsn_scope *parent = kit_full();
        tsn_scope *fork = tsn_scope_retain(parent);
        ck_assert_int_eq(writers[i](&fork), TOCSIN_OK);
        ck_assert_ptr_ne(fork, parent);
        kit_expect(parent, KIT_FULL_TEXT);
        ck_assert(!kit_same(parent, fork));
        tsn_buf text = kit_written(fork);
        ck_assert_int_eq(tsn_scope_set_level(&parent, TOCSIN_LEVEL_FATAL), TOCSIN_OK);
        kit_tag(&parent, "region", "\"us\"");
        kit_expect(fork, tsn_buf_terminate(&text));
        tsn_buf_fini(&text);
        tsn_scope_release(parent);
        tsn_scope_release(fork);
    }
}
END_TEST

START_TEST(a_writer_without_memory_changes_nothing_and_leaks_nothing)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(writers); i++) {
        kit_fail_each(writers[i], false);
        ck_assert_uint_gt(kit_fail_each(writers[i], true), 0);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_new_scope_holds_nothing,
        setting_a_key_again_replaces_it_in_its_place,
        removing_is_idempotent_and_undoes_setting,
        removing_what_is_not_there_copies_nothing,
        a_sole_owner_writes_in_place,
        text_parts_are_replaced_whole_and_unset_by_null,
        a_transaction_source_lives_and_dies_with_its_name,
        level_origin_and_trace_are_replaced_and_unset,
        fork_then_write_leaves_parent_alone,
        a_writer_without_memory_changes_nothing_and_leaks_nothing,
    };
    return unit_suite_of("model/scope", tests, TSN_ARRAY_LEN(tests));
}
