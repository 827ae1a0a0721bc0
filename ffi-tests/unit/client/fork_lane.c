/* Forks that are kept: when one is handed out again, when not, and that nobody can tell. */
#include "lane_kit.h"

START_TEST(a_scope_that_is_forked_twice_in_a_row_keeps_its_closed_forks)
{
    stay_here();
    tsn_client *client = open();
    int64_t parent = new_parent(client), other = new_parent(client);
    for (int i = 0; i < 3; i++) {
        end(fork_of(parent));
        end(fork_of(other));
    }
    ck_assert(!is_kept(parent) && !is_kept(other));
    end(fork_of(parent));
    ck_assert(!is_kept(parent));
    end(fork_of(parent));
    ck_assert(is_kept(parent));
    int64_t first = fork_of(parent);
    tsn_cell *cell = cell_of(first);
    end(first);
    int64_t second = fork_of(parent);
    ck_assert_int_ne(second, first);
    ck_assert_ptr_eq(cell_of(second), cell);
    ck_assert_int_eq(end(first), TOCSIN_E_STALE);
    end(second);
    end(parent);
    end(other);
    close_all(client);
}
END_TEST

START_TEST(nothing_is_kept_beyond_a_change_of_the_parent)
{
    stay_here();
    tsn_client *client = open();
    int64_t parent = used_parent(client);
    tsn_cell *cell = cell_of(parent);
    kit_tag(cell, "k", "1");
    ck_assert(!is_kept(parent) && !tsn_fork_lane_has(cell));
    ck_assert(tsn_rc_unique(&cell->value->rc));
    for (int i = 0; i < 2; i++) end(fork_of(parent));
    ck_assert(is_kept(parent));
    ck_assert_int_eq(kit_set(cell, tsn_cell_set_tags, "{'k':'2'}"), TOCSIN_OK);
    ck_assert(!is_kept(parent));
    int64_t fork = fork_of(parent);
    ck_assert_ptr_eq(cell_of(fork)->value, cell->value);
    end(fork);
    end(parent);
    close_all(client);
}
END_TEST

START_TEST(a_mark_that_a_fork_of_the_process_left_behind_goes_with_the_next_change)
{
    tsn_client *client = open();
    atomic_fetch_or(&client->current.lanes, 1u << 7);
    ck_assert_int_eq(kit_tag(&client->current, "k", "1"), TOCSIN_OK);
    ck_assert(!tsn_fork_lane_has(&client->current));
    close_all(client);
}
END_TEST

START_TEST(nothing_is_kept_beyond_the_parents_handle_and_the_client_goes_with_it)
{
    stay_here();
    tsn_alloc_track(true);
    tsn_client *client = open();
    int64_t parent = used_parent(client), own = handle_to(&client->current);
    end(parent);
    ck_assert_int_eq(fork_of(parent), TOCSIN_E_STALE);
    for (int i = 0; i < 2; i++) end(fork_of(own));
    ck_assert(is_kept(own));
    ck_assert_int_eq(end(own), TOCSIN_OK);
    ck_assert_int_eq(fork_of(own), TOCSIN_E_STALE);
    close_all(client);
    ck_assert_int_eq(tsn_alloc_live(), 0);
}
END_TEST

START_TEST(a_fork_that_was_changed_is_kept_as_it_was_made)
{
    stay_here();
    tsn_alloc_track(true);
    tsn_client *client = open();
    int64_t parent = used_parent(client), fork = fork_of(parent);
    int64_t before = tsn_alloc_live();
    ck_assert(!is_kept(parent)); /* it was the only one */
    kit_tag(cell_of(fork), "k", "1");
    end(fork);
    ck_assert_int_eq(tsn_alloc_live(), before);
    fork = tsn_fork_lane_take(table, parent, KIND);
    ck_assert_int_gt(fork, 0);
    ck_assert_ptr_eq(cell_of(fork)->value, cell_of(parent)->value);
    kit_tag(cell_of(fork), "k", "2");
    kit_tag(cell_of(parent), "k", "3"); /* there is nothing to go back to */
    end(fork);
    ck_assert(!is_kept(parent));
    end(parent);
    close_all(client);
}
END_TEST

/* As if it had been captured from again and again. */
static tsn_scope *capture(tsn_cell *cell)
{
    tsn_scope *value = NULL;
    tsn_capture_taken taken;
    for (int i = 0; i < 20; i++) {
        tsn_scope_release(value);
        tsn_capture_lane_take(&cell, 1, &value, &taken);
    }
    return value;
}

START_TEST(a_fork_that_was_leased_is_kept_and_leased_no_more)
{
    stay_here();
    tsn_client *client = open();
    int64_t parent = used_parent(client), fork = fork_of(parent);
    tsn_cell *cell = cell_of(fork);
    kit_tag(cell, "k", "1");
    tsn_scope_release(capture(cell));
    ck_assert(tsn_cell_is_lent(cell));
    end(fork);
    fork = tsn_fork_lane_take(table, parent, KIND);
    ck_assert_ptr_eq(cell_of(fork), cell);
    ck_assert(!tsn_cell_is_lent(cell));
    tsn_scope *value = capture(cell);
    ck_assert_ptr_eq(value, cell_of(parent)->value);
    tsn_scope_release(value);
    end(fork);
    end(parent);
    close_all(client);
}
END_TEST

START_TEST(a_fork_that_somebody_else_knows_is_not_kept)
{
    stay_here();
    tsn_client *client = open();
    int64_t parent = used_parent(client), fork = fork_of(parent);
    int64_t copy = tsn_handle_dup(table, fork);
    end(fork);
    ck_assert(!is_kept(parent));
    end(copy);
    ck_assert(is_kept(parent));
    fork = fork_of(parent);
    for (int i = 0; i < 2; i++) end(fork_of(fork)); /* a parent itself */
    end(fork);
    ck_assert(!is_kept(parent));
    end(parent);
    close_all(client);
}
END_TEST

START_TEST(a_fork_of_another_tier_is_not_kept)
{
    stay_here();
    tsn_client *client = open();
    tsn_cell *detached;
    ck_assert_int_eq(tsn_cell_new_detached(client, &detached), TOCSIN_OK);
    int64_t of_isolation = handle_to(&client->isolation);
    int64_t of_detached = tsn_handle_add(table, KIND, detached);
    for (int i = 0; i < 3; i++) {
        end(fork_of(of_isolation));
        ck_assert(!is_kept(of_isolation));
    }
    for (int i = 0; i < 3; i++) {
        end(fork_of(of_detached));
        ck_assert(!is_kept(of_detached));
    }
    end(of_isolation);
    end(of_detached);
    close_all(client);
}
END_TEST

static int32_t fork_inside(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    int64_t fork = fork_of(*(int64_t *)hook->user);
    if (cell_of(fork)->chain == 0) *(int64_t *)hook->user = 0;
    end(fork);
    return TOCSIN_OK;
}

START_TEST(a_fork_made_inside_a_hook_belongs_to_it_and_the_next_one_does_not)
{
    stay_here();
    int64_t parent = 0;
    tsn_client *hooked = kit_open_hooked("{}", "before_send", kit_hook_new(fork_inside, &parent));
    tsn_client *client = open();
    parent = handle_to(&hooked->current);
    for (int i = 0; i < 2; i++) end(fork_of(parent));
    int64_t before = parent;
    ck_assert_int_eq(kit_message(&hooked->current, "x"), TOCSIN_OK);
    ck_assert_int_eq(parent, before);
    int64_t fork = fork_of(parent);
    ck_assert_uint_eq(cell_of(fork)->chain, 0);
    end(fork);
    end(parent);
    kit_close(hooked);
    close_all(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_scope_that_is_forked_twice_in_a_row_keeps_its_closed_forks,
        nothing_is_kept_beyond_a_change_of_the_parent,
        a_mark_that_a_fork_of_the_process_left_behind_goes_with_the_next_change,
        nothing_is_kept_beyond_the_parents_handle_and_the_client_goes_with_it,
        a_fork_that_was_changed_is_kept_as_it_was_made,
        a_fork_that_was_leased_is_kept_and_leased_no_more,
        a_fork_that_somebody_else_knows_is_not_kept,
        a_fork_of_another_tier_is_not_kept,
        a_fork_made_inside_a_hook_belongs_to_it_and_the_next_one_does_not,
    };
    return unit_suite_of("client/fork_lane", tests, TSN_ARRAY_LEN(tests));
}
