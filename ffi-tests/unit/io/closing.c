/* What a close does with what is left, with and without a spool, and with a worker that is stuck.
 */
#include "io/closing.h"

#include <time.h>

#include "fake.h"
#include "fates.h"
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
        ck_assert_int_eq(tsn_outbox_push(&s->outbox, record), TOCSIN_OK);
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

/* Each event costs it that much. */
static int64_t be_slow(void *user, tsn_file_op op, const char *name, size_t len)
{
    (void)name, (void)len;
    const struct timespec *pause = user;
    if (op == TSN_FILE_OP_WRITE) nanosleep(pause, NULL);
    return 0;
}

static bool has_file(unsigned number)
{
    char hex[TSN_ID_HEX], part[80];
    tsn_id id = unit_id_of(number);
    tsn_id_to_hex(&id, hex);
    for (unsigned tries = 0; tries < 2; tries++) {
        UNIT_FORMAT(part, "-%.32s-%u" TSN_SPOOL_SUFFIX, hex, tries);
        if (unit_count_files(part) == 1) return true;
    }
    return false;
}

/* Closes with 1,000 queued and a server that hangs; how many are on disk. Each has one fate. */
static size_t close_on_slow_disk(int64_t timeout_ms, bool looks_at_each)
{
    tocsin_status st;
    static struct timespec pause = {.tv_nsec = 500000};
    bool is_captured[1000];
    memset(is_captured, true, sizeof is_captured);
    unit_fates *fates = unit_fates_begin();
    scene *it = scene_new(true);
    tsn_file_set_hook(be_slow, &pause);
    int64_t deadline = tsn_clock_deadline(timeout_ms);
    ck_assert(tsn_outbox_begin_close(&it->s->outbox, &st));
    st = tsn_closing_drain(&it->s->outbox, deadline);
    ck_assert_int_eq(st, TOCSIN_TIMEOUT);
    tsn_closing_finish(&it->s->outbox, &it->worker, it->diag, st, timeout_ms == 0);
    tsn_file_set_hook(NULL, NULL);
    unit_fates_expect_all(fates, &it->s->outbox, is_captured, 1000);
    size_t stored = errors_at(it->s, TSN_STAGE_SPOOLED);
    ck_assert_uint_eq(unit_count_files(".envelope"), stored);
    ck_assert_uint_eq(stored + lost_for(it->s, TSN_REASON_NETWORK_ERROR), 1000);
    for (unsigned i = 0; i < 1000; i++) {
        bool is_spooled = fates->last[i].kind == TSN_FATE_SPOOLED;
        if (!is_spooled) ck_assert_int_eq(fates->last[i].stage, TSN_FATE_AT_CLOSE);
        if (looks_at_each) ck_assert_msg(has_file(i) == is_spooled, "%u", i);
    }
    tsn_fate_set_hook(NULL, NULL);
    scene_end(it);
    return stored;
}

START_TEST(a_slow_disk_without_time_keeps_what_it_took_and_the_rest_is_lost_by_name) /* OVL-5, P6 */
{
    size_t stored = close_on_slow_disk(0, true);
    ck_assert_uint_gt(stored, 0);
    ck_assert_uint_lt(stored, 1000);
}
END_TEST

START_TEST(a_slow_disk_with_time_takes_them_all_from_a_server_without_hope) /* OVL-5 */
{
    ck_assert_uint_eq(close_on_slow_disk(4000, false), 1000);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        without_a_spool_what_is_left_is_lost_and_counted,
        with_one_all_of_it_is_on_disk_also_what_was_under_way,
        a_long_queue_goes_to_disk_while_there_is_time_left,
        a_slow_disk_without_time_keeps_what_it_took_and_the_rest_is_lost_by_name,
        a_slow_disk_with_time_takes_them_all_from_a_server_without_hope,
        fatal_ones_are_all_stored_first_and_synced_in_the_time_that_is_left,
        a_disk_that_takes_nothing_costs_the_events_and_no_time,
    };
    return unit_suite_of("io/closing", tests, sizeof tests / sizeof tests[0]);
}
