/* Counts of losses that outlive the process: when they are written, and that each is told once. */
#include "base/alloc.h"
#include "io/spool_file.h"
#include "spooled.h"

static void lose(spooled *s, unsigned count)
{
    for (unsigned i = 0; i < count; i++) lose_one(&s->outbox);
}

/* How many losses the file tells of; 0: there is none. */
static uint64_t saved(void)
{
    char path[512] = "";
    char text[1024] = "";
    if (unit_find_in(unit_disk, TSN_SPOOL_REPORT, path) == 0) return 0;
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    ck_assert_uint_gt(len, 0);
    const char *quantity = strstr(text, "\"quantity\":");
    return quantity == NULL ? 0 : strtoull(quantity + strlen("\"quantity\":"), NULL, 10);
}

static uint64_t untold(spooled *s)
{
    tsn_client_report counts;
    tsn_ledger_read_untold(&s->outbox.ledger, &counts);
    return tsn_client_report_total(&counts, TSN_CATEGORY_ERROR);
}

/* A process that is killed after it has saved so many. */
static void leave_behind(unsigned count)
{
    spooled *s = spooled_new(100);
    lose(s, count);
    tsn_outbox_save_report(&s->outbox);
    ck_assert_uint_eq(saved(), count);
    spooled_end(s);
}

static spooled *heir_of(unsigned count)
{
    leave_behind(count);
    spooled *s = spooled_again(100);
    tsn_outbox_adopt(&s->outbox);
    ck_assert_uint_eq(tsn_spool_count(&s->spool), 1);
    unit_pass(TSN_OUTBOX_STORED_GAP_MS);
    return s;
}

static tsn_parcel *take_report(spooled *s)
{
    tsn_parcel *parcel = tsn_outbox_take_stored(&s->outbox);
    ck_assert_ptr_nonnull(parcel);
    ck_assert(tsn_slice_contains(parcel->envelope.stored_items, TSN_LIT("client_report")));
    return parcel;
}

START_TEST(losses_are_written_down_soon_and_not_all_the_time) /* P6 */
{
    spooled *s = spooled_new(100);
    tsn_outbox_save_report(&s->outbox);
    ck_assert_uint_eq(unit_count_folders(), 0); /* nothing was lost */
    lose(s, 2);
    tsn_outbox_save_report(&s->outbox);
    ck_assert_uint_eq(saved(), 2);
    lose(s, 3);
    unit_pass(TSN_OUTBOX_SAVE_GAP_MS - 1);
    tsn_outbox_save_report(&s->outbox);
    ck_assert_uint_eq(saved(), 2);
    unit_pass(1);
    tsn_outbox_save_report(&s->outbox);
    ck_assert_uint_eq(saved(), 5);
    ck_assert_uint_eq(unit_count_files(".tmp"), 0);
    spooled_finish(s);
}
END_TEST

START_TEST(a_report_under_way_is_on_disk_until_it_is_told) /* P6 */
{
    spooled *s = spooled_new(100);
    lose(s, 4);
    tsn_outbox_save_report(&s->outbox);
    unit_pass(TSN_OUTBOX_REPORT_ALONE_MS);
    tsn_parcel *parcel = tsn_outbox_take(&s->outbox);
    lose(s, 1);
    tsn_outbox_save_report(&s->outbox);
    ck_assert_uint_eq(saved(), 5);
    answer(&s->outbox, parcel, 503);
    ck_assert_uint_eq(untold(s), 5);
    unit_pass(TSN_OUTBOX_REPORT_ALONE_MS);
    answer(&s->outbox, tsn_outbox_take(&s->outbox), 200);
    ck_assert_uint_eq(untold(s), 0);
    tsn_outbox_save_report(&s->outbox);
    ck_assert_uint_eq(unit_count_files(TSN_SPOOL_REPORT), 0);
    spooled_finish(s);
    ck_assert_uint_eq(unit_count_folders(), 0);
}
END_TEST

START_TEST(what_a_killed_run_had_not_told_is_told_by_the_next) /* P6, KIL-1 */
{
    spooled *s = heir_of(7);
    tsn_parcel *parcel = take_report(s);
    ck_assert(tsn_slice_contains(parcel->envelope.stored_items, TSN_LIT("\"quantity\":7}")));
    lose(s, 1); /* its own are told apart from that */
    answer(&s->outbox, parcel, 200);
    ck_assert_uint_eq(unit_count_files(".envelope"), 0);
    ck_assert_uint_eq(untold(s), 1);
    spooled_finish(s);
}
END_TEST

START_TEST(a_stored_report_that_is_refused_gives_its_counts_back) /* P6, NET-6 */
{
    spooled *s = heir_of(7);
    answer(&s->outbox, take_report(s), 400);
    ck_assert_uint_eq(unit_count_files(".envelope"), 0);
    ck_assert_uint_eq(untold(s), 7);
    tsn_outbox_save_report(&s->outbox);
    ck_assert_uint_eq(saved(), 7);
    spooled_finish(s);
}
END_TEST

START_TEST(one_that_has_no_answer_keeps_them_until_its_last_try) /* P6, NET-1 */
{
    spooled *s = heir_of(7);
    for (unsigned i = 0; i < TSN_OUTBOX_TRIES_MAX; i++) {
        ck_assert_uint_eq(untold(s), 0);
        answer(&s->outbox, take_report(s), 0);
        unit_pass(120000);
    }
    ck_assert_ptr_null(tsn_outbox_take_stored(&s->outbox));
    ck_assert_uint_eq(untold(s), 7);
    spooled_finish(s);
}
END_TEST

START_TEST(a_stored_report_that_makes_room_gives_its_counts_back) /* P6, Q-22 */
{
    for (int was_read = 0; was_read < 2; was_read++) {
        spooled *s = heir_of(7);
        if (was_read) refuse(&s->outbox, take_report(s));
        s->spool.config.max_items = 0;
        tsn_outbox_adopt(&s->outbox); /* holds the bounds */
        ck_assert_uint_eq(tsn_spool_count(&s->spool), 0);
        ck_assert_uint_eq(unit_count_files(".envelope"), 0);
        ck_assert_uint_eq(untold(s), 7);
        spooled_finish(s);
    }
}
END_TEST

START_TEST(what_a_close_loses_is_left_for_the_next_run) /* P6, OVL-5 */
{
    spooled *s = spooled_new(100);
    capture(&s->outbox, 0, 5);
    tsn_outbox_halt(&s->outbox);
    ck_assert_uint_eq(tsn_outbox_seal(&s->outbox), 5);
    tsn_outbox_leave_report(&s->outbox);
    ck_assert_uint_eq(saved(), 5);
    spooled_end(s);
    s = spooled_again(100);
    tsn_outbox_adopt(&s->outbox);
    unit_pass(TSN_OUTBOX_STORED_GAP_MS);
    answer(&s->outbox, take_report(s), 200);
    spooled_finish(s);
}
END_TEST

START_TEST(whatever_fails_at_the_disk_it_is_written_later) /* IO-1 */
{
    bool is_through = false;
    for (uint64_t nth = 1; !is_through; nth++) {
        unit_fault fault = {-1, -EIO, nth, false, 0};
        spooled *s = spooled_new(100);
        lose(s, 3);
        tsn_file_set_hook(unit_fault_hook, &fault);
        tsn_outbox_save_report(&s->outbox);
        is_through = fault.seen < nth;
        tsn_file_set_hook(NULL, NULL);
        unit_pass(TSN_OUTBOX_SAVE_GAP_MS);
        tsn_outbox_save_report(&s->outbox);
        ck_assert_uint_eq(saved(), 3);
        spooled_finish(s);
    }
}
END_TEST

START_TEST(without_memory_it_is_written_later) /* OOM-1 */
{
    bool is_through = false;
    for (uint64_t nth = 1; !is_through; nth++) {
        spooled *s = spooled_new(100);
        lose(s, 3);
        tsn_alloc_fail_nth(nth, false);
        tsn_outbox_save_report(&s->outbox);
        is_through = !tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        unit_pass(TSN_OUTBOX_SAVE_GAP_MS);
        tsn_outbox_save_report(&s->outbox);
        ck_assert_uint_eq(saved(), 3);
        spooled_finish(s);
    }
}
END_TEST

START_TEST(without_a_spool_nothing_is_written)
{
    spooled *s = spooled_new(100);
    s->outbox.config.spool = NULL;
    lose(s, 3);
    tsn_outbox_save_report(&s->outbox);
    ck_assert_uint_eq(unit_count_folders(), 0);
    spooled_finish(s);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        losses_are_written_down_soon_and_not_all_the_time,
        a_report_under_way_is_on_disk_until_it_is_told,
        what_a_killed_run_had_not_told_is_told_by_the_next,
        a_stored_report_that_is_refused_gives_its_counts_back,
        one_that_has_no_answer_keeps_them_until_its_last_try,
        a_stored_report_that_makes_room_gives_its_counts_back,
        what_a_close_loses_is_left_for_the_next_run,
        whatever_fails_at_the_disk_it_is_written_later,
        without_memory_it_is_written_later,
        without_a_spool_nothing_is_written,
    };
    return unit_suite_of("io/outbox_report", tests, sizeof tests / sizeof tests[0]);
}
