/* What captures take from their processor's place: values that are never older than the last write,
 * references that are all given back, ids that differ. */
#include "client_kit.h"

#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/capture_lane.h"

enum { REFERENCES = 256, REPEATS = 16, IDS = 1000, IDS_OF_EACH = 40, TAKERS = 3 };

/* A lane is a processor's. */
static void stay_here(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)sched_getcpu(), &set);
    sched_setaffinity(0, sizeof set, &set);
}

/* One capture's worth of the cell at `place`; the others are `around`. */
static tsn_scope *take_at(tsn_cell *around, size_t place, tsn_cell *cell)
{
    tsn_cell *cells[TSN_LAYERS_MAX];
    tsn_scope *values[TSN_LAYERS_MAX];
    tsn_capture_taken taken;
    for (size_t i = 0; i < place; i++) cells[i] = around;
    cells[place] = cell;
    tsn_capture_lane_take(cells, place + 1, values, &taken);
    for (size_t i = 0; i < place; i++) tsn_scope_release(values[i]);
    return values[place];
}

static tsn_scope *take(tsn_cell *cell)
{
    return take_at(NULL, 0, cell);
}

static void capture(tsn_cell *cell, unsigned times)
{
    for (unsigned i = 0; i < times; i++) tsn_scope_release(take(cell));
}

static bool is_leased(const tsn_cell *cell)
{
    return atomic_load(&cell->lanes) / TSN_CELL_LEASE_ONE != 0;
}

static uint32_t references(const tsn_cell *cell)
{
    return atomic_load(&cell->value->rc.count);
}

static tsn_cell *new_cell(tsn_client *client)
{
    tsn_cell *cell;
    ck_assert_int_eq(tsn_cell_new_detached(client, &cell), TOCSIN_OK);
    return cell;
}

START_TEST(a_value_that_is_captured_again_and_again_is_leased)
{
    stay_here();
    tsn_client *client = kit_open("{}");
    tsn_cell *cell = new_cell(client), *other = new_cell(client);
    for (int i = 0; i < 3; i++) {
        capture(cell, REPEATS - 1);
        capture(other, REPEATS - 1);
    }
    ck_assert(!is_leased(cell) && !is_leased(other));
    capture(cell, REPEATS);
    ck_assert(is_leased(cell));
    ck_assert_uint_eq(references(cell), 1 + REFERENCES);
    tsn_scope *value = take(cell);
    ck_assert_ptr_eq(value, cell->value);
    ck_assert_uint_eq(references(cell), 1 + REFERENCES);
    tsn_scope_release(value);
    capture(other, REPEATS); /* in its place */
    ck_assert(!is_leased(cell) && is_leased(other));
    ck_assert_uint_eq(references(cell), 1);
    tsn_cell_release(cell);
    tsn_cell_release(other);
    kit_close(client);
}
END_TEST

START_TEST(a_lease_that_is_used_up_is_renewed)
{
    stay_here();
    tsn_client *client = kit_open("{}");
    tsn_cell *cell = new_cell(client);
    tsn_scope *held[3 * REFERENCES];
    for (size_t i = 0; i < 3 * REFERENCES; i++) {
        held[i] = take(cell);
        ck_assert_ptr_eq(held[i], cell->value);
    }
    ck_assert_uint_ge(references(cell), 1 + 3 * REFERENCES);
    for (size_t i = 0; i < 3 * REFERENCES; i++) tsn_scope_release(held[i]);
    tsn_capture_lane_end(cell);
    ck_assert_uint_eq(references(cell), 1);
    tsn_cell_release(cell);
    kit_close(client);
}
END_TEST

START_TEST(a_write_ends_the_lease_and_the_next_capture_has_what_was_written)
{
    stay_here();
    tsn_client *client = kit_open("{}");
    tsn_cell *cell = new_cell(client);
    capture(cell, REPEATS + 1);
    const tsn_scope *before = cell->value;
    kit_tag(cell, "k", "1");
    ck_assert(!is_leased(cell));
    ck_assert_ptr_eq(cell->value, before); /* nobody else had it: it was written in place */
    ck_assert_uint_eq(references(cell), 1);
    capture(cell, REPEATS + 1);
    ck_assert(is_leased(cell));
    ck_assert_int_eq(kit_set(cell, tsn_cell_update, "{'tags':{'k':'2'}}"), TOCSIN_OK);
    ck_assert(!is_leased(cell));
    capture(cell, REPEATS + 1);
    ck_assert_int_eq(tsn_cell_clear(cell), TOCSIN_OK);
    ck_assert(!is_leased(cell));
    tsn_cell_release(cell);
    kit_close(client);
}
END_TEST

START_TEST(a_scope_is_leased_in_two_places_and_stays_so_in_one)
{
    stay_here();
    tsn_client *client = kit_open("{}");
    tsn_cell *cell = new_cell(client), *other = new_cell(client), *third = new_cell(client);
    for (int i = 0; i < REPEATS; i++) tsn_scope_release(take_at(other, 1, cell));
    for (int i = 0; i < REPEATS; i++) {
        tsn_scope_release(take_at(i % 2 == 0 ? other : third, 2, cell));
    }
    ck_assert_uint_eq(references(cell), 1 + 2 * REFERENCES);
    for (int i = 0; i < REPEATS; i++) tsn_scope_release(take_at(third, 1, other));
    ck_assert(is_leased(cell));
    ck_assert_uint_eq(references(cell), 1 + REFERENCES);
    kit_tag(cell, "k", "1");
    ck_assert(!is_leased(cell) && is_leased(other));
    ck_assert_uint_eq(references(cell), 1);
    tsn_cell_release(cell);
    tsn_cell_release(other);
    tsn_cell_release(third);
    kit_close(client);
}
END_TEST

START_TEST(a_lease_goes_with_its_scope_and_with_the_client)
{
    stay_here();
    tsn_alloc_track(true);
    tsn_client *client = kit_open("{}");
    tsn_cell *cell = new_cell(client), *isolation, *current;
    ck_assert_int_eq(tsn_cell_new_isolation(client, &isolation), TOCSIN_OK);
    ck_assert_int_eq(tsn_cell_new_current(isolation, &current), TOCSIN_OK);
    for (int i = 0; i < 2 * REPEATS; i++) kit_message(i < REPEATS ? cell : current, "x");
    ck_assert(is_leased(current) && is_leased(isolation) && is_leased(&client->global));
    tsn_cell_release(cell);
    tsn_cell_release(isolation);
    tsn_cell_release(current);
    kit_close(client);
    ck_assert_int_eq(tsn_alloc_live(), 0);
}
END_TEST

START_TEST(what_the_layers_have_is_told_whether_or_not_they_are_leased)
{
    stay_here();
    tsn_client *client = kit_open("{}");
    tsn_cell *isolation, *cell = new_cell(client);
    ck_assert_int_eq(tsn_cell_new_isolation(client, &isolation), TOCSIN_OK);
    tsn_buf json = kit_json("{'filename':'a'}");
    ck_assert_int_eq(tsn_cell_add_attachment(cell, TSN_LIT("bytes"), tsn_buf_view(&json)),
                     TOCSIN_OK);
    tsn_buf_fini(&json);
    tsn_cell *cells[] = {isolation, cell};
    for (int i = 1; i <= 2 * REPEATS; i++) {
        tsn_scope *values[2];
        tsn_capture_taken taken;
        tsn_capture_lane_take(cells, 2, values, &taken);
        ck_assert_ptr_eq(taken.propagation, isolation->value->propagation);
        ck_assert_uint_eq(taken.extras, TSN_CAPTURE_ATTACHMENTS);
        for (int j = 0; j < 2; j++) tsn_scope_release(values[j]);
        ck_assert(is_leased(cell) == (i >= REPEATS));
    }
    tsn_cell_release(isolation);
    tsn_cell_release(cell);
    kit_close(client);
}
END_TEST

static int by_bytes(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(tsn_id));
}

static void draw(tsn_client *client, tsn_id *ids, size_t count)
{
    tsn_cell *cells[] = {&client->global};
    for (size_t i = 0; i < count; i++) {
        tsn_scope *value;
        tsn_capture_taken taken;
        tsn_capture_lane_take(cells, 1, &value, &taken);
        ids[i] = taken.id;
        tsn_scope_release(value);
    }
}

static void expect_all_different(tsn_id *ids, size_t count)
{
    qsort(ids, count, sizeof ids[0], by_bytes);
    for (size_t i = 1; i < count; i++) ck_assert_int_ne(by_bytes(&ids[i - 1], &ids[i]), 0);
}

START_TEST(ids_differ)
{
    tsn_client *client = kit_open("{}");
    static tsn_id ids[IDS];
    draw(client, ids, IDS);
    expect_all_different(ids, IDS);
    kit_close(client);
}
END_TEST

START_TEST(a_child_of_fork_draws_other_ids_than_its_parent) /* FRK-1 */
{
    stay_here();
    tsn_client *client = kit_open("{}");
    int ends[2], status;
    tsn_id ids[2 * IDS_OF_EACH];
    draw(client, ids, 1);
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    draw(client, ids, IDS_OF_EACH);
    if (child == 0) _exit(write(ends[1], ids, sizeof ids / 2) == sizeof ids / 2 ? 0 : 1);
    ck_assert_int_eq(read(ends[0], ids + IDS_OF_EACH, sizeof ids / 2), sizeof ids / 2);
    waitpid(child, &status, 0);
    ck_assert_int_eq(status, 0);
    expect_all_different(ids, 2 * IDS_OF_EACH);
    close(ends[0]);
    close(ends[1]);
    kit_close(client);
}
END_TEST

/* A writer numbers what it writes; a value that is taken has what was written before, or later. */
typedef struct scene {
    tsn_cell *cell;
    tsn_cell *around;
    _Atomic unsigned written;
    _Atomic bool is_over;
    _Atomic unsigned wrong;
} scene;

static unsigned number_in(const tsn_scope *value)
{
    const tsn_fragment *text = value->texts[TSN_SCOPE_TRANSACTION];
    return text == NULL ? 0 : (unsigned)strtoul(text->text + 1, NULL, 10);
}

static void *take_and_look(void *arg)
{
    scene *all = arg;
    for (size_t i = 0; !atomic_load(&all->is_over); i++) {
        unsigned least = atomic_load(&all->written);
        tsn_scope *value = take_at(all->around, i % 64 / 32, all->cell);
        if (number_in(value) < least) atomic_fetch_add(&all->wrong, 1);
        tsn_scope_release(value);
    }
    return NULL;
}

START_TEST(what_is_taken_by_many_threads_is_never_older_than_what_was_written)
{
    tsn_client *client = kit_open("{}");
    scene all = {.cell = new_cell(client), .around = new_cell(client)};
    pthread_t threads[TAKERS];
    char text[24];
    for (int i = 0; i < TAKERS; i++) pthread_create(&threads[i], NULL, take_and_look, &all);
    for (unsigned i = 1; i <= unit_rounds(5000); i++) {
        snprintf(text, sizeof text, "%u", i);
        tsn_cell_set_transaction(all.cell, unit_slice(text), TSN_SLICE_ABSENT);
        atomic_store(&all.written, i);
        for (unsigned pause = 0; pause < i % 4; pause++) sched_yield();
    }
    atomic_store(&all.is_over, true);
    for (int i = 0; i < TAKERS; i++) pthread_join(threads[i], NULL);
    ck_assert_uint_eq(all.wrong, 0);
    tsn_capture_lane_end(all.cell);
    ck_assert_uint_eq(references(all.cell), 1);
    tsn_cell_release(all.cell);
    tsn_cell_release(all.around);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_value_that_is_captured_again_and_again_is_leased,
        a_lease_that_is_used_up_is_renewed,
        a_write_ends_the_lease_and_the_next_capture_has_what_was_written,
        a_scope_is_leased_in_two_places_and_stays_so_in_one,
        a_lease_goes_with_its_scope_and_with_the_client,
        what_the_layers_have_is_told_whether_or_not_they_are_leased,
        ids_differ,
        a_child_of_fork_draws_other_ids_than_its_parent,
        what_is_taken_by_many_threads_is_never_older_than_what_was_written,
    };
    return unit_suite_of("client/capture_lane", tests, TSN_ARRAY_LEN(tests));
}
