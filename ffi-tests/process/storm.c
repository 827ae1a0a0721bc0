/* FRK-1: threads that set, add, fork, merge and capture on scopes that all share, and in the midst
 * of it one fork after another. Each child uses the very same scopes at once. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage.h"

enum {
    THREADS = 4,
    FORKS = 200,
    AT_A_TIME = 4,
    CALLS_PER_CAPTURE = 100,
    LIFE_MS = 3000, /* of a child, from fork to end, if the machine has nothing else to do */
};

static _Atomic bool is_over;
static tocsin_client client;
static tocsin_scope shared; /* a current scope; its isolation scope is shared with it */
static tocsin_scope isolation;

static void work_on_scopes(int i)
{
    char text[32];
    snprintf(text, sizeof text, "%d", i);
    tocsin_tag(shared, "number", text);
    tocsin_scope_set_extra(isolation, TOCSIN_Z("number"), TOCSIN_Z(text));
    tocsin_scope_add_breadcrumb(isolation, TOCSIN_Z("{\"message\":\"step\"}"), NULL);
    tocsin_scope_add_breadcrumb(shared, TOCSIN_Z("{\"message\":\"own step\"}"), NULL);
    tocsin_scope_merged_json(shared, NULL, 0);
    tocsin_scope fork = tocsin_scope_fork(shared);
    tocsin_tag(fork, "fork", text);
    tocsin_handle_close(fork);
}

static void *make_load(void *arg)
{
    const int *number = arg;
    for (int i = 0; !atomic_load(&is_over); i++) {
        work_on_scopes(i);
        if (i % CALLS_PER_CAPTURE == *number) (void)stage_capture(shared, "parent", i);
    }
    return NULL;
}

static void report_as(const char *who)
{
    char json[65536];
    work_on_scopes(1);
    if (tocsin_scope_merged_json(shared, json, sizeof json) < 2) stage_fail("%s: no scope", who);
    for (int i = 0; i < 3; i++) {
        if (stage_capture(shared, who, i) != TOCSIN_OK) stage_fail("%s: not captured", who);
    }
}

/* The second child of a child; who may end before it does. */
static void be_grandchild(int number)
{
    char who[32];
    snprintf(who, sizeof who, "grandchild%d", number);
    report_as(who);
    stage_end(client, who);
    _exit(0);
}

static void be_child(int number)
{
    char who[32];
    snprintf(who, sizeof who, "child%d", number);
    pid_t grandchild = 0;
    switch (number % 4) {
    case 0: /* ends at once, without a word */
        _exit(0);
    case 1: /* forks again before it captures */
        grandchild = fork();
        if (grandchild == 0) be_grandchild(number);
        break;
    case 2: /* opens a client of its own first */
        tocsin_handle_close(stage_open("{}"));
        break;
    }
    report_as(who);
    if (number % 4 == 3) {
        grandchild = fork();
        if (grandchild == 0) be_grandchild(number);
    }
    stage_end(client, who);
    if (grandchild > 0) stage_wait_child(grandchild, "a grandchild");
    if (number % 2 == 0) exit(0);
    _exit(0);
}

typedef struct life {
    pid_t child; /* 0: nobody lives here */
    int number;
    long begin_ms;
} life;

/* What became of all of them. */
typedef struct lives {
    life now[AT_A_TIME];
    int long_ones; /* longer than LIFE_MS */
    long longest_ms;
} lives;

static void note_end(lives *all, life *ended)
{
    long took_ms = stage_now_ms() - ended->begin_ms;
    all->long_ones += took_ms > LIFE_MS;
    if (took_ms > all->longest_ms) all->longest_ms = took_ms;
    ended->child = 0;
}

/* Notes who has ended; a place where nobody lives, or NULL: there is none. */
static life *look_around(lives *all)
{
    life *empty = NULL;
    for (int i = 0; i < AT_A_TIME; i++) {
        char who[32];
        life *one = &all->now[i];
        snprintf(who, sizeof who, "child%d", one->number);
        bool has_ended = one->child > 0 && stage_child_has_ended(one->child, who, one->begin_ms);
        if (has_ended) note_end(all, one);
        if (one->child == 0) empty = one;
    }
    return empty;
}

static void be_born(lives *all, int number)
{
    life *place;
    while ((place = look_around(all)) == NULL) stage_pause();
    *place = (life){.number = number, .begin_ms = stage_now_ms()};
    place->child = fork();
    if (place->child == 0) be_child(number);
}

static bool lives_anybody(lives *all)
{
    bool is_anybody = false;
    look_around(all);
    for (int i = 0; i < AT_A_TIME; i++) is_anybody |= all->now[i].child > 0;
    return is_anybody;
}

/* At night the machine has nothing else to do. By day others may keep it busy for seconds, but not
 * so that most children feel it. */
static void judge(const lives *all, int forks)
{
    int excused = stage_is_nightly() ? 0 : forks / 2;
    if (all->long_ones > excused) {
        stage_fail("%d of %d children took more than %d ms, one of them %ld", all->long_ones, forks,
                   LIFE_MS, all->longest_ms);
    }
}

static void fork_all(int forks)
{
    lives all = {.long_ones = 0};
    for (int i = 0; i < forks; i++) be_born(&all, i);
    while (lives_anybody(&all)) stage_pause();
    judge(&all, forks);
}

static void storm(void)
{
    pthread_t threads[THREADS];
    int numbers[THREADS];
    client = stage_open("{\"queue_max_items\":300,"
                        "\"flush_at_exit\":true}");
    shared = tocsin_client_scope(client);
    isolation = tocsin_scope_isolation(shared);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        pthread_create(&threads[i], NULL, make_load, &numbers[i]);
    }
    fork_all(stage_count > 0 ? (int)stage_count : FORKS);
    atomic_store(&is_over, true);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    stage_end(client, "parent");
}

const stage_case stage_storm_cases[] = {{"fork_storm", storm}, {NULL, NULL}};
