/* What ended runs left: taken once, by one, and nothing else touched. */
#include "disk.h"
#include "io/spool_run.h"

#define NAME(n) "179361180025" #n "-01000000000000000000000000000000-0.envelope"

static tsn_spool_run run_for(const char *dsn)
{
    tsn_spool_run run;
    tsn_spool_run_init(&run, unit_disk, unit_slice(dsn));
    return run;
}

static void note(void *context, const char *name)
{
    tsn_buf *names = context;
    tsn_buf_slice(names, unit_slice(name));
    tsn_buf_byte(names, ' ');
}

static tsn_buf adopt(tsn_spool_run *run)
{
    tsn_buf names = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_spool_run_adopt(run, note, &names), 0);
    return names;
}

static void put(tsn_spool_run *run, const char *name)
{
    ck_assert_int_eq(tsn_spool_run_open(run), 0);
    ck_assert_int_eq(tsn_file_put_at(tsn_spool_run_dir(run), name, TSN_LIT("x"), false), 0);
}

START_TEST(a_run_that_ended_is_taken_over_and_cleaned_away) /* */
{
    unit_disk_new();
    tsn_spool_run old = run_for(UNIT_DSN);
    put(&old, NAME(1));
    put(&old, NAME(2));
    put(&old, "1793611800253-01000000000000000000000000000000-0.tmp");
    tsn_spool_run_fini(&old);
    tsn_spool_run heir = run_for(UNIT_DSN);
    tsn_buf names = adopt(&heir);
    ck_assert(tsn_slice_contains(tsn_buf_view(&names), TSN_LIT(NAME(1))));
    ck_assert(tsn_slice_contains(tsn_buf_view(&names), TSN_LIT(NAME(2))));
    ck_assert_uint_eq(names.len, 2 * sizeof NAME(1));
    ck_assert_uint_eq(unit_count_files(".tmp"), 0);
    ck_assert_uint_eq(unit_count_files(".envelope"), 2);
    ck_assert_uint_eq(unit_count_folders(), 1);
    tsn_buf_fini(&names);
    tsn_spool_run_fini(&heir);
    unit_disk_remove();
}
END_TEST

START_TEST(a_run_that_lives_keeps_its_own) /* SPL-4 */
{
    unit_disk_new();
    tsn_spool_run alive = run_for(UNIT_DSN), other = run_for(UNIT_DSN);
    put(&alive, NAME(1));
    tsn_buf names = adopt(&other);
    ck_assert_uint_eq(names.len, 0);
    names = adopt(&alive);
    ck_assert_uint_eq(names.len, 0);
    tsn_spool_run_fini(&alive);
    names = adopt(&other);
    ck_assert_uint_gt(names.len, 0);
    tsn_buf_fini(&names);
    tsn_spool_run_fini(&other);
    unit_disk_remove();
}
END_TEST

START_TEST(what_goes_elsewhere_waits_for_its_own_client) /* SPL-5 */
{
    unit_disk_new();
    tsn_spool_run old = run_for("http://abc@127.0.0.1:1/41");
    put(&old, NAME(1));
    tsn_spool_run_fini(&old);
    tsn_spool_run other = run_for(UNIT_DSN);
    tsn_buf names = adopt(&other);
    ck_assert_uint_eq(names.len, 0);
    ck_assert_uint_eq(unit_count_files(".envelope"), 1);
    tsn_spool_run_fini(&other);
    tsn_spool_run again = run_for("http://abc@127.0.0.1:1/41");
    names = adopt(&again);
    ck_assert_uint_gt(names.len, 0);
    tsn_buf_fini(&names);
    tsn_spool_run_fini(&again);
    unit_disk_remove();
}
END_TEST

START_TEST(unknown_files_stay_where_they_are) /* SPL-2 */
{
    unit_disk_new();
    tsn_spool_run old = run_for(UNIT_DSN);
    put(&old, NAME(1));
    put(&old, "notes.txt");
    ck_assert_int_eq(mkdirat(old.dir, "folder", 0700), 0);
    ck_assert_int_eq(mkfifoat(old.dir, "fifo", 0600), 0);
    tsn_spool_run_fini(&old);
    unit_in_disk("touch a $(printf %0255d 7) && mkfifo run-fifo && mkdir run-0 && ln -s / run-l");
    size_t folders = unit_count_folders();
    for (int i = 0; i < 2; i++) {
        tsn_spool_run heir = run_for(UNIT_DSN);
        tsn_buf names = adopt(&heir);
        if (i == 0) ck_assert_uint_eq(names.len, sizeof NAME(1));
        tsn_buf_fini(&names);
        if (i == 0) ck_assert_int_eq(tsn_file_unlink_at(heir.dir, NAME(1)), 0);
        tsn_spool_run_fini(&heir);
    }
    ck_assert_uint_eq(unit_count_files("notes.txt"), 1);
    ck_assert_uint_eq(unit_count_files("fifo"), 2);
    ck_assert_uint_eq(unit_count_folders(), folders);
    unit_disk_remove();
}
END_TEST

START_TEST(an_empty_run_without_a_lock_is_cleaned_away) /* */
{
    unit_disk_new();
    tsn_spool_run old = run_for(UNIT_DSN);
    ck_assert_int_eq(tsn_spool_run_open(&old), 0);
    ck_assert_int_eq(tsn_file_unlink_at(old.dir, "lock"), 0);
    tsn_spool_run heir = run_for(UNIT_DSN);
    tsn_buf names = adopt(&heir);
    ck_assert_uint_eq(names.len, 0);
    ck_assert_uint_eq(unit_count_folders(), 1); /* the heir's own */
    tsn_spool_run_fini(&heir);
    tsn_spool_run_fini(&old);
    unit_disk_remove();
}
END_TEST

START_TEST(a_hundred_thousand_foreign_files_are_looked_through_in_time) /* SPL-2 */
{
    char command[64];
    size_t count = unit_rounds(100000);
    unit_disk_new();
    UNIT_FORMAT(command, "seq -f foreign-%%.0f %zu | xargs touch", count);
    unit_in_disk(command);
    int64_t began_ms = tsn_clock_mono_ms();
    tsn_spool_run run = run_for(UNIT_DSN);
    tsn_buf names = adopt(&run);
    ck_assert_uint_eq(names.len, 0);
    ck_assert_int_lt(tsn_clock_mono_ms() - began_ms, UNIT_AGES_MS);
    tsn_spool_run_fini(&run);
    ck_assert_uint_eq(unit_count_folders(), count);
    unit_disk_remove();
}
END_TEST

START_TEST(no_file_is_lost_whatever_fails_on_the_way) /* IO-1 */
{
    bool is_through = false;
    for (uint64_t nth = 1; !is_through; nth++) {
        unit_disk_new();
        tsn_spool_run old = run_for(UNIT_DSN);
        put(&old, NAME(1));
        put(&old, NAME(2));
        tsn_spool_run_fini(&old);
        unit_fault fault = {-1, -EIO, nth, false, 0};
        tsn_spool_run heir = run_for(UNIT_DSN);
        tsn_buf names = TSN_BUF_EMPTY;
        tsn_file_set_hook(unit_fault_hook, &fault);
        (void)tsn_spool_run_adopt(&heir, note, &names);
        is_through = fault.seen < nth;
        tsn_file_set_hook(NULL, NULL);
        (void)tsn_spool_run_adopt(&heir, note, &names);
        ck_assert_uint_eq(names.len, 2 * sizeof NAME(1)); /* each once */
        ck_assert_uint_eq(unit_count_files(".envelope"), 2);
        tsn_buf_fini(&names);
        tsn_spool_run_fini(&heir);
        unit_disk_remove();
    }
}
END_TEST

START_TEST(damaged_files_are_set_aside_and_the_newest_thirty_stay) /* */
{
    unit_disk_new();
    tsn_spool_run run = run_for(UNIT_DSN);
    for (int i = 0; i < 40; i++) {
        char name[TSN_SPOOL_NAME_SIZE];
        snprintf(name, sizeof name, "%013d-01000000000000000000000000000000-0.envelope", 1000 + i);
        put(&run, name);
        ck_assert_int_eq(tsn_spool_run_set_aside(&run, name), 0);
    }
    char path[128];
    UNIT_FORMAT(path, "%s/bad", unit_disk);
    ck_assert_uint_eq(unit_find_in(path, ".envelope", NULL), TSN_SPOOL_BAD_MAX);
    ck_assert_uint_eq(
        unit_find_in(path, "0000000001009-01000000000000000000000000000000-0.envelope", NULL), 0);
    ck_assert_uint_eq(
        unit_find_in(path, "0000000001010-01000000000000000000000000000000-0.envelope", NULL), 1);
    tsn_spool_run_fini(&run);
    unit_disk_remove();
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_run_that_ended_is_taken_over_and_cleaned_away,
        a_run_that_lives_keeps_its_own,
        what_goes_elsewhere_waits_for_its_own_client,
        unknown_files_stay_where_they_are,
        an_empty_run_without_a_lock_is_cleaned_away,
        a_hundred_thousand_foreign_files_are_looked_through_in_time,
        no_file_is_lost_whatever_fails_on_the_way,
        damaged_files_are_set_aside_and_the_newest_thirty_stay,
    };
    return unit_suite_of("io/spool_adopt", tests, sizeof tests / sizeof tests[0]);
}
