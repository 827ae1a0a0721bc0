/* Scopes through the public functions: each setter reaches its field, and what is refused changes
 * nothing. */
#include "abi_kit.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/house.h"

START_TEST(each_setter_reaches_its_field)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope scope = kit.scope;
    ck_assert_int_eq(tocsin_scope_set_tag(scope, "t", -1, "1", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_set_tags(scope, "{\"u\":\"2\"}", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_set_user(scope, "{\"id\":\"3\"}", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_set_extra(scope, "e", -1, "[4]", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_set_context(scope, "c", -1, "{\"x\":5}", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_set_level(scope, TOCSIN_LEVEL_WARNING), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_set_fingerprint(scope, "[\"{{ default }}\"]", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_set_transaction(scope, "tx", -1, "route", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_set_flag(scope, "f", -1, "true", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_set_request(scope, "{\"method\":\"GET\"}", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_set_origin(scope, "{\"platform\":\"lua\"}", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_add_breadcrumb(scope, "{\"message\":\"b\"}", -1, NULL), 0);
    ck_assert_int_eq(tocsin_scope_add_attachment(scope, "a", 1, "{\"filename\":\"n\"}", -1), 0);
    static const char *const parts[] = {
        "\"t\":\"1\"",
        "\"u\":\"2\"",
        "{\"id\":\"3\"}",
        "\"e\":[4]",
        "\"c\":{\"x\":5}",
        "\"level\":\"warning\"",
        "{{ default }}",
        "\"transaction\":\"tx\"",
        "\"flag\":\"f\"",
        "\"method\":\"GET\"",
        "\"platform\":\"lua\"",
        "\"message\":\"b\"",
        "[\"n\"]",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(parts); i++) unit_scope_expect(&kit, parts[i]);
    tocsin_scope_remove_tag(scope, "t", -1);
    tocsin_scope_remove_extra(scope, "e", -1);
    tocsin_scope_remove_context(scope, "c", -1);
    tocsin_scope_clear_breadcrumbs(scope);
    unit_scope_expect_none(&kit, parts[0]);
    unit_scope_expect_none(&kit, parts[3]);
    unit_scope_expect_none(&kit, parts[4]);
    unit_scope_expect_none(&kit, parts[11]);
    ck_assert_int_eq(tocsin_scope_clear(scope), TOCSIN_OK);
    for (size_t i = 0; i < TSN_ARRAY_LEN(parts); i++) unit_scope_expect_none(&kit, parts[i]);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(a_length_is_taken_as_it_is)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "key tail", 3, "value tail", 5), TOCSIN_OK);
    unit_scope_expect(&kit, "{\"key\":\"value\"}");
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "key", 3, NULL, 0), TOCSIN_OK);
    unit_scope_expect(&kit, "{\"key\":\"\"}");
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "key", 3, NULL, -1), TOCSIN_OK);
    unit_scope_expect_none(&kit, "key");
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "key", 3, NULL, 7), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, NULL, -1, "v", 1), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_set_user(kit.scope, NULL, 3), TOCSIN_E_ARG);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(an_update_is_whole_or_nothing)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_scope_update(kit.scope, "{\"tags\":{\"t\":\"1\"},\"no\":1}", -1),
                     TOCSIN_E_UNKNOWN);
    unit_scope_expect_none(&kit, "\"t\"");
    ck_assert_int_eq(
        tocsin_scope_update(kit.scope, "{\"tags\":{\"t\":\"1\"},\"level\":\"fatal\"}", -1),
        TOCSIN_OK);
    unit_scope_expect(&kit, "\"t\":\"1\"");
    unit_scope_expect(&kit, "\"level\":\"fatal\"");
    unit_scope_close(&kit);
}
END_TEST

START_TEST(tiers_are_made_and_reached)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope isolation = tocsin_scope_new_isolation(kit.client);
    tocsin_scope current = tocsin_scope_new_current(isolation);
    tocsin_scope detached = tocsin_scope_new(kit.client);
    tocsin_scope home = tocsin_scope_isolation(current);
    tocsin_scope_set_tag(isolation, "i", 1, "1", 1);
    char json[4096];
    tocsin_scope_json(home, json, sizeof json);
    ck_assert_ptr_nonnull(strstr(json, "\"i\":\"1\""));
    tocsin_scope_merged_json(current, json, sizeof json);
    ck_assert_ptr_nonnull(strstr(json, "\"i\":\"1\""));
    ck_assert_int_eq(tocsin_scope_new_current(current), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_isolation(isolation), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_isolation(detached), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_fork_isolation(detached), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_new_trace(current), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_new_trace(isolation), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_last_event_id(detached, NULL, 0), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_merge(detached, isolation), TOCSIN_OK);
    tocsin_scope_json(detached, json, sizeof json);
    ck_assert_ptr_nonnull(strstr(json, "\"i\":\"1\""));
    int64_t handles[] = {isolation, current, detached, home};
    for (size_t i = 0; i < TSN_ARRAY_LEN(handles); i++) tocsin_handle_close(handles[i]);
    unit_scope_close(&kit);
}
END_TEST

static int32_t keep(tocsin_event event, const void *hint, void *user)
{
    (void)event;
    (void)hint;
    (void)user;
    return TOCSIN_KEEP;
}

START_TEST(a_processor_is_described_by_kind_and_type)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope scope = kit.scope;
    ck_assert_int_eq(
        tocsin_scope_add_processor(scope, TOCSIN_PROCESSOR_EVENT, NULL, -1, keep, NULL, NULL),
        TOCSIN_OK);
    ck_assert_int_eq(
        tocsin_scope_add_processor(scope, TOCSIN_PROCESSOR_ERROR, "E", -1, keep, NULL, NULL),
        TOCSIN_OK);
    ck_assert_int_eq(
        tocsin_scope_add_processor(scope, TOCSIN_PROCESSOR_EVENT, "E", -1, keep, NULL, NULL),
        TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_add_processor(scope, 3, NULL, -1, keep, NULL, NULL),
                     TOCSIN_E_RANGE);
    ck_assert_int_eq(tocsin_scope_add_processor(scope, 1, NULL, -1, NULL, NULL, NULL),
                     TOCSIN_E_ARG);
    unit_scope_close(&kit);
}
END_TEST

#define ROUNDS 300

/* HND-5: handles are closed while other threads use them. */
static _Atomic int64_t shared;

static void *use_shared(void *arg)
{
    tocsin_client client = *(tocsin_client *)arg;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t scope = shared;
        tocsin_status st = tocsin_scope_set_tag(scope, "k", 1, "v", 1);
        ck_assert(st == TOCSIN_OK || st == TOCSIN_E_STALE);
        int64_t fork = tocsin_scope_fork(scope);
        ck_assert(fork > 0 || fork == TOCSIN_E_STALE);
        st = tocsin_scope_capture_message(fork, "x", 1, 0, 0, NULL, NULL);
        ck_assert(st == TOCSIN_OK || st == TOCSIN_E_STALE || st == TOCSIN_E_FULL);
        if (fork > 0) tocsin_handle_close(fork);
        int64_t fresh = tocsin_client_scope(client);
        tocsin_handle_close(atomic_exchange(&shared, fresh));
    }
    return NULL;
}

START_TEST(closing_while_others_use_is_either_old_or_stale)
{
    unit_scope kit = unit_scope_open();
    shared = tocsin_client_scope(kit.client);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, use_shared, &kit.client);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    ck_assert_int_eq(tocsin_handle_close(shared), TOCSIN_OK);
    unit_scope_close(&kit);
    ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_SCOPE), 0);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        each_setter_reaches_its_field,
        a_length_is_taken_as_it_is,
        an_update_is_whole_or_nothing,
        tiers_are_made_and_reached,
        a_processor_is_described_by_kind_and_type,
        closing_while_others_use_is_either_old_or_stale,
    };
    return unit_suite_of("abi/scope", tests, TSN_ARRAY_LEN(tests));
}
