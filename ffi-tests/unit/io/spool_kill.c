/* A process that is killed at every step at the disk, or loses its power there, and what the next
 * one finds. Everything runs on one thread, so that each step has a number. */
#include <signal.h>
#include <sys/wait.h>

#include "chance.h"
#include "spooled.h"

#define EVENTS 20
#define EVENTS_OF_POWER 50

/* What a process does before its end. */
typedef struct life {
    unsigned events;
    bool syncs;
} life;

/* Which steps count, and at which one the process ends. */
typedef struct end_at {
    uint64_t nth;
    uint64_t seen;
} end_at;

static bool is_a_step(tsn_file_op op)
{
    return op == TSN_FILE_OP_CREATE || op == TSN_FILE_OP_WRITE || op == TSN_FILE_OP_SYNC ||
           op == TSN_FILE_OP_RENAME || op == TSN_FILE_OP_UNLINK || op == TSN_FILE_OP_MAKE_DIR ||
           op == TSN_FILE_OP_REMOVE_DIR || op == TSN_FILE_OP_LOCK;
}

/* Half of a write is done before the end: what is there then is a half file. */
static int64_t kill_at(void *user, tsn_file_op op, const char *name, size_t len)
{
    static bool is_torn;
    end_at *end = user;
    (void)name;
    if (is_torn) raise(SIGKILL);
    if (!is_a_step(op) || ++end->seen != end->nth) return 0;
    is_torn = op == TSN_FILE_OP_WRITE && len > 1;
    if (!is_torn) raise(SIGKILL);
    return (int64_t)len / 2;
}

/* What the process told before its end: which captures were called durable, what was received. */
typedef struct told {
    char what; /* 'A': acknowledged, 'R': received by the other side */
    unsigned number;
} told;

static void tell(int pipe_end, char what, unsigned number)
{
    told one = {what, number};
    if (write(pipe_end, &one, sizeof one) != (ssize_t)sizeof one) _exit(3);
}

static unsigned number_in(const tsn_parcel *parcel)
{
    return parcel->record != NULL ? number_of(parcel) : stored_number(parcel);
}

/* Sends one; every third has no answer though it arrived, every seventh is a refused connection. */
static void send_one(spooled *s, unsigned turn, int pipe_end)
{
    tsn_parcel *parcel = tsn_outbox_take(&s->outbox);
    if (parcel == NULL) parcel = tsn_outbox_take_stored(&s->outbox);
    if (parcel == NULL) return;
    if (turn % 7 == 6) {
        refuse(&s->outbox, parcel);
        return;
    }
    tell(pipe_end, 'R', number_in(parcel));
    answer(&s->outbox, parcel, turn % 3 == 2 ? 0 : 200);
}

static void live(const life *how, int pipe_end)
{
    spooled *s = spooled_again(8);
    s->spool.config.syncs = how->syncs;
    tsn_outbox_adopt(&s->outbox);
    for (unsigned i = 0; i < how->events; i++) {
        if (tsn_outbox_push_durable(&s->outbox, unit_record(i)) == TOCSIN_DURABLE)
            tell(pipe_end, 'A', i);
        unit_pass(70000);
        if (i % 2 == 1) send_one(s, i, pipe_end);
        tsn_outbox_spill(&s->outbox);
    }
    tsn_outbox_halt(&s->outbox);
    tsn_outbox_put_away(&s->outbox, TSN_CLOCK_NEVER);
    tsn_outbox_seal(&s->outbox);
    spooled_end(s);
}

typedef struct account {
    bool is_acknowledged[EVENTS_OF_POWER];
    unsigned received[EVENTS_OF_POWER];
} account;

static void read_told(int pipe_end, account *books)
{
    told one;
    *books = (account){{false}, {0}};
    while (read(pipe_end, &one, sizeof one) == (ssize_t)sizeof one) {
        ck_assert_uint_lt(one.number, EVENTS_OF_POWER);
        if (one.what == 'A') books->is_acknowledged[one.number] = true;
        if (one.what == 'R') books->received[one.number]++;
    }
}

/* Runs `body` in a process of its own. True: it was killed. */
static bool run_child(tsn_file_hook hook, void *user, const life *how, account *books)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        tsn_file_set_hook(hook, user);
        live(how, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    read_told(ends[0], books);
    close(ends[0]);
    int end;
    ck_assert_int_eq(waitpid(child, &end, 0), child);
    ck_assert_msg(WIFSIGNALED(end) ? WTERMSIG(end) == SIGKILL : WEXITSTATUS(end) == 0, "ended %x",
                  (unsigned)end);
    return WIFSIGNALED(end);
}

/* What the next process sends: each exactly as it was captured. How many files were damaged. */
static size_t drain(account *books)
{
    spooled *s = spooled_again(100);
    tsn_outbox_adopt(&s->outbox);
    tsn_parcel *parcel;
    while (unit_pass(1000), (parcel = tsn_outbox_take_stored(&s->outbox)) != NULL) {
        char want[64];
        unsigned number = stored_number(parcel);
        ck_assert_uint_lt(number, EVENTS_OF_POWER);
        UNIT_FORMAT(want, "\n{\"n\":%u}\n", number);
        ck_assert(tsn_slice_contains(parcel->envelope.stored_items, unit_slice(want)));
        ck_assert(tsn_slice_contains(parcel->envelope.stored_header, TSN_LIT(UNIT_IDENTITY)));
        books->received[number]++;
        answer(&s->outbox, parcel, 200);
    }
    ck_assert_uint_eq(tsn_spool_count(&s->spool), 0);
    size_t damaged =
        (size_t)unit_lost(&s->outbox, TSN_REASON_INTERNAL_SDK_ERROR, TSN_CATEGORY_DEFAULT);
    spooled_end(s);
    size_t kept_aside = damaged < TSN_SPOOL_BAD_MAX ? damaged : TSN_SPOOL_BAD_MAX;
    ck_assert_uint_eq(unit_count_files(".envelope"), kept_aside);
    ck_assert_uint_eq(unit_count_files(".tmp"), 0);
    return damaged;
}

static void expect_all(const account *books, uint64_t nth)
{
    for (unsigned i = 0; i < EVENTS_OF_POWER; i++) {
        ck_assert_msg(!books->is_acknowledged[i] || books->received[i] > 0,
                      "step %llu: %u was called durable and is lost", (unsigned long long)nth, i);
    }
}

/* Requests that the other side had and whose answer was lost are sent again; besides them one at
 * most, whose answer came and could not be noted any more. */
static unsigned count_twice(const account *books)
{
    unsigned twice = 0;
    for (unsigned i = 0; i < EVENTS_OF_POWER; i++) twice += books->received[i] > 1;
    return twice;
}

static void kill_at_every_step(bool syncs)
{
    bool was_killed = true;
    unsigned usual_twice = 0, most = 0;
    uint64_t nth = 1;
    for (; was_killed; nth++) {
        end_at end = {nth, 0};
        account books;
        (void)(syncs ? unit_disk_quick() : unit_disk_new());
        was_killed = run_child(kill_at, &end, &(life){EVENTS, syncs}, &books);
        ck_assert_uint_eq(drain(&books), 0);
        expect_all(&books, nth);
        unsigned twice = count_twice(&books);
        if (twice > most) most = twice;
        if (!was_killed) usual_twice = twice;
        unit_disk_remove();
    }
    ck_assert_uint_gt(nth, 60);
    ck_assert_uint_le(most, usual_twice + 1);
}

START_TEST(killed_at_any_step_nothing_durable_is_lost_and_nothing_damaged_is_sent) /* KIL-1 */
{
    kill_at_every_step(false);
}
END_TEST

START_TEST(the_same_with_files_synced) /* KIL-1 */
{
    kill_at_every_step(true);
}
END_TEST

enum { NAMES_MAX = 128 };

/* What the disk has for sure. Names of files are unique, so that a list of them will do. */
typedef struct power {
    end_at end;
    int how; /* what becomes of bytes that were not synced: gone, halved, zeroed, there */
    char unsynced[NAMES_MAX][TSN_SPOOL_NAME_SIZE];
    /* Into view, and the directory was not synced since. */
    char renamed[NAMES_MAX][TSN_SPOOL_NAME_SIZE];
    size_t unsynced_count, renamed_count;
    char created[TSN_SPOOL_NAME_SIZE]; /* the last file, until it is renamed into view */
} power;

static bool has_same_stem(const char *left, const char *right)
{
    size_t len = strcspn(left, ".");
    return len > 0 && len == strcspn(right, ".") && strncmp(left, right, len) == 0;
}

static void forget_name(char names[][TSN_SPOOL_NAME_SIZE], size_t *count, const char *name)
{
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(names[i], name) != 0) continue;
        memmove(names[i], names[--*count], TSN_SPOOL_NAME_SIZE);
        return;
    }
}

static void damage(const char *suffix_of, int how)
{
    char path[512] = "";
    if (unit_find_in(unit_disk, suffix_of, path) == 0) return;
    int fd = open(path, O_WRONLY);
    off_t size = lseek(fd, 0, SEEK_END);
    if (how == 0 && ftruncate(fd, 0) != 0) _exit(4);
    if (how == 1 && ftruncate(fd, size / 2) != 0) _exit(4);
    if (how == 2 && (ftruncate(fd, 0) != 0 || ftruncate(fd, size) != 0)) _exit(4);
    close(fd);
}

/* A rename that was not synced is undone: the file has its temporary name again. */
static void undo_rename(const char *name)
{
    char path[512] = "", before[640];
    if (unit_find_in(unit_disk, name, path) == 0) return;
    UNIT_FORMAT(before, "%.*s.tmp", (int)(strlen(path) - strlen(TSN_SPOOL_SUFFIX)), path);
    if (rename(path, before) != 0) _exit(4);
}

static void lose_power(power *state)
{
    tsn_file_set_hook(NULL, NULL);
    for (size_t i = 0; i < state->unsynced_count; i++) {
        char final[TSN_SPOOL_NAME_SIZE];
        size_t len = strlen(state->unsynced[i]) - strlen(TSN_SPOOL_TEMPORARY);
        UNIT_FORMAT(final, "%.*s%s", (int)len, state->unsynced[i], TSN_SPOOL_SUFFIX);
        damage(state->unsynced[i], state->how);
        damage(final, state->how);
    }
    for (size_t i = 0; i < state->renamed_count && state->how % 2 == 0; i++) {
        undo_rename(state->renamed[i]);
    }
    raise(SIGKILL);
}

static int64_t cut_power_at(void *user, tsn_file_op op, const char *name, size_t len)
{
    power *state = user;
    (void)len;
    if (is_a_step(op) && ++state->end.seen == state->end.nth) lose_power(state);
    bool is_new = tsn_spool_name_is_temporary(unit_slice(name));
    if (op == TSN_FILE_OP_CREATE && is_new) {
        ck_assert_uint_lt(state->unsynced_count, NAMES_MAX);
        snprintf(state->unsynced[state->unsynced_count++], TSN_SPOOL_NAME_SIZE, "%s", name);
        snprintf(state->created, sizeof state->created, "%s", name);
    } else if (op == TSN_FILE_OP_SYNC && is_new) {
        forget_name(state->unsynced, &state->unsynced_count, name);
    } else if (op == TSN_FILE_OP_SYNC) {
        state->renamed_count = 0;
    } else if (op == TSN_FILE_OP_RENAME && has_same_stem(state->created, name)) {
        ck_assert_uint_lt(state->renamed_count, NAMES_MAX);
        snprintf(state->renamed[state->renamed_count++], TSN_SPOOL_NAME_SIZE, "%s", name);
        state->created[0] = '\0';
    }
    return 0;
}

/* One life for each step, and each thing that a disk may do to what was not synced. How many files
 * were damaged in all. */
static size_t cut_power_at_every_step(const life *of)
{
    size_t damaged = 0;
    unit_chance chance = unit_chance_begin("spool_kill");
    for (int how = 0; how < 4; how++) {
        bool was_cut = true;
        for (uint64_t nth = 1; was_cut; nth += unit_step(&chance)) {
            power state = {.end = {nth, 0}, .how = how};
            account books;
            unit_disk_quick();
            was_cut = run_child(cut_power_at, &state, of, &books);
            damaged += drain(&books);
            if (of->syncs || !was_cut) expect_all(&books, nth);
            unit_disk_remove();
        }
    }
    return damaged;
}

START_TEST(without_power_at_any_step_nothing_that_was_synced_is_lost) /* PWR-1 */
{
    ck_assert_uint_eq(cut_power_at_every_step(&(life){EVENTS_OF_POWER, true}), 0);
}
END_TEST

START_TEST(without_power_what_was_not_synced_may_be_lost_and_is_never_sent_damaged) /* PWR-1 */
{
    ck_assert_uint_gt(cut_power_at_every_step(&(life){EVENTS_OF_POWER, false}), 0);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        killed_at_any_step_nothing_durable_is_lost_and_nothing_damaged_is_sent,
        the_same_with_files_synced,
        without_power_at_any_step_nothing_that_was_synced_is_lost,
        without_power_what_was_not_synced_may_be_lost_and_is_never_sent_damaged,
    };
    return unit_suite_of("io/spool_kill", tests, sizeof tests / sizeof tests[0]);
}
