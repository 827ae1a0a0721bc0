/* FRK-1: a scope that another thread was inside of when the process was forked. */
#include "client_kit.h"

#include "client/scope_lock.h"
#include "left_behind.h"

static bool says(tsn_cell *cell, const char *path, const char *want)
{
    tsn_buf text = TSN_BUF_EMPTY;
    bool is_so = tsn_cell_write(cell, &text) == TOCSIN_OK && tsn_scope_valid(cell->value) &&
                 tsn_slice_contains(tsn_buf_view(&text), unit_slice(path)) == (want != NULL);
    if (is_so && want != NULL) is_so = tsn_slice_contains(tsn_buf_view(&text), unit_slice(want));
    tsn_buf_fini(&text);
    return is_so;
}

static bool is_whole_and_usable(void *context)
{
    tsn_cell *cell = context;
    bool was_whole = says(cell, "\"who\"", "parent");
    kit_tag(cell, "who", "child");
    return was_whole && says(cell, "\"who\"", "child");
}

START_TEST(a_scope_that_was_being_read_is_as_it_was)
{
    tsn_client *client = kit_open("{}");
    kit_tag(&client->isolation, "who", "parent");
    ck_assert(unit_child_without_holder_says(&client->isolation.lock, TSN_CELL_READS,
                                             is_whole_and_usable, &client->isolation));
    ck_assert(says(&client->isolation, "\"who\"", "parent"));
    kit_close(client);
}
END_TEST

static bool is_empty_and_usable(void *context)
{
    tsn_cell *cell = context;
    tsn_buf notice = TSN_BUF_EMPTY;
    bool was_empty = says(cell, "\"who\"", NULL);
    bool has_told = tsn_diag_next(cell->client->diag, &notice) &&
                    tsn_slice_contains(tsn_buf_view(&notice), TSN_LIT("fork.scope"));
    bool has_trace = cell->value->propagation != NULL;
    bool wants_trace = cell->tier == TSN_TIER_ISOLATION || cell->tier == TSN_TIER_GLOBAL;
    kit_tag(cell, "who", "child");
    tsn_buf_fini(&notice);
    return was_empty && has_told && has_trace == wants_trace && says(cell, "\"who\"", "child") &&
           kit_message(&cell->client->current, "x") == TOCSIN_OK;
}

START_TEST(a_scope_that_was_being_written_to_is_empty_and_has_a_trace)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *cells[] = {&client->global, &client->isolation, &client->current};
    for (size_t i = 0; i < TSN_ARRAY_LEN(cells); i++) {
        kit_tag(cells[i], "who", "parent");
        ck_assert(unit_child_without_holder_says(&cells[i]->lock, TSN_CELL_WRITES_VALUE,
                                                 is_empty_and_usable, cells[i]));
        ck_assert(says(cells[i], "\"who\"", "parent"));
    }
    kit_close(client);
}
END_TEST

/* Nothing can be had to put things right with. */
static bool is_empty_without_memory(void *context)
{
    tsn_cell *cell = context;
    tsn_alloc_fail_nth(1, true);
    tsn_scope *value = tsn_cell_snapshot(cell);
    tsn_alloc_fail_nth(0, false);
    bool is_sound = value != NULL && tsn_scope_valid(value) && says(cell, "\"who\"", NULL);
    tsn_scope_release(value);
    kit_tag(cell, "who", "child");
    return is_sound && says(cell, "\"who\"", "child");
}

START_TEST(it_is_put_right_without_memory_too)
{
    tsn_client *client = kit_open("{}");
    kit_tag(&client->isolation, "who", "parent");
    ck_assert(unit_child_without_holder_says(&client->isolation.lock, TSN_CELL_WRITES_VALUE,
                                             is_empty_without_memory, &client->isolation));
    kit_close(client);
}
END_TEST

static bool has_no_last_id(void *context)
{
    tsn_buf id = TSN_BUF_EMPTY;
    bool is_so = tsn_cell_last_event_id(context, &id) == TOCSIN_OK && id.len == 0 &&
                 says(context, "\"who\"", "parent");
    tsn_buf_fini(&id);
    return is_so;
}

START_TEST(an_event_id_that_was_being_written_is_none)
{
    tsn_client *client = kit_open("{}");
    kit_tag(&client->isolation, "who", "parent");
    ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_OK);
    ck_assert(unit_child_without_holder_says(&client->isolation.lock, TSN_CELL_WRITES_ID,
                                             has_no_last_id, &client->isolation));
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_scope_that_was_being_read_is_as_it_was,
        a_scope_that_was_being_written_to_is_empty_and_has_a_trace,
        it_is_put_right_without_memory_too,
        an_event_id_that_was_being_written_is_none,
    };
    return unit_suite_of("client/scope_lock", tests, TSN_ARRAY_LEN(tests));
}
