/* Forks that are kept: when one is handed out again, when not, and that nobody can tell. */
#include "client_kit.h"

#include <pthread.h>
#include <sched.h>

#include "client/fork_lane.h"

enum { KIND = 3, FORKERS = 2, DISTURBERS = 2, TEXT_SIZE = 24 };

static tsn_handle_table *table;

static void retain(void *object)
{
    tsn_cell_retain(object);
}

static void drop(void *object)
{
    if (tsn_fork_lane_has(object)) tsn_fork_lane_clear(object);
    tsn_cell_drop(object);
}

static const tsn_handle_ops ops[TSN_HANDLE_KINDS] = {[KIND] = {retain, drop, tsn_fork_lane_keep}};

/* What is kept is kept on a processor. */
static void stay_here(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)sched_getcpu(), &set);
    sched_setaffinity(0, sizeof set, &set);
}

static tsn_client *open(void)
{
    const tsn_handle_config config = {ops, 0x155, 12345, TSN_HANDLE_GENERATION_BITS, 1 << 16};
    table = tsn_handle_table_new(&config);
    ck_assert_ptr_nonnull(table);
    return kit_open("{}");
}

static void close_all(tsn_client *client)
{
    kit_close(client);
    ck_assert_int_eq(tsn_handle_count(table, KIND), 0);
    tsn_handle_table_free(table);
}

static int64_t handle_to(tsn_cell *cell)
{
    tsn_cell_retain(cell);
    int64_t handle = tsn_handle_add(table, KIND, cell);
    ck_assert_int_gt(handle, 0);
    return handle;
}

static int64_t new_parent(tsn_client *client)
{
    tsn_cell *cell;
    ck_assert_int_eq(tsn_cell_new_current(&client->isolation, &cell), TOCSIN_OK);
    int64_t handle = tsn_handle_add(table, KIND, cell);
    ck_assert_int_gt(handle, 0);
    return handle;
}

/* As the entry point does it. */
static int64_t fork_of(int64_t parent)
{
    int64_t kept = tsn_fork_lane_take(table, parent, KIND);
    if (kept != 0) return kept;
    tsn_handle_hold hold;
    tsn_cell *cell;
    tocsin_status st = tsn_handle_find(table, parent, KIND, &hold);
    if (st < 0) return st;
    st = tsn_cell_fork(hold.object, &cell);
    tsn_fork_lane_note(table, parent, hold.object);
    tsn_handle_release(table, &hold);
    return st < 0 ? st : tsn_handle_add(table, KIND, cell);
}

static tocsin_status end(int64_t handle)
{
    return tsn_handle_close(table, handle, KIND);
}

/* Borrowed, for as long as the handle is open. */
static tsn_cell *cell_of(int64_t handle)
{
    tsn_handle_hold hold;
    ck_assert_int_eq(tsn_handle_find(table, handle, KIND, &hold), TOCSIN_OK);
    tsn_cell *cell = hold.object;
    tsn_handle_release(table, &hold);
    return cell;
}

/* A parent of which forks are kept by now. */
static int64_t used_parent(tsn_client *client)
{
    int64_t parent = new_parent(client);
    for (int i = 0; i < 2; i++) ck_assert_int_eq(end(fork_of(parent)), TOCSIN_OK);
    ck_assert(tsn_fork_lane_has(cell_of(parent)));
    return parent;
}

/* Whether a fork that is made now was kept; it is closed again. */
static bool is_kept(int64_t parent)
{
    int64_t fork = tsn_fork_lane_take(table, parent, KIND);
    if (fork != 0) end(fork);
    return fork != 0;
}

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

/* Writers number what they write; a fork has what was written before it, or later. */
typedef struct scene {
    tsn_cell *cell;
    _Atomic int64_t parent;
    _Atomic unsigned written; /* that much is there for sure */
    _Atomic bool is_over;
    _Atomic unsigned wrong;
} scene;

static unsigned tag_of(int64_t handle)
{
    tsn_buf text = TSN_BUF_EMPTY;
    unsigned number = 0;
    tsn_cell_write(cell_of(handle), &text);
    tsn_buf_byte(&text, '\0');
    const char *tag = strstr(text.data, "\"n\":\"");
    if (tag != NULL) number = (unsigned)strtoul(tag + sizeof "\"n\":\"" - 1, NULL, 10);
    tsn_buf_fini(&text);
    return number;
}

static void *fork_and_look(void *arg)
{
    scene *all = arg;
    while (!atomic_load(&all->is_over)) {
        unsigned least = atomic_load(&all->written);
        int64_t fork = fork_of(atomic_load(&all->parent));
        if (fork == TOCSIN_E_STALE) continue;
        if (fork < 0 || tag_of(fork) < least || end(fork) != TOCSIN_OK) {
            atomic_fetch_add(&all->wrong, 1);
        }
    }
    return NULL;
}

/* Changes the scope, and now and then the handle that it is forked by. */
static void write_and_replace(scene *all)
{
    char text[TEXT_SIZE];
    for (unsigned i = 1; i <= unit_rounds(10000); i++) {
        snprintf(text, sizeof text, "%u", i);
        kit_tag(all->cell, "n", text);
        atomic_store(&all->written, i);
        if (i % 16 == 0) end(atomic_exchange(&all->parent, handle_to(all->cell)));
        for (int pause = 0; pause < 4; pause++) sched_yield();
    }
}

/* Changes it too, its forks, and handles of others. */
static void *disturb(void *arg)
{
    scene *all = arg;
    while (!atomic_load(&all->is_over)) {
        int64_t fork = fork_of(atomic_load(&all->parent));
        int64_t copy = tsn_handle_dup(table, atomic_load(&all->parent));
        if (fork > 0) kit_tag(cell_of(fork), "own", "1");
        if (copy > 0) end(fork_of(copy));
        if (copy > 0) end(fork_of(copy));
        kit_tag(all->cell, "other", "1");
        if (fork > 0) end(fork);
        if (copy > 0) end(copy);
    }
    return NULL;
}

START_TEST(forks_by_many_threads_have_what_was_written_before_them)
{
    tsn_client *client = open();
    pthread_t threads[FORKERS + DISTURBERS];
    scene all = {.cell = &client->current};
    atomic_store(&all.parent, handle_to(all.cell));
    for (int i = 0; i < FORKERS + DISTURBERS; i++) {
        pthread_create(&threads[i], NULL, i < FORKERS ? fork_and_look : disturb, &all);
    }
    write_and_replace(&all);
    atomic_store(&all.is_over, true);
    for (int i = 0; i < FORKERS + DISTURBERS; i++) pthread_join(threads[i], NULL);
    ck_assert_uint_eq(all.wrong, 0);
    end(all.parent);
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
        a_fork_that_somebody_else_knows_is_not_kept,
        a_fork_of_another_tier_is_not_kept,
        a_fork_made_inside_a_hook_belongs_to_it_and_the_next_one_does_not,
        forks_by_many_threads_have_what_was_written_before_them,
    };
    return unit_suite_of("client/fork_lane", tests, TSN_ARRAY_LEN(tests));
}
