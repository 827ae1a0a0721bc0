/* Counts of losses over kills at every step at the disk: two processes one after the other, and
 * what the third finds. What was once on disk is told; what is told twice is the report that was on
 * its way, or had just been answered. */
#include <signal.h>
#include <sys/wait.h>

#include "spooled.h"

#define LOSSES 12

/* What a process told before its end. */
typedef enum message_kind {
    SAFE,     /* so many losses were counted by it, and are on disk or told */
    RECEIVED, /* the server got a report of so many */
    UNHEARD,  /* ... and its answer was lost */
    REFUSED,  /* ... and did not take it */
    SETTLED,  /* what was answered will not be told again */
} message_kind;

typedef struct message {
    message_kind kind;
    uint64_t count;
} message;

typedef struct account {
    uint64_t counted_most; /* what may have been counted */
    uint64_t safe;
    uint64_t received;
    uint64_t unheard; /* of those received */
    uint64_t last;    /* those that processes were killed over */
} account;

static int pipe_end;

static void tell(message_kind kind, uint64_t count)
{
    message one = {kind, count};
    if (write(pipe_end, &one, sizeof one) != (ssize_t)sizeof one) _exit(3);
}

static bool is_a_step(tsn_file_op op)
{
    return op == TSN_FILE_OP_CREATE || op == TSN_FILE_OP_WRITE || op == TSN_FILE_OP_RENAME ||
           op == TSN_FILE_OP_UNLINK || op == TSN_FILE_OP_MAKE_DIR || op == TSN_FILE_OP_REMOVE_DIR ||
           op == TSN_FILE_OP_LOCK;
}

typedef struct end_at {
    uint64_t nth;
    uint64_t seen;
} end_at;

static int64_t kill_at(void *user, tsn_file_op op, const char *name, size_t len)
{
    end_at *end = user;
    (void)name;
    (void)len;
    if (is_a_step(op) && ++end->seen == end->nth) raise(SIGKILL);
    return 0;
}

static uint64_t told_by(const tsn_parcel *parcel)
{
    bool has_any = parcel->has_report || parcel->has_stored_report;
    return has_any ? tsn_client_report_total(parcel->report, TSN_CATEGORY_ERROR) : 0;
}

/* The worker looks at the disk whenever an answer has come. */
static void send(spooled *s, tsn_parcel *parcel, int status)
{
    if (parcel == NULL) return;
    tell(status == 400 ? REFUSED : RECEIVED, told_by(parcel));
    if (status == 0) tell(UNHEARD, told_by(parcel));
    answer(&s->outbox, parcel, status);
    tsn_outbox_save_report(&s->outbox);
    tell(SETTLED, 0);
}

/* One that is counted is on disk soon. */
static void lose(spooled *s, uint64_t number)
{
    unit_pass(TSN_OUTBOX_SAVE_GAP_MS);
    lose_one(&s->outbox);
    tsn_outbox_save_report(&s->outbox);
    tell(SAFE, number);
}

static void live(void)
{
    static const int statuses[] = {400, 200, 0, 429, 200};
    spooled *s = spooled_again(8);
    tsn_outbox_adopt(&s->outbox);
    for (unsigned i = 0; i < LOSSES; i++) {
        unit_pass(TSN_OUTBOX_REPORT_ALONE_MS * 2); /* whatever held it back */
        bool is_stored_next = i % 2 == 0;
        if (is_stored_next) send(s, tsn_outbox_take_stored(&s->outbox), statuses[i / 2 % 5]);
        lose(s, i + 1);
        if (!is_stored_next) send(s, tsn_outbox_take(&s->outbox), statuses[i / 2 % 5]);
    }
    tsn_outbox_halt(&s->outbox);
    tsn_outbox_seal(&s->outbox);
    tsn_outbox_leave_report(&s->outbox);
    spooled_end(s);
}

static void read_told(int from, account *books, bool *was_killed, pid_t child)
{
    message one;
    uint64_t safe = 0, last = 0;
    int how;
    while (read(from, &one, sizeof one) == (ssize_t)sizeof one) {
        if (one.kind == SAFE) safe = one.count;
        if (one.kind == UNHEARD) books->unheard += one.count;
        if (one.kind == RECEIVED) books->received += one.count;
        if (one.kind != SAFE) last = one.count;
    }
    ck_assert_int_eq(waitpid(child, &how, 0), child);
    *was_killed = WIFSIGNALED(how);
    ck_assert_msg(*was_killed ? WTERMSIG(how) == SIGKILL : WEXITSTATUS(how) == 0, "ended %x",
                  (unsigned)how);
    books->safe += safe;
    books->counted_most += *was_killed && safe < LOSSES ? safe + 1 : safe;
    if (*was_killed) books->last += last;
}

static bool run_child(uint64_t nth, account *books)
{
    int ends[2];
    bool was_killed;
    end_at end = {nth, 0};
    ck_assert_int_eq(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        pipe_end = ends[1];
        tsn_file_set_hook(kill_at, &end);
        live();
        _exit(0);
    }
    close(ends[1]);
    read_told(ends[0], books, &was_killed, child);
    close(ends[0]);
    return was_killed;
}

/* What the last one tells: all there is. */
static void drain(account *books)
{
    spooled *s = spooled_again(100);
    tsn_outbox_adopt(&s->outbox);
    tsn_parcel *parcel;
    while (unit_pass(1000), (parcel = tsn_outbox_take_stored(&s->outbox)) != NULL) {
        books->received += told_by(parcel);
        answer(&s->outbox, parcel, 200);
    }
    tsn_client_report untold;
    tsn_ledger_read_untold(&s->outbox.ledger, &untold);
    ck_assert(tsn_client_report_empty(&untold));
    spooled_end(s);
    ck_assert_uint_eq(unit_count_files(".envelope") + unit_count_files(TSN_SPOOL_REPORT), 0);
}

static void expect_told(const account *books, uint64_t first, uint64_t second)
{
    ck_assert_msg(books->received >= books->safe, "steps %llu, %llu: %llu of %llu were told",
                  (unsigned long long)first, (unsigned long long)second,
                  (unsigned long long)books->received, (unsigned long long)books->safe);
    uint64_t most = books->counted_most + books->unheard + books->last;
    ck_assert_msg(books->received <= most, "steps %llu, %llu: %llu were told, of %llu",
                  (unsigned long long)first, (unsigned long long)second,
                  (unsigned long long)books->received, (unsigned long long)most);
}

/* True: one at least was killed. */
static bool kill_both(uint64_t first, uint64_t second)
{
    account books = {0};
    (void)unit_disk_quick();
    bool was_killed = run_child(first, &books);
    was_killed |= run_child(second, &books);
    drain(&books);
    expect_told(&books, first, second);
    unit_disk_remove();
    return was_killed;
}

START_TEST(killed_at_any_step_what_was_saved_is_told) /* P6, KIL-1 */
{
    uint64_t nth = 1;
    while (kill_both(nth, 0)) nth++;
    ck_assert_uint_gt(nth, 40);
    for (nth = 1; kill_both(0, nth);) nth++;
    for (uint64_t i = 1; i < nth; i++) (void)kill_both(i, i * 7 % nth + 1);
}
END_TEST

START_TEST(without_a_kill_each_loss_is_told_once_but_for_lost_answers) /* P6 */
{
    account books = {0};
    (void)unit_disk_quick();
    ck_assert(!run_child(0, &books));
    ck_assert(!run_child(0, &books));
    drain(&books);
    ck_assert_uint_eq(books.safe, 2 * LOSSES);
    ck_assert_uint_gt(books.unheard, 0);
    ck_assert_uint_eq(books.received, books.safe + books.unheard);
    unit_disk_remove();
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        without_a_kill_each_loss_is_told_once_but_for_lost_answers,
        killed_at_any_step_what_was_saved_is_told,
    };
    return unit_suite_of("io/report_kill", tests, sizeof tests / sizeof tests[0]);
}
