/* What queued events are charged for the scopes they hold. */
#include "scope_kit.h"

#include "base/house.h"

#include <pthread.h>

START_TEST(a_scope_held_twice_is_charged_once)
{
    tsn_scope *scope = kit_full();
    size_t charged = tsn_scope_weigh(scope);
    ck_assert_uint_gt(charged, sizeof *scope);
    ck_assert_uint_eq(tsn_scope_weigh(scope), 0);
    ck_assert_uint_eq(tsn_scope_unweigh(scope), 0);
    ck_assert_uint_eq(tsn_scope_unweigh(scope), charged);
    ck_assert_uint_eq(tsn_scope_weigh(scope), charged);
    ck_assert_uint_eq(tsn_scope_unweigh(scope), charged);
    tsn_scope_release(scope);
}
END_TEST

START_TEST(an_empty_scope_is_charged_itself)
{
    tsn_scope *scope = kit_new();
    ck_assert_uint_eq(tsn_scope_weigh(scope), sizeof *scope);
    ck_assert_uint_eq(tsn_scope_unweigh(scope), sizeof *scope);
    tsn_scope_release(scope);
}
END_TEST

START_TEST(text_is_charged)
{
    tsn_scope *small = kit_new();
    tsn_scope *big = kit_new();
    kit_text(&big, TSN_SCOPE_USER, "{\"id\":\"0123456789\"}");
    kit_flag(&big, "\"flag\"", "\"0123456789\"");
    size_t text = tsn_fragment_size(big->texts[TSN_SCOPE_USER]) +
                  tsn_fragment_size(tsn_plist_at(big->flags, 0));
    ck_assert_uint_eq(tsn_scope_weigh(big), tsn_scope_weigh(small) + text);
    tsn_scope_release(small);
    tsn_scope_release(big);
}
END_TEST

START_TEST(a_fork_is_charged_only_what_it_does_not_share)
{
    tsn_scope *parent = kit_new();
    for (int i = 0; i < 100; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        kit_tag(&parent, key, "\"some value\"");
        kit_crumb(&parent, (unsigned)i, KIT_LIMIT);
    }
    size_t whole = tsn_scope_weigh(parent);
    tsn_scope *fork = tsn_scope_retain(parent);
    ck_assert_int_eq(tsn_scope_set_level(&fork, TOCSIN_LEVEL_INFO), TOCSIN_OK);
    size_t own = tsn_scope_weigh(fork);
    ck_assert_uint_eq(own, sizeof *fork);
    ck_assert_uint_gt(whole, 100 * 10);

    size_t credited = tsn_scope_unweigh(parent);
    ck_assert_uint_eq(credited, sizeof *parent);
    credited += tsn_scope_unweigh(fork);
    ck_assert_uint_eq(credited, whole + own);
    tsn_scope_release(fork);
    tsn_scope_release(parent);
}
END_TEST

START_TEST(what_was_charged_is_credited_in_any_order)
{
    tsn_scope *scopes[8];
    size_t sum = 0;
    scopes[0] = kit_full();
    for (unsigned i = 1; i < 8; i++) {
        scopes[i] = tsn_scope_retain(scopes[i - 1]);
        kit_tag(&scopes[i], i % 2 == 0 ? "even" : "odd", "\"v\"");
        kit_crumb(&scopes[i], i, KIT_LIMIT);
        kit_attachment(&scopes[i], "{\"filename\":\"a\"}");
    }
    for (unsigned i = 0; i < 8; i++) sum += tsn_scope_weigh(scopes[i]);
    for (unsigned i = 0; i < 8; i++) sum -= tsn_scope_unweigh(scopes[i * 3 % 8]);
    ck_assert_uint_eq(sum, 0);
    for (unsigned i = 0; i < 8; i++) tsn_scope_release(scopes[i]);
}
END_TEST

#define ROUNDS 2000

typedef struct shares {
    tsn_scope *scopes[2];
    _Atomic size_t *queued;
} shares;

/* As captures and the worker do: hold both, let go of both. */
static void *hold_and_let_go(void *arg)
{
    const shares *mine = arg;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 2; i++) *mine->queued += tsn_scope_weigh(mine->scopes[i]);
        for (int i = 0; i < 2; i++) *mine->queued -= tsn_scope_unweigh(mine->scopes[i]);
    }
    return NULL;
}

START_TEST(threads_that_hold_the_same_parts_leave_nothing_charged)
{
    _Atomic size_t queued = 0;
    tsn_scope *parent = kit_full();
    tsn_scope *fork = tsn_scope_retain(parent);
    kit_tag(&fork, "own", "\"1\"");
    shares both = {{parent, fork}, &queued};
    pthread_t threads[3];
    for (size_t i = 0; i < TSN_ARRAY_LEN(threads); i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, hold_and_let_go, &both), 0);
    }
    for (size_t i = 0; i < TSN_ARRAY_LEN(threads); i++) pthread_join(threads[i], NULL);
    ck_assert_uint_eq(queued, 0);
    size_t charged = tsn_scope_weigh(parent);
    ck_assert_uint_gt(charged, sizeof *parent);
    ck_assert_uint_eq(tsn_scope_unweigh(parent), charged);
    tsn_scope_release(fork);
    tsn_scope_release(parent);
}
END_TEST

/* Found anew, by a copy that nobody asked yet. */
static size_t fresh_size(tsn_scope *scope)
{
    tsn_scope *copy = tsn_scope_retain(scope);
    ck_assert_int_eq(tsn_scope_set_level(&copy, TOCSIN_LEVEL_INFO), TOCSIN_OK);
    ck_assert_ptr_ne(copy, scope);
    size_t size = tsn_scope_size(copy);
    tsn_scope_release(copy);
    return size;
}

START_TEST(a_size_covers_what_is_charged_and_follows_each_write)
{
    tsn_scope *scope = kit_new();
    for (unsigned i = 0; i < 200; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%u", i);
        kit_tag(&scope, key, "\"a value of some length\"");
        ck_assert_uint_eq(tsn_scope_size(scope), fresh_size(scope));
        kit_crumb(&scope, i, KIT_LIMIT);
        ck_assert_uint_eq(tsn_scope_size(scope), fresh_size(scope));
    }
    ck_assert_uint_ge(tsn_scope_size(scope), tsn_scope_weigh(scope));
    tsn_scope_unweigh(scope);
    ck_assert_int_eq(tsn_scope_clear_crumbs(&scope), TOCSIN_OK);
    ck_assert_uint_eq(tsn_scope_size(scope), fresh_size(scope));
    tsn_scope_release(scope);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_size_covers_what_is_charged_and_follows_each_write,
        a_scope_held_twice_is_charged_once,
        an_empty_scope_is_charged_itself,
        text_is_charged,
        a_fork_is_charged_only_what_it_does_not_share,
        what_was_charged_is_credited_in_any_order,
        threads_that_hold_the_same_parts_leave_nothing_charged,
    };
    return unit_suite_of("model/scope_weigh", tests, TSN_ARRAY_LEN(tests));
}
