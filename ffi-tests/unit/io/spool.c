/* The store: order, bounds, claims, trouble with the disk. */
#include "io/spool.h"

#include "disk.h"

static tsn_spool *open_at(const char *path)
{
    static tsn_spool spool;
    tsn_spool_config config = unit_spool_config(path);
    unit_stop_clock();
    tsn_spool_init(&spool, &config);
    return &spool;
}

static tsn_spool *open_new(void)
{
    return open_at(unit_disk_new());
}

static void finish(tsn_spool *spool)
{
    tsn_spool_fini(spool);
    unit_disk_remove();
}

static void expect_next(tsn_spool *spool, unsigned number)
{
    tsn_stored *stored = tsn_spool_take(spool);
    ck_assert_uint_eq(unit_number_of(stored), number);
    tsn_spool_remove(spool, stored);
}

START_TEST(what_is_stored_comes_out_oldest_first_and_its_file_goes) /* */
{
    tsn_spool *spool = open_new();
    unit_store_and_keep(spool, 0, 50);
    ck_assert_uint_eq(tsn_spool_count(spool), 50);
    ck_assert_uint_eq(unit_count_files(".envelope"), 50);
    ck_assert_uint_eq(unit_count_files(".tmp"), 0);
    for (unsigned i = 0; i < 50; i++) expect_next(spool, i);
    ck_assert_ptr_null(tsn_spool_take(spool));
    ck_assert_uint_eq(unit_count_files(".envelope"), 0);
    ck_assert_uint_eq(spool->bytes, 0);
    finish(spool);
}
END_TEST

START_TEST(the_order_outlives_a_restart_and_a_clock_that_goes_back) /* CLK-1 */
{
    tsn_spool *spool = open_new();
    for (unsigned i = 0; i < 10; i++) {
        unit_store_and_keep(spool, i, 1);
        unit_pass(-86400000);
    }
    tsn_spool_fini(spool);
    spool = open_at(unit_disk);
    tsn_spool_adopt(spool);
    ck_assert_uint_eq(tsn_spool_count(spool), 10);
    for (unsigned i = 0; i < 10; i++) expect_next(spool, i);
    finish(spool);
}
END_TEST

START_TEST(one_that_returns_stands_where_it_stood) /* */
{
    tsn_spool *spool = open_new();
    unit_store_and_keep(spool, 0, 3);
    tsn_stored *first = tsn_spool_take(spool);
    tsn_stored *second = tsn_spool_take(spool);
    tsn_spool_keep(spool, second);
    tsn_spool_keep(spool, first);
    for (unsigned i = 0; i < 3; i++) expect_next(spool, i);
    finish(spool);
}
END_TEST

START_TEST(too_many_too_much_and_too_old_ones_go_oldest_first) /* */
{
    tsn_spool *spool = open_new();
    unit_store_and_keep(spool, 0, 6);
    size_t size = (size_t)spool->bytes / 6;
    ck_assert_ptr_null(tsn_spool_take_excess(spool, tsn_clock_mono_ms()));
    spool->config.max_items = 5;
    tsn_stored *stored = tsn_spool_take_excess(spool, tsn_clock_mono_ms());
    ck_assert_uint_eq(unit_number_of(stored), 0);
    tsn_spool_remove(spool, stored);
    ck_assert_ptr_null(tsn_spool_take_excess(spool, tsn_clock_mono_ms()));
    spool->config.max_bytes = 4 * size;
    stored = tsn_spool_take_excess(spool, tsn_clock_mono_ms());
    ck_assert_uint_eq(unit_number_of(stored), 1);
    tsn_spool_remove(spool, stored);
    ck_assert_ptr_null(tsn_spool_take_excess(spool, tsn_clock_mono_ms()));
    spool->config.max_age_ms = 1000;
    unit_pass(1000);
    ck_assert_ptr_null(tsn_spool_take_excess(spool, tsn_clock_mono_ms()));
    unit_store_and_keep(spool, 6, 1);
    unit_pass(1);
    for (unsigned i = 2; i < 6; i++) {
        stored = tsn_spool_take_excess(spool, tsn_clock_mono_ms());
        ck_assert_uint_eq(unit_number_of(stored), i);
        tsn_spool_remove(spool, stored);
    }
    ck_assert_ptr_null(tsn_spool_take_excess(spool, tsn_clock_mono_ms()));
    finish(spool);
}
END_TEST

/* A wall clock that was never set, or was set ahead, when the file was stored. */
START_TEST(a_wrong_clock_makes_nothing_old) /* CLK-1 */
{
    static const int64_t stamps_ms[] = {0, 1000, INT64_C(4102444800000)};
    for (size_t i = 0; i < 3; i++) {
        tsn_spool *spool = open_new();
        spool->config.max_age_ms = 1000;
        spool->last_stamp_ms = stamps_ms[i] + INT64_C(1793611800250);
        unit_store_and_keep(spool, 0, 1);
        char *path = strdup(unit_only_file(".envelope")), better[600];
        tsn_stored *stored = tsn_spool_take(spool);
        UNIT_FORMAT(better, "%.*s/%013lld-%s", (int)(strrchr(path, '/') - path), path,
                    (long long)stamps_ms[i], strchr(strrchr(path, '/'), '-') + 1);
        ck_assert_int_eq(rename(path, better), 0);
        free(path);
        tsn_spool_forget(stored);
        tsn_spool_fini(spool);
        spool = open_at(unit_disk);
        spool->config.max_age_ms = 1000;
        tsn_spool_adopt(spool);
        ck_assert_uint_eq(tsn_spool_count(spool), 1);
        ck_assert_ptr_null(tsn_spool_take_excess(spool, tsn_clock_mono_ms()));
        unit_pass(1001);
        stored = tsn_spool_take_excess(spool, tsn_clock_mono_ms());
        ck_assert_ptr_nonnull(stored);
        tsn_spool_remove(spool, stored);
        finish(spool);
    }
}
END_TEST

START_TEST(an_old_leftover_is_as_old_as_it_is) /* */
{
    tsn_spool *spool = open_new();
    unit_store_and_keep(spool, 0, 1);
    tsn_spool_fini(spool);
    spool = open_at(unit_disk);
    spool->config.max_age_ms = 1000;
    unit_pass(1001);
    tsn_spool_adopt(spool);
    tsn_stored *stored = tsn_spool_take_excess(spool, tsn_clock_mono_ms());
    ck_assert_ptr_nonnull(stored);
    tsn_spool_remove(spool, stored);
    finish(spool);
}
END_TEST

START_TEST(a_claim_is_on_disk_and_can_be_taken_back) /* */
{
    tsn_spool *spool = open_new();
    unit_store_and_keep(spool, 7, 1);
    tsn_stored *stored = tsn_spool_take(spool);
    ck_assert(tsn_spool_claim(spool, stored));
    ck_assert(tsn_spool_claim(spool, stored));
    ck_assert_ptr_nonnull(strstr(unit_only_file(".envelope"), "-2.envelope"));
    tsn_spool_unclaim(spool, stored);
    ck_assert_ptr_nonnull(strstr(unit_only_file(".envelope"), "-1.envelope"));
    ck_assert_uint_eq(stored->name.tries, 1);
    tsn_spool_keep(spool, stored);
    unit_fault fault = {TSN_FILE_OP_RENAME, -EROFS, 1, true, 0};
    tsn_file_set_hook(unit_fault_hook, &fault);
    stored = tsn_spool_take(spool);
    ck_assert(!tsn_spool_claim(spool, stored));
    ck_assert_uint_eq(stored->name.tries, 1);
    tsn_spool_forget(stored);
    finish(spool);
}
END_TEST

START_TEST(what_cannot_be_synced_is_written_again_and_else_not_called_safe) /* IO-2 */
{
    bool is_safe = false;
    tsn_spool *spool = open_new();
    spool->config.syncs = true;
    unit_fault fault = {TSN_FILE_OP_SYNC, -EIO, 1, false, 0};
    tsn_file_set_hook(unit_fault_hook, &fault);
    tsn_stored *stored = unit_store(spool, 1, &is_safe);
    ck_assert(stored != NULL && is_safe);
    ck_assert_uint_eq(fault.seen, 5); /* the file, the file anew, those above the run, the run */
    tsn_spool_remove(spool, stored);
    fault = (unit_fault){TSN_FILE_OP_SYNC, -EIO, 2, false, 0}; /* the run's */
    stored = unit_store(spool, 2, &is_safe);
    ck_assert(stored != NULL && !is_safe);
    tsn_spool_remove(spool, stored);
    fault = (unit_fault){TSN_FILE_OP_SYNC, -EIO, 1, true, 0};
    is_safe = true;
    ck_assert_ptr_null(unit_store(spool, 3, NULL));
    ck_assert_uint_eq(unit_count_files(".envelope") + unit_count_files(".tmp"), 0);
    finish(spool);
}
END_TEST

START_TEST(files_are_synced_only_where_it_was_asked_for) /* Q-21, D4 */
{
    tsn_envelope envelope;
    tsn_spool *spool = open_new();
    unit_fault fault = {TSN_FILE_OP_SYNC, 0, 0, false, 0};
    tsn_file_set_hook(unit_fault_hook, &fault);
    tsn_spool_remove(spool, unit_store(spool, 1, NULL));
    ck_assert_uint_eq(fault.seen, 0);
    unit_envelope(&envelope, 2, "{\"level\":\"fatal\"}");
    tsn_spool_entry entry = {
        .envelope = &envelope, .identity = TSN_LIT(UNIT_IDENTITY), .is_fatal = true};
    tsn_spool_remove(spool, tsn_spool_store(spool, &entry, NULL, NULL, NULL));
    ck_assert_uint_eq(fault.seen, 4); /* the file and, once, all above it */
    tsn_envelope_fini(&envelope);
    finish(spool);
}
END_TEST

static bool evict_one(void *context)
{
    tsn_spool *spool = context;
    tsn_stored *oldest = tsn_spool_take(spool);
    if (oldest != NULL) tsn_spool_remove(spool, oldest);
    return oldest != NULL;
}

static void expect_oldest_given_up_at(int64_t answer)
{
    tsn_envelope envelope;
    tsn_spool *spool = open_new();
    unit_store_and_keep(spool, 0, 5);
    unit_fault fault = {TSN_FILE_OP_WRITE, answer, 1, false, 0};
    tsn_file_set_hook(unit_fault_hook, &fault);
    unit_envelope(&envelope, 9, "{}");
    tsn_spool_entry entry = {.envelope = &envelope, .identity = TSN_LIT(UNIT_IDENTITY)};
    tsn_stored *stored = tsn_spool_store(spool, &entry, evict_one, spool, NULL);
    ck_assert_ptr_nonnull(stored);
    tsn_spool_keep(spool, stored);
    ck_assert_uint_eq(tsn_spool_count(spool), 5);
    fault = (unit_fault){TSN_FILE_OP_WRITE, answer, 1, true, 0};
    ck_assert_ptr_null(tsn_spool_store(spool, &entry, evict_one, spool, NULL));
    ck_assert_uint_eq(tsn_spool_count(spool), 0);
    ck_assert_uint_eq(unit_count_files(".envelope") + unit_count_files(".tmp"), 0);
    tsn_envelope_fini(&envelope);
    finish(spool);
}

START_TEST(a_full_disk_gives_up_its_oldest) /* SPL-1 */
{
    expect_oldest_given_up_at(-ENOSPC);
}
END_TEST

START_TEST(a_used_up_quota_gives_up_its_oldest) /* SPL-1 */
{
    expect_oldest_given_up_at(-EDQUOT);
}
END_TEST

static size_t count_notices(tsn_diag *diag)
{
    size_t count = 0;
    tsn_buf text = TSN_BUF_EMPTY;
    while (tsn_diag_next(diag, &text)) count++;
    tsn_buf_fini(&text);
    return count;
}

START_TEST(trouble_is_told_once_until_it_is_over) /* SPL-2 */
{
    tsn_spool *spool = open_new();
    spool->config.diag = tsn_diag_new(false);
    for (int round = 0; round < 2; round++) {
        unit_fault fault = {TSN_FILE_OP_CREATE, -EACCES, 1, true, 0};
        tsn_file_set_hook(unit_fault_hook, &fault);
        for (unsigned i = 0; i < 5; i++) ck_assert_ptr_null(unit_store(spool, i, NULL));
        ck_assert_uint_eq(count_notices(spool->config.diag), 1);
        tsn_file_set_hook(NULL, NULL);
        tsn_spool_remove(spool, unit_store(spool, 9, NULL));
        ck_assert_uint_eq(count_notices(spool->config.diag), 0);
    }
    tsn_diag_free(spool->config.diag);
    finish(spool);
}
END_TEST

START_TEST(a_directory_that_vanishes_is_made_anew) /* SPL-2 */
{
    tsn_spool *spool = open_new();
    unit_store_and_keep(spool, 0, 2);
    unit_in_disk("rm -r $PWD");
    tsn_stored *stored = unit_store(spool, 2, NULL);
    ck_assert_ptr_nonnull(stored);
    ck_assert_uint_eq(unit_count_files(".envelope"), 1);
    tsn_spool_remove(spool, stored);
    finish(spool);
}
END_TEST

START_TEST(a_child_begins_with_nothing_and_a_run_of_its_own) /* Q-14, FRK-2 */
{
    tsn_spool *spool = open_new();
    unit_store_and_keep(spool, 0, 3);
    tsn_stored *left[3]; /* else they would be a leak of the test */
    tsn_list *node = spool->kept.next;
    for (int i = 0; i < 3; i++, node = node->next) {
        left[i] = TSN_CONTAINER_OF(node, tsn_stored, node);
    }
    int dir = spool->run.dir, held = spool->run.held, cache = spool->run.cache;
    tsn_spool_start_afresh(spool);
    ck_assert_uint_eq(tsn_spool_count(spool), 0);
    ck_assert_ptr_null(tsn_spool_take(spool));
    tsn_spool_adopt(spool);
    ck_assert_uint_eq(tsn_spool_count(spool), 0); /* the parent lives */
    unit_store_and_keep(spool, 3, 1);
    ck_assert_uint_eq(unit_count_folders(), 2);
    close(held);
    close(dir);
    close(cache);
    tsn_spool_adopt(spool);
    ck_assert_uint_eq(tsn_spool_count(spool), 4);
    for (int i = 0; i < 3; i++) {
        tsn_list_init(&left[i]->node);
        tsn_spool_forget(left[i]);
    }
    finish(spool);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_is_stored_comes_out_oldest_first_and_its_file_goes,
        the_order_outlives_a_restart_and_a_clock_that_goes_back,
        one_that_returns_stands_where_it_stood,
        too_many_too_much_and_too_old_ones_go_oldest_first,
        a_wrong_clock_makes_nothing_old,
        an_old_leftover_is_as_old_as_it_is,
        a_claim_is_on_disk_and_can_be_taken_back,
        what_cannot_be_synced_is_written_again_and_else_not_called_safe,
        files_are_synced_only_where_it_was_asked_for,
        a_full_disk_gives_up_its_oldest,
        a_used_up_quota_gives_up_its_oldest,
        trouble_is_told_once_until_it_is_over,
        a_directory_that_vanishes_is_made_anew,
        a_child_begins_with_nothing_and_a_run_of_its_own,
    };
    return unit_suite_of("io/spool", tests, sizeof tests / sizeof tests[0]);
}
