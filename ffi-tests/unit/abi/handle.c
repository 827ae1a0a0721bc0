/* Handles of every kind through the public functions: dup, close, kind, count; HND-1 to HND-3. */
#include "abi_kit.h"

#include "base/house.h"

/* One live handle of each kind there is. */
typedef struct zoo {
    int64_t handles[TOCSIN_KIND_ENVELOPE + 1]; /* by kind; 0: none */
} zoo;

static zoo zoo_open(void)
{
    zoo all = {{0}};
    all.handles[TOCSIN_KIND_OPTIONS] = tocsin_options_new();
    tocsin_options_set(all.handles[TOCSIN_KIND_OPTIONS], "transport", -1, "pull", -1);
    int64_t client = tocsin_client_open(all.handles[TOCSIN_KIND_OPTIONS]);
    int64_t scope = tocsin_client_scope(client);
    tocsin_scope_capture_message(scope, "x", 1, 0, 0, NULL, NULL);
    all.handles[TOCSIN_KIND_CLIENT] = client;
    all.handles[TOCSIN_KIND_SCOPE] = scope;
    all.handles[TOCSIN_KIND_EVENT] =
        tocsin_event_prepare(scope, TOCSIN_CAPTURE_EVENT, "{}", -1, 0, NULL);
    all.handles[TOCSIN_KIND_ENVELOPE] = tocsin_client_next_envelope(client, 0);
    for (int32_t kind = 1; kind <= TOCSIN_KIND_ENVELOPE; kind++) {
        if (kind != TOCSIN_KIND_SPAN) ck_assert_int_gt(all.handles[kind], 0);
    }
    return all;
}

static void zoo_close(zoo *all)
{
    for (int32_t kind = 1; kind <= TOCSIN_KIND_ENVELOPE; kind++) {
        if (all->handles[kind] > 0) ck_assert_int_eq(tocsin_handle_close(all->handles[kind]), 0);
    }
}

START_TEST(a_handle_knows_its_kind_and_survives_a_double)
{
    zoo all = zoo_open();
    for (int32_t kind = 1; kind <= TOCSIN_KIND_ENVELOPE; kind++) {
        int64_t handle = all.handles[kind];
        if (handle == 0) continue;
        ck_assert_int_eq(tocsin_handle_kind(handle), kind);
        ck_assert_int_lt(handle, INT64_C(1) << 53);
        ck_assert_int_eq((int64_t)(double)handle, handle);
    }
    zoo_close(&all);
}
END_TEST

START_TEST(a_second_handle_lives_without_the_first)
{
    zoo all = zoo_open();
    for (int32_t kind = 1; kind <= TOCSIN_KIND_ENVELOPE; kind++) {
        int64_t handle = all.handles[kind];
        if (handle == 0) continue;
        int64_t count = tocsin_handle_count(kind);
        int64_t second = tocsin_handle_dup(handle);
        ck_assert_int_gt(second, 0);
        ck_assert_int_ne(second, handle);
        ck_assert_int_eq(tocsin_handle_count(kind), count + 1);
        ck_assert_int_eq(tocsin_handle_close(handle), TOCSIN_OK);
        ck_assert_int_eq(tocsin_handle_close(handle), TOCSIN_E_STALE);
        ck_assert_int_eq(tocsin_handle_kind(handle), TOCSIN_E_STALE);
        ck_assert_int_eq(tocsin_handle_dup(handle), TOCSIN_E_STALE);
        ck_assert_int_eq(tocsin_handle_kind(second), kind);
        all.handles[kind] = second;
    }
    zoo_close(&all);
    for (int32_t kind = 1; kind <= TOCSIN_KIND_ENVELOPE; kind++) {
        ck_assert_int_eq(tocsin_handle_count(kind), 0);
    }
}
END_TEST

START_TEST(every_single_bit_matters)
{
    zoo all = zoo_open();
    for (int32_t kind = 1; kind <= TOCSIN_KIND_ENVELOPE; kind++) {
        if (all.handles[kind] == 0) continue;
        for (int bit = 0; bit < 64; bit++) {
            int64_t forged = (int64_t)((uint64_t)all.handles[kind] ^ (UINT64_C(1) << bit));
            ck_assert_int_lt(tocsin_handle_kind(forged), 0);
            ck_assert_int_lt(tocsin_handle_close(forged), 0);
        }
    }
    zoo_close(&all);
}
END_TEST

START_TEST(an_error_is_handed_on)
{
    static const int64_t statuses[] = {TOCSIN_E_STALE, TOCSIN_E_KIND,  TOCSIN_E_ARG,
                                       TOCSIN_E_DSN,   TOCSIN_E_NOMEM, TOCSIN_E_INTERNAL};
    for (size_t i = 0; i < TSN_ARRAY_LEN(statuses); i++) {
        int64_t bad = statuses[i];
        ck_assert_int_eq(tocsin_handle_dup(bad), bad);
        ck_assert_int_eq(tocsin_handle_close(bad), bad);
        ck_assert_int_eq(tocsin_client_open(bad), bad);
        ck_assert_int_eq(tocsin_client_scope(bad), bad);
        ck_assert_int_eq(tocsin_scope_fork(bad), bad);
        ck_assert_int_eq(tocsin_scope_set_tag(bad, "k", 1, "v", 1), bad);
        ck_assert_int_eq(tocsin_event_submit(bad, NULL, -1, NULL), bad);
        ck_assert_int_eq(tocsin_event_json(bad, NULL, 0), bad);
        ck_assert_int_eq(tocsin_envelope_done(bad, 200, NULL, -1), bad);
    }
    ck_assert_int_eq(tocsin_handle_close(INT64_MIN), TOCSIN_E_STALE);
    ck_assert_int_eq(tocsin_handle_close(-1000), TOCSIN_E_STALE);
    ck_assert_int_eq(tocsin_handle_close(0), TOCSIN_E_STALE);
}
END_TEST

/* HND-2 */
START_TEST(a_handle_of_another_kind_is_refused_without_effect)
{
    zoo all = zoo_open();
    int64_t options = all.handles[TOCSIN_KIND_OPTIONS], scope = all.handles[TOCSIN_KIND_SCOPE];
    int64_t client = all.handles[TOCSIN_KIND_CLIENT], event = all.handles[TOCSIN_KIND_EVENT];
    ck_assert_int_eq(tocsin_client_open(scope), TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_client_flush(scope, 0), TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_scope_fork(client), TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_scope_merge(scope, client), TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_scope_merge(options, scope), TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_scope_capture_message(scope, "x", 1, 0, client, NULL, NULL),
                     TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_event_submit(scope, NULL, -1, NULL), TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_event_discard(client, NULL, -1), TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_envelope_done(event, 200, NULL, -1), TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_options_set(event, "debug", -1, "1", -1), TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_handle_kind(scope), TOCSIN_KIND_SCOPE);
    ck_assert_int_eq(tocsin_handle_kind(client), TOCSIN_KIND_CLIENT);
    zoo_close(&all);
}
END_TEST

START_TEST(only_known_kinds_are_counted)
{
    ck_assert_int_eq(tocsin_handle_count(0), TOCSIN_E_RANGE);
    ck_assert_int_eq(tocsin_handle_count(-1), TOCSIN_E_RANGE);
    ck_assert_int_eq(tocsin_handle_count(7), TOCSIN_E_RANGE);
    ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_SPAN), 0);
}
END_TEST

START_TEST(scopes_hold_together_whatever_is_closed_first)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope child = tocsin_scope_fork_isolation(kit.scope);
    tocsin_scope grandchild = tocsin_scope_fork(child);
    ck_assert_int_eq(tocsin_handle_close(child), TOCSIN_OK);
    ck_assert_int_eq(tocsin_handle_close(kit.client), TOCSIN_OK);
    ck_assert_int_eq(tocsin_handle_close(kit.scope), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_set_tag(grandchild, "k", 1, "v", 1), TOCSIN_OK);
    tocsin_client client = tocsin_scope_client(grandchild);
    tocsin_scope isolation = tocsin_scope_isolation(grandchild);
    tocsin_scope global = tocsin_client_global_scope(client);
    ck_assert_int_gt(isolation, 0);
    ck_assert_int_eq(tocsin_scope_set_tag(global, "g", 1, "v", 1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_capture_message(grandchild, "x", 1, 0, 0, NULL, NULL), TOCSIN_OK);
    tocsin_handle_close(isolation);
    tocsin_handle_close(global);
    tocsin_handle_close(grandchild);
    ck_assert_int_eq(tocsin_client_close(client, 0), TOCSIN_TIMEOUT);
    tocsin_handle_close(client);
    ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_SCOPE), 0);
    ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_CLIENT), 0);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_handle_knows_its_kind_and_survives_a_double,
        a_second_handle_lives_without_the_first,
        every_single_bit_matters,
        an_error_is_handed_on,
        a_handle_of_another_kind_is_refused_without_effect,
        only_known_kinds_are_counted,
        scopes_hold_together_whatever_is_closed_first,
    };
    return unit_suite_of("abi/handle", tests, TSN_ARRAY_LEN(tests));
}
