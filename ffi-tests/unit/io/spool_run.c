/* The run's own directory: made late, locked, given back; and what is not good enough for it. */
#include "io/spool_run.h"

#include <pthread.h>
#include <sched.h>

#include "disk.h"

static tsn_spool_run run_at(const char *path)
{
    tsn_spool_run run;
    tsn_spool_run_init(&run, path, TSN_LIT(UNIT_DSN));
    return run;
}

START_TEST(nothing_is_made_before_it_is_needed_and_nothing_stays_of_an_empty_run) /* */
{
    char path[128];
    UNIT_FORMAT(path, "%s/deeper/cache", unit_disk_new());
    tsn_spool_run run = run_at(path);
    ck_assert_int_eq(tsn_spool_run_open_cache(&run, false), -ENOENT);
    ck_assert_uint_eq(unit_count_folders(), 0);
    ck_assert_int_eq(tsn_spool_run_open(&run), 0);
    ck_assert_int_eq(tsn_spool_run_open(&run), 0);
    ck_assert_int_gt(tsn_spool_run_dir(&run), STDERR_FILENO);
    ck_assert_uint_eq(unit_count_files("lock"), 1);
    tsn_spool_run_fini(&run);
    ck_assert_uint_eq(unit_count_files("lock"), 0);
    unit_disk_remove();
}
END_TEST

START_TEST(what_is_stored_is_for_its_owner_alone_whatever_the_umask) /* SEC-6 */
{
    static const mode_t masks[] = {0, 077, 022};
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        struct stat info;
        umask(masks[i]);
        UNIT_FORMAT(path, "%s/cache", unit_disk_new());
        tsn_spool_run run = run_at(path);
        ck_assert_int_eq(tsn_spool_run_open(&run), 0);
        ck_assert_int_eq(stat(path, &info), 0);
        ck_assert_uint_eq(info.st_mode & 0777, 0700);
        ck_assert_int_eq(fstat(run.dir, &info), 0);
        ck_assert_uint_eq(info.st_mode & 0777, 0700);
        ck_assert_int_eq(fstat(run.held, &info), 0);
        ck_assert_uint_eq(info.st_mode & 0777, 0600);
        tsn_spool_run_fini(&run);
        unit_disk_remove();
    }
}
END_TEST

START_TEST(a_directory_that_others_may_write_to_is_refused) /* SEC-7 */
{
    tsn_spool_run run = run_at(unit_disk_new());
    ck_assert_int_eq(chmod(unit_disk, 0777), 0);
    ck_assert_int_eq(tsn_spool_run_open(&run), -EPERM);
    ck_assert_int_eq(chmod(unit_disk, 0755), 0);
    ck_assert_int_eq(tsn_spool_run_open(&run), 0);
    tsn_spool_run_fini(&run);
    unit_disk_remove();
}
END_TEST

START_TEST(a_link_a_file_or_somebody_elses_directory_is_refused) /* SEC-7, SPL-2 */
{
    char path[128];
    UNIT_FORMAT(path, "%s/link", unit_disk_new());
    ck_assert_int_eq(symlink(unit_disk, path), 0);
    tsn_spool_run run = run_at(path);
    ck_assert_int_lt(tsn_spool_run_open(&run), 0);
    tsn_spool_run_fini(&run);
    UNIT_FORMAT(path, "%s/file", unit_disk);
    close(open(path, O_CREAT | O_WRONLY, 0600));
    ck_assert_int_eq(tsn_spool_run_open(&run), -ENOTDIR);
    tsn_spool_run_fini(&run);
    tsn_spool_run others = run_at(getuid() == 0 ? "/proc/1" : "/usr");
    ck_assert_int_lt(tsn_spool_run_open(&others), 0);
    tsn_spool_run_fini(&others);
    unit_disk_remove();
}
END_TEST

/* A thread by which a directory and a link to another take turns at the same path, all the time. */
typedef struct swapper {
    char place[128], link[128], outside[128];
    _Atomic uint64_t turns;
    _Atomic bool is_over;
    pthread_t thread;
} swapper;

static void *swap(void *arg)
{
    swapper *self = arg;
    while (!atomic_load(&self->is_over)) {
        if (renameat2(AT_FDCWD, self->place, AT_FDCWD, self->link, RENAME_EXCHANGE) != 0) break;
        atomic_fetch_add(&self->turns, 1);
    }
    return NULL;
}

static void swapper_begin(swapper *self)
{
    *self = (swapper){.turns = 0};
    UNIT_FORMAT(self->place, "%s/place", unit_disk_quick());
    UNIT_FORMAT(self->link, "%s/link", unit_disk);
    UNIT_FORMAT(self->outside, "%s/outside", unit_disk);
    ck_assert_int_eq(mkdir(self->place, 0700) + mkdir(self->outside, 0700), 0);
    ck_assert_int_eq(symlink(self->outside, self->link), 0);
    ck_assert_int_eq(chmod(unit_disk, 0777), 0); /* as if they were not ours to swap */
    ck_assert_int_eq(pthread_create(&self->thread, NULL, swap, self), 0);
}

/* At the end nothing is in the directory outside, nor was it when something had been written. */
static void open_while_swapped(const char *below)
{
    swapper other;
    size_t opened = 0, refused = 0, wanted = unit_rounds(2000);
    char first[512] = "", path[160];
    swapper_begin(&other);
    UNIT_FORMAT(path, "%s%s", other.place, below);
    while (opened < wanted || refused < wanted || atomic_load(&other.turns) < unit_rounds(100000)) {
        tsn_spool_run run = run_at(path);
        int result = tsn_spool_run_open(&run);
        opened += result == 0;
        refused += result != 0;
        if (result == 0) {
            ck_assert_int_eq(tsn_file_put_at(tsn_spool_run_dir(&run), "a", TSN_LIT("bytes"), false),
                             0);
            ck_assert_uint_eq(unit_find_in(other.outside, "", first), 0);
            ck_assert_int_eq(tsn_file_unlink_at(tsn_spool_run_dir(&run), "a"), 0);
        }
        tsn_spool_run_fini(&run);
        if (result != 0) sched_yield();
    }
    atomic_store(&other.is_over, true);
    ck_assert_int_eq(pthread_join(other.thread, NULL), 0);
    ck_assert_int_eq(rmdir(other.outside), 0);
    unit_disk_remove();
}

START_TEST(a_link_that_takes_turns_with_the_directory_leads_nowhere) /* SEC-7 */
{
    open_while_swapped("");
}
END_TEST

START_TEST(a_link_that_takes_turns_with_one_above_it_leads_nowhere) /* SEC-7 */
{
    open_while_swapped("/deeper/cache");
}
END_TEST

START_TEST(a_directory_that_vanished_is_made_again) /* SPL-2 */
{
    tsn_spool_run run = run_at(unit_disk_new());
    ck_assert_int_eq(tsn_spool_run_open(&run), 0);
    ck_assert_int_eq(tsn_spool_run_renew(&run), 0); /* nothing was wrong */
    ck_assert_uint_eq(unit_count_folders(), 1);
    int dir = tsn_spool_run_dir(&run);
    unit_in_disk("rm -r *");
    ck_assert_int_eq(tsn_spool_run_renew(&run), 0);
    ck_assert_int_eq(tsn_spool_run_dir(&run), dir);
    ck_assert_uint_eq(unit_count_files("lock"), 1);
    unit_in_disk("rm -r $PWD");
    ck_assert_int_eq(tsn_spool_run_renew(&run), 0);
    ck_assert_uint_eq(unit_count_files("lock"), 1);
    tsn_spool_run_fini(&run);
    unit_disk_remove();
}
END_TEST

START_TEST(trouble_is_told_and_another_try_may_go_well) /* IO-1 */
{
    static const int errors[] = {EIO, ENOSPC, EACCES, EMFILE, EROFS};
    uint64_t ends_at = 0;
    for (uint64_t nth = 1; ends_at == 0; nth++) {
        unit_fault fault = {-1, -errors[nth % 5], nth, false, 0};
        tsn_spool_run run = run_at(unit_disk_new());
        tsn_file_set_hook(unit_fault_hook, &fault);
        int result = tsn_spool_run_open(&run);
        if (fault.seen < nth) ends_at = nth;
        if (result < 0) ck_assert_int_eq(tsn_spool_run_open(&run), 0);
        ck_assert_int_ge(tsn_spool_run_dir(&run), 0);
        tsn_spool_run_fini(&run);
        unit_disk_remove();
    }
    ck_assert_uint_gt(ends_at, 3);
}
END_TEST

START_TEST(whoever_lets_go_gives_the_lock_back) /* */
{
    tsn_spool_run run = run_at(unit_disk_new());
    ck_assert_int_eq(tsn_spool_run_open(&run), 0);
    ck_assert_int_eq(tsn_file_put_at(run.dir, "x", TSN_LIT(""), false), 0);
    ck_assert_int_eq(tsn_file_lock_at(run.dir, "lock", false), -EWOULDBLOCK);
    tsn_spool_run_let_go(&run);
    int held = tsn_file_lock_at(run.dir, "lock", false);
    ck_assert_int_ge(held, 0);
    close(held);
    tsn_spool_run_fini(&run);
    unit_disk_remove();
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        nothing_is_made_before_it_is_needed_and_nothing_stays_of_an_empty_run,
        what_is_stored_is_for_its_owner_alone_whatever_the_umask,
        a_directory_that_others_may_write_to_is_refused,
        a_link_a_file_or_somebody_elses_directory_is_refused,
        a_link_that_takes_turns_with_the_directory_leads_nowhere,
        a_link_that_takes_turns_with_one_above_it_leads_nowhere,
        a_directory_that_vanished_is_made_again,
        trouble_is_told_and_another_try_may_go_well,
        whoever_lets_go_gives_the_lock_back,
    };
    return unit_suite_of("io/spool_run", tests, sizeof tests / sizeof tests[0]);
}
