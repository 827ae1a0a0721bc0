/* The store on a disk that fails at any one step: twenty envelopes, each step in turn. */
#include "io/spool.h"

#include "chance.h"
#include "disk.h"

enum { ENVELOPES = 20 };

static tsn_spool *open_new(void)
{
    static tsn_spool spool;
    tsn_spool_config config = unit_spool_config(unit_disk_quick());
    unit_stop_clock();
    tsn_spool_init(&spool, &config);
    spool.config.syncs = true;
    return &spool;
}

static void finish(tsn_spool *spool)
{
    tsn_spool_fini(spool);
    unit_disk_remove();
}

/* What was taken in comes out again, whole and in order. */
static void expect_all_back(tsn_spool *spool, const bool *is_stored)
{
    for (unsigned i = 0; i < ENVELOPES; i++) {
        tsn_buf file = TSN_BUF_EMPTY;
        tsn_slice envelope;
        char want[32];
        if (!is_stored[i]) continue;
        tsn_stored *stored = tsn_spool_take(spool);
        ck_assert_uint_eq(unit_number_of(stored), i);
        ck_assert_int_eq(tsn_spool_read(spool, stored, &file, &envelope), TSN_SPOOL_READ);
        UNIT_FORMAT(want, "\n{\"n\":%u}\n", i);
        ck_assert(tsn_slice_contains(envelope, unit_slice(want)));
        tsn_buf_fini(&file);
        tsn_spool_remove(spool, stored);
    }
    ck_assert_ptr_null(tsn_spool_take(spool));
}

/* False: the n-th operation was not reached. */
static bool store_all(int64_t answer, uint64_t nth)
{
    int op = answer > 0 ? (int)TSN_FILE_OP_WRITE : -1;
    unit_fault fault = {op, answer, nth, false, 0};
    bool is_stored[ENVELOPES];
    unsigned count = 0;
    tsn_spool *spool = open_new();
    tsn_file_set_hook(unit_fault_hook, &fault);
    for (unsigned i = 0; i < ENVELOPES; i++) {
        tsn_stored *stored = unit_store(spool, i, NULL);
        is_stored[i] = stored != NULL;
        count += is_stored[i];
        if (is_stored[i]) tsn_spool_keep(spool, stored);
    }
    tsn_file_set_hook(NULL, NULL);
    ck_assert_uint_ge(count, ENVELOPES - 1);
    ck_assert_uint_eq(unit_count_files(".envelope"), count);
    expect_all_back(spool, is_stored);
    finish(spool);
    return fault.seen >= nth;
}

START_TEST(each_operation_fails_in_turn_and_no_half_file_is_ever_in_view) /* IO-1 */
{
    static const int64_t answers[] = {-EIO, -ENOSPC, -EACCES, -EMFILE, -EROFS, -EINTR, 10};
    unit_chance chance = unit_chance_begin("spool_fault");
    for (size_t which = 0; which < sizeof answers / sizeof answers[0]; which++) {
        uint64_t nth = unit_step(&chance);
        while (store_all(answers[which], nth)) nth += unit_step(&chance);
        ck_assert_uint_ge(nth, ENVELOPES);
    }
}
END_TEST

/* After a sync that failed, a second one that goes well says nothing of the bytes: the file has to
 * be written anew before it may come into view, and a directory to be synced after that. */
typedef struct doubt {
    uint64_t nth, seen;
    bool is_file_doubtful;
    bool is_in_view_for_sure; /* the directory was synced since the last rename */
    unsigned rewritten;
} doubt;

static int64_t fail_sync(void *user, tsn_file_op op, const char *name, size_t len)
{
    doubt *of = user;
    bool is_new = tsn_spool_name_is_temporary(unit_slice(name));
    (void)len;
    if (op == TSN_FILE_OP_CREATE && is_new) {
        of->rewritten += of->is_file_doubtful;
        of->is_file_doubtful = false;
    }
    if (op == TSN_FILE_OP_RENAME) {
        ck_assert_msg(!of->is_file_doubtful, "sync %llu: %s came into view unsynced",
                      (unsigned long long)of->nth, name);
        of->is_in_view_for_sure = false;
    }
    if (op != TSN_FILE_OP_SYNC) return 0;
    bool fails = ++of->seen == of->nth;
    if (is_new) of->is_file_doubtful = fails;
    if (!is_new) of->is_in_view_for_sure = !fails;
    return fails ? -EIO : 0;
}

START_TEST(whichever_sync_fails_nothing_is_called_safe_that_is_not) /* IO-2 */
{
    bool is_through = false;
    unsigned rewritten = 0, unsafe = 0;
    for (uint64_t nth = 1; !is_through; nth++) {
        doubt of = {.nth = nth};
        tsn_spool *spool = open_new();
        tsn_file_set_hook(fail_sync, &of);
        for (unsigned i = 0; i < ENVELOPES; i++) {
            bool is_safe = false;
            tsn_stored *stored = unit_store(spool, i, &is_safe);
            ck_assert_ptr_nonnull(stored);
            ck_assert_msg(!is_safe || of.is_in_view_for_sure, "sync %llu, envelope %u",
                          (unsigned long long)nth, i);
            unsafe += !is_safe;
            tsn_spool_keep(spool, stored);
        }
        is_through = of.seen < nth;
        rewritten += of.rewritten;
        finish(spool);
    }
    ck_assert_uint_eq(rewritten, ENVELOPES);
    ck_assert_uint_ge(unsafe, ENVELOPES);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        each_operation_fails_in_turn_and_no_half_file_is_ever_in_view,
        whichever_sync_fails_nothing_is_called_safe_that_is_not,
    };
    return unit_suite_of("io/spool_fault", tests, sizeof tests / sizeof tests[0]);
}
