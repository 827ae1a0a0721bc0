/* OpenSSL's own requests for memory, refused in turn while an event is delivered over TLS. Each
 * time in a process of its own, and after one delivery: OpenSSL 3.0 does not outlive a refusal
 * while it sets itself up. */
#include <openssl/crypto.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tocsin/c.h>

#include "scarce.h"
#include "tls_server.h"

#define FLUSH_MS 50000
#define PLACES 40 /* of all requests that are refused, but in the long run */
#define HANGS_AFTER_S 60

static atomic_long asked;
static atomic_long refused_at; /* 0: none */
static bool is_forever;

static bool is_refused(void)
{
    long now = atomic_fetch_add(&asked, 1) + 1;
    long first = atomic_load(&refused_at);
    return first != 0 && (now == first || (is_forever && now > first));
}

static void *allocate(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return is_refused() ? NULL : malloc(size);
}

static void *resize(void *block, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return is_refused() ? NULL : realloc(block, size);
}

static void let_go(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    free(block);
}

static tocsin_client open_client(const tls_server *server, tocsin_scope *scope)
{
    char json[256];
    snprintf(json, sizeof json,
             "{\"dsn\":\"https://key@127.0.0.1:%d/1\",\"ca_certs\":\"%s\",\"host_contexts\":false}",
             server->port, server->certificate);
    return scarce_open_with(json, scope);
}

/* One event, delivered where nothing is refused; it has a fate in any case. */
static bool deliver(const tls_server *server, bool is_clean)
{
    tocsin_scope scope;
    bool is_well = true;
    tocsin_client client = open_client(server, &scope);
    if (client < 0) return !is_clean; /* no TLS to be had */
    EXPECT(is_well, tocsin_scope_capture_message(scope, TOCSIN_Z("m"), 0, 0, NULL, NULL) >= 0);
    if (is_clean) {
        EXPECT(is_well, tocsin_client_flush(client, FLUSH_MS) == TOCSIN_OK);
    } else {
        EXPECT(is_well, scarce_await_try(client));
    }
    return scarce_closes_well(client, scope, 0) && is_well;
}

/* A clean one, then one with refusals, then a clean one again. */
static bool deliver_thrice(const tls_server *server, long refused, long *requests)
{
    bool is_well = true;
    EXPECT(is_well, CRYPTO_set_mem_functions(allocate, resize, let_go) == 1);
    EXPECT(is_well, deliver(server, true));
    atomic_store(&asked, 0);
    atomic_store(&refused_at, refused);
    EXPECT(is_well, deliver(server, refused == 0));
    atomic_store(&refused_at, 0);
    *requests = atomic_load(&asked);
    EXPECT(is_well, deliver(server, true));
    return is_well;
}

/* What a child makes of it; `*requests` is how many it came to. */
static bool deliver_apart(const tls_server *server, long refused, bool forever, long *requests)
{
    int ends[2], status = 0;
    if (pipe(ends) != 0) return false;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        alarm(HANGS_AFTER_S);
        long count = 0;
        is_forever = forever;
        bool is_well = deliver_thrice(server, refused, &count);
        is_well &= write(ends[1], &count, sizeof count) == (ssize_t)sizeof count;
        fflush(stdout);
        scarce_end(is_well ? 0 : 1);
    }
    close(ends[1]);
    bool is_told = read(ends[0], requests, sizeof *requests) == (ssize_t)sizeof *requests;
    close(ends[0]);
    bool is_well = waitpid(child, &status, 0) == child && status == 0 && is_told;
    if (!is_well) printf("  request %ld refused: outcome %#x\n", refused, (unsigned)status);
    return is_well;
}

/* The first places one by one, where OpenSSL sets itself up; from there on some, chosen by the
 * process id. */
static bool sweep(bool forever)
{
    tls_server server;
    long all = 0, met = 0, tried = 0;
    bool is_well = true;
    if (!tls_server_start(&server)) return false;
    EXPECT(is_well, deliver_apart(&server, 0, false, &all));
    EXPECT(is_well, all > 10 * PLACES);
    long step = scarce_is_nightly() ? 1 : all / PLACES;
    for (long at = 1 + getpid() % step; is_well && at <= all; at += step) {
        long requests = 0;
        is_well &= deliver_apart(&server, at, forever, &requests);
        met += requests >= at;
        tried++;
    }
    tls_server_end(&server);
    EXPECT(is_well, tried >= PLACES && met > tried / 2);
    return is_well;
}

static bool one_at_a_time(void)
{
    return sweep(false);
}

static bool from_there_on(void)
{
    return sweep(true);
}

const scarce_case cases_of_tls[] = {
    {"OOM-2 OpenSSL's allocations refused, once", one_at_a_time},
    {"OOM-2 and OpenSSL's from one on", from_there_on},
    {NULL, NULL},
};
