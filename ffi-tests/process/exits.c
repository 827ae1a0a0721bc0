/* EXI-1: the end of a process in every way, with a worker that sends, one that waits for an answer
 * that never comes, and none. Each end is that of a child which opened the client itself. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage.h"

enum { ROUNDS = 1000, LANES = 4, TIMEOUT_MS = 200, GRACE_MS = 500 };

static tocsin_client client;
static tocsin_scope scope;

static void *exit_from_thread(void *arg)
{
    (void)arg;
    exit(0);
}

static void capture_late(void)
{
    tocsin_message(scope, TOCSIN_LEVEL_DEBUG, "lost");
}

static void exit_inside_atexit(void)
{
    _exit(0);
}

static void close_late(void)
{
    tocsin_client_close(client, -1);
}

static void fork_late(void)
{
    pid_t child = fork();
    if (child == 0) _exit(tocsin_message(scope, TOCSIN_LEVEL_DEBUG, "lost") >= 0 ? 0 : 1);
    stage_wait_child(child, "a child born at the end of its parent");
}

static void end_in_way(int way)
{
    pthread_t thread;
    switch (way) {
    case 0:
        exit(0);
    case 1:
        pthread_create(&thread, NULL, exit_from_thread, NULL);
        while (true) pause();
    case 2:
        quick_exit(0);
    case 3:
        atexit(capture_late);
        exit(0);
    case 4:
        atexit(exit_inside_atexit);
        exit(0);
    case 5:
        atexit(close_late);
        exit(0);
    case 6:
        atexit(fork_late);
        exit(0);
    default:
        _exit(0);
    }
}

enum { WAYS = 8 };

/* How many ends of each way took longer than they may. */
typedef struct lateness {
    int ends[WAYS];
    int late[WAYS];
} lateness;

static void live_and_end(const char *json, int way)
{
    client = stage_open(json);
    scope = tocsin_client_scope(client);
    for (int i = 0; i < 3; i++) tocsin_message(scope, TOCSIN_LEVEL_DEBUG, "lost");
    end_in_way(way);
}

static long end_in(const char *json, int way)
{
    char who[32];
    snprintf(who, sizeof who, "way %d", way);
    long begin = stage_now_ms();
    pid_t child = fork();
    if (child == 0) live_and_end(json, way);
    stage_wait_child(child, who);
    return stage_now_ms() - begin;
}

/* None may hang. A late one may be that of a busy machine, every other one is ours. */
static void end_in_every_way(const char *json, int rounds, long limit_ms)
{
    lateness of = {{0}, {0}};
    for (int i = 0; i < rounds; i++) {
        of.late[i % WAYS] += end_in(json, i % WAYS) > limit_ms;
        of.ends[i % WAYS]++;
    }
    for (int way = 0; way < WAYS; way++) {
        if (2 * of.late[way] <= of.ends[way]) continue;
        stage_fail("way %d: %d of %d took more than %ld ms", way, of.late[way], of.ends[way],
                   limit_ms);
    }
}

/* Several at a time. */
static void exit_in_every_way(void)
{
    int rounds = stage_count > 0 ? (int)stage_count : ROUNDS;
    for (int lane = 0; lane < LANES; lane++) {
        pid_t child = fork();
        STAGE_EXPECT(child >= 0);
        if (child != 0) continue;
        end_in_every_way("{\"shutdown_timeout\":200}", rounds / LANES, TIMEOUT_MS + GRACE_MS);
        _exit(0);
    }
    int outcome;
    while (wait(&outcome) > 0) STAGE_EXPECT(outcome == 0);
}

/* A server that takes requests and never answers. */
static char *mute_dsn(void)
{
    static char dsn[64];
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 100) != 0) {
        stage_fail("no server");
    }
    getsockname(fd, (struct sockaddr *)&address, &len);
    snprintf(dsn, sizeof dsn, "http://public@127.0.0.1:%d/1", ntohs(address.sin_port));
    return dsn;
}

static void exit_while_sending(void)
{
    stage_dsn = mute_dsn();
    end_in_every_way("{\"shutdown_timeout\":200,\"flush_at_exit\":true}", 2 * WAYS,
                     TIMEOUT_MS + GRACE_MS);
}

/* What was captured last arrives. */
static void flush_at_exit(void)
{
    for (int i = 0; i < 5; i++) {
        pid_t child = fork();
        if (child == 0) {
            client = stage_open("{\"flush_at_exit\":true,\"shutdown_timeout\":10000}");
            scope = tocsin_client_scope(client);
            for (int j = 0; j < 10; j++) stage_capture(scope, "last words", j);
            exit(0);
        }
        stage_wait_child(child, "a program with last words");
    }
}

const stage_case stage_exit_cases[] = {
    {"exit_in_every_way", exit_in_every_way},
    {"exit_while_sending", exit_while_sending},
    {"flush_at_exit", flush_at_exit},
    {NULL, NULL},
};
