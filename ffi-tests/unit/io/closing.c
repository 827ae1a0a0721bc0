/* What a close does with what is left, with and without a spool, and with a worker that is stuck.
 */
#include "io/closing.h"

#include "fake.h"
#include "spooled.h"

typedef struct scene {
    spooled *s;
    tsn_worker worker;
    unit_fake *fake;
    tsn_diag *diag;
} scene;

static tsn_transport *open_fake(void *context)
{
    return &((scene *)context)->fake->base;
}

static void nothing(void *context)
{
    (void)context;
}

static scene *scene_new(bool has_spool)
{
    scene *it = calloc(1, sizeof *it);
    unit_disk_quick();
    it->s = spooled_again(2000);
    if (!has_spool) it->s->outbox.config.spool = NULL;
    tsn_clock_set_source(NULL);
    it->fake = unit_fake_new(200, false);
    it->diag = tsn_diag_new(false);
    tsn_worker_config config = {
        .outbox = &it->s->outbox,
        .carries_parcels = true,
        .diag = it->diag,
        .open = open_fake,
        .exited = nothing,
        .context = it,
    };
    tsn_worker_init(&it->worker, &config);
    ck_assert_int_eq(tsn_worker_start(&it->worker, nothing), TOCSIN_OK);
    capture(&it->s->outbox, 0, 1000);
    unit_fake_wait_started(it->fake, 4);
    return it;
}

/* Closes it at once. */
static void close_now(scene *it)
{
    tocsin_status st;
    int64_t began_ms = tsn_clock_mono_ms();
    ck_assert(tsn_outbox_begin_close(&it->s->outbox, &st));
    tsn_closing_finish(&it->s->outbox, &it->worker, it->diag, TOCSIN_TIMEOUT, false);
    ck_assert_int_lt(tsn_clock_mono_ms() - began_ms, UNIT_AGES_MS);
    ck_assert(!tsn_outbox_begin_close(&it->s->outbox, &st));
    ck_assert_int_eq(st, TOCSIN_TIMEOUT);
    unit_expect_identity(&it->s->outbox);
}

static void scene_end(scene *it)
{
    tsn_worker_fini(&it->worker);
    unit_fake_free(it->fake);
    tsn_diag_free(it->diag);
    spooled_finish(it->s);
    free(it);
}

START_TEST(without_a_spool_what_is_left_is_lost_and_counted) /* */
{
    scene *it = scene_new(false);
    close_now(it);
    ck_assert_uint_eq(lost_for(it->s, TSN_REASON_NETWORK_ERROR), 1000);
    scene_end(it);
}
END_TEST

START_TEST(with_one_all_of_it_is_on_disk_also_what_was_under_way) /* Q-13, OVL-5 */
{
    scene *it = scene_new(true);
    close_now(it);
    ck_assert_uint_eq(errors_at(it->s, TSN_STAGE_SPOOLED), 1000);
    ck_assert_uint_eq(unit_count_files(".envelope"), 1000);
    ck_assert_uint_eq(unit_count_files("-1.envelope"), 4);
    scene_end(it);
}
END_TEST

START_TEST(a_long_queue_goes_to_disk_while_there_is_time_left) /* OVL-5 */
{
    tocsin_status st;
    scene *it = scene_new(true);
    ck_assert(tsn_outbox_begin_close(&it->s->outbox, &st));
    ck_assert_int_eq(tsn_closing_drain(&it->s->outbox, tsn_clock_deadline(1000)), TOCSIN_TIMEOUT);
    ck_assert_uint_gt(errors_at(it->s, TSN_STAGE_SPOOLED), 0); /* as many as the disk took */
    ck_assert_uint_eq(errors_at(it->s, TSN_STAGE_IN_FLIGHT), 4);
    tsn_closing_finish(&it->s->outbox, &it->worker, it->diag, TOCSIN_TIMEOUT, false);
    ck_assert_uint_eq(errors_at(it->s, TSN_STAGE_SPOOLED), 1000);
    scene_end(it);
}
END_TEST

static int64_t count_operation(void *user, tsn_file_op op, const char *name, size_t len)
{
    (void)name, (void)len;
    atomic_fetch_add(&((_Atomic unsigned *)user)[op], 1);
    return 0;
}

START_TEST(fatal_ones_are_all_stored_first_and_synced_in_the_time_that_is_left) /* D4, OVL-5 */
{
    enum { FATAL = 20 };
    static _Atomic unsigned done[TSN_FILE_OP_COUNT];
    spooled *s = spooled_new(100);
    for (unsigned i = 0; i < FATAL; i++) {
        tsn_record *record = unit_record(i);
        tsn_fragment_release(record->body);
        record->body = tsn_fragment_new(TSN_LIT("{\"level\":\"fatal\"}"));
        ck_assert_int_eq(unit_capture(&s->outbox, record), TOCSIN_OK);
    }
    tsn_outbox_halt(&s->outbox);
    tsn_file_set_hook(count_operation, done);
    ck_assert_uint_eq(tsn_outbox_put_away(&s->outbox, TSN_CLOCK_NEVER), FATAL);
    ck_assert_uint_ge(done[TSN_FILE_OP_SYNC], FATAL + 1);
    unsigned syncs = done[TSN_FILE_OP_SYNC];
    ck_assert_uint_eq(tsn_outbox_put_away(&s->outbox, TSN_CLOCK_NEVER), FATAL);
    ck_assert_uint_eq(done[TSN_FILE_OP_SYNC], syncs);
    spooled_finish(s);
}
END_TEST

START_TEST(a_disk_that_takes_nothing_costs_the_events_and_no_time) /* SPL-2 */
{
    unit_fault fault = {TSN_FILE_OP_CREATE, -EROFS, 1, true, 0};
    scene *it = scene_new(true);
    tsn_file_set_hook(unit_fault_hook, &fault);
    close_now(it);
    ck_assert_uint_eq(lost_for(it->s, TSN_REASON_NETWORK_ERROR), 1000);
    scene_end(it);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        without_a_spool_what_is_left_is_lost_and_counted,
        with_one_all_of_it_is_on_disk_also_what_was_under_way,
        a_long_queue_goes_to_disk_while_there_is_time_left,
        fatal_ones_are_all_stored_first_and_synced_in_the_time_that_is_left,
        a_disk_that_takes_nothing_costs_the_events_and_no_time,
    };
    return unit_suite_of("io/closing", tests, sizeof tests / sizeof tests[0]);
}
