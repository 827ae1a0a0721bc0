/* Threads that capture on one client, stopped again and again at moments of chance: quiet OPTIONS
 * JOURNAL SEED ROUNDS FORKS. At each stop the client's account must add up, and agree with the
 * fates that were told; at some a child is made while the threads run, which captures and is
 * stopped too. Lines of the journal:
 *
 *   captured PID ID
 *   closed PID STATS
 *
 * Ends with 0 if all was well, else after a line on standard error. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <tocsin.h>
#include <tocsin/c.h>
#include <tocsin/unstable/fates.h>
#include <unistd.h>

#include "stats_text.h"

enum { THREADS = 4, STATS_SIZE = 4096, LOOKS = 5000, CHILD_EVENTS = 40, PIECE = 64 };

void fate_log(const char *event_id, const char *fate, const char *stage, int32_t status,
              const char *reason, const char *category, int64_t quantity, void *user);

typedef struct counts {
    long long captured, delivered, refused, discarded, waiting;
} counts;

static tocsin_client client;
static tocsin_scope scope;
static int journal;
static _Atomic bool is_pausing, is_over;
static _Atomic int resting;
static _Atomic long long delivered, refused, discarded, found;

static void fail(const char *what, const char *more)
{
    fprintf(stderr, "%d: %s: %s\n", (int)getpid(), what, more);
    _exit(1);
}

static void note(const char *fate_id, const char *fate, const char *stage, int32_t status,
                 const char *reason, const char *category, int64_t quantity, void *user)
{
    if (strcmp(category, "error") == 0) {
        if (strcmp(fate, "delivered") == 0) atomic_fetch_add(&delivered, quantity);
        if (strcmp(fate, "refused429") == 0) atomic_fetch_add(&refused, quantity);
        if (strcmp(fate, "discarded") == 0) atomic_fetch_add(&discarded, quantity);
        if (strcmp(fate, "found") == 0) atomic_fetch_add(&found, quantity);
    }
    fate_log(fate_id, fate, stage, status, reason, category, quantity, user);
}

static void write_line(const char *kind, const char *text)
{
    char line[STATS_SIZE + PIECE];
    int len = snprintf(line, sizeof line, "%s %d %s\n", kind, (int)getpid(), text);
    if (write(journal, line, (size_t)len) != len) fail("journal", line);
}

static counts look(char text[STATS_SIZE])
{
    if (tocsin_client_stats(client, text, STATS_SIZE) < 0) fail("stats", "none");
    const char *error = strstr(text, "\"error\":");
    if (error == NULL) return (counts){0};
    return (counts){
        .captured = stats_number(error, "\"captured\":"),
        .delivered = stats_number(error, "\"delivered\":"),
        .refused = stats_number(error, "\"refused429\":"),
        .discarded = stats_number(error, "\"discarded\":"),
        .waiting = stats_number(error, "\"spooled\":") + stats_number(error, "\"queued\":") +
                   stats_number(error, "\"in_flight\":"),
    };
}

static bool is_as_told(const counts *now)
{
    return now->delivered == atomic_load(&delivered) && now->refused == atomic_load(&refused) &&
           now->discarded == atomic_load(&discarded);
}

/* The account adds up at once; what was told is compared until the worker has told it. `mine`: how
 * many this process captured, or below 0: not known. */
static void check(long long mine)
{
    char text[STATS_SIZE];
    for (int i = 0; i < LOOKS; i++) {
        long long found_before = atomic_load(&found);
        counts now = look(text);
        if (now.captured != now.delivered + now.refused + now.discarded + now.waiting) {
            fail("the account does not add up", text);
        }
        bool is_known = mine < 0 || now.captured == mine + found_before;
        if (is_as_told(&now) && is_known) return;
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    fail("the account is not what was told", text);
}

/* Its id says which process it is of, and which thread. */
static void capture(unsigned thread, unsigned number)
{
    char id[TOCSIN_EVENT_ID_SIZE], json[PIECE];
    snprintf(id, sizeof id, "%08x%08x%016x", (unsigned)getpid(), thread + 1, number);
    snprintf(json, sizeof json, "{\"event_id\":\"%s\"}", id);
    tocsin_status st = tocsin_scope_capture_event(scope, json, -1, 0, NULL, NULL);
    if (st == TOCSIN_DISABLED || (st < 0 && st != TOCSIN_E_FULL)) fail("capture", id);
    write_line("captured", id);
}

static void pass(unsigned us)
{
    nanosleep(&(struct timespec){.tv_nsec = (long)us * 1000}, NULL);
}

static void rest_while_pausing(void)
{
    atomic_fetch_add(&resting, 1);
    while (atomic_load(&is_pausing)) pass(100);
    atomic_fetch_sub(&resting, 1);
}

static void *run(void *context)
{
    unsigned thread = *(unsigned *)context;
    for (unsigned i = 0; !atomic_load(&is_over); i++) {
        capture(thread, i);
        if (i % 4 == 0) pass(500);
        if (atomic_load(&is_pausing)) rest_while_pausing();
    }
    return NULL;
}

static void close_and_check(long long mine, int64_t timeout_ms)
{
    char text[STATS_SIZE];
    tocsin_client_close(client, timeout_ms);
    check(mine);
    (void)look(text);
    if (strstr(text, "\"queued\":0,\"in_flight\":0") == NULL) fail("left by the close", text);
    write_line("closed", text);
}

static void be_child(void)
{
    delivered = refused = discarded = found = 0;
    for (unsigned i = 0; i < CHILD_EVENTS; i++) {
        capture(99, i);
        if (i % 16 == 0) check(i + 1);
    }
    close_and_check(CHILD_EVENTS, 50);
    _exit(0);
}

static void stop_and_check(void)
{
    atomic_store(&is_pausing, true);
    while (atomic_load(&resting) < THREADS) pass(100);
    check(-1);
    atomic_store(&is_pausing, false);
    while (atomic_load(&resting) > 0) pass(100);
}

static void end_child(pid_t child)
{
    int how = 0;
    if (child <= 0) return;
    if (waitpid(child, &how, 0) != child || how != 0) fail("a child", "did not end well");
}

static void play(unsigned seed, int rounds, int forks)
{
    pthread_t threads[THREADS];
    unsigned numbers[THREADS];
    pid_t child = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        numbers[i] = i;
        if (pthread_create(&threads[i], NULL, run, &numbers[i]) != 0) fail("thread", "none");
    }
    for (int i = 0; i < rounds; i++) {
        pass((unsigned)rand_r(&seed) % 15000);
        if (forks > 0 && i % (rounds / forks + 1) == 0) {
            end_child(child);
            child = fork();
            if (child == 0) be_child();
        }
        pass((unsigned)rand_r(&seed) % 5000);
        stop_and_check();
    }
    end_child(child);
    atomic_store(&is_over, true);
    for (unsigned i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
    if (argc != 6) return 2;
    tocsin_unstable_set_fate_hook(note, getenv("TSN_FATES"));
    journal = open(argv[2], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    tocsin_options options = tocsin_options_new();
    if (journal < 0 || tocsin_options_set_json(options, argv[1], -1) != TOCSIN_OK) return 2;
    client = tocsin_client_open(options);
    scope = tocsin_client_scope(client);
    play((unsigned)atoi(argv[3]), atoi(argv[4]), atoi(argv[5]));
    close_and_check(-1, 100);
    return 0;
}
