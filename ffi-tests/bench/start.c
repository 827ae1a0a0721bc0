/* How long a program waits for the library at its start: start LIBRARY, or start nothing.
 *
 * Prints lines: "load", "open" and "capture", milliseconds each until the shared object is there,
 * a client is open and the first message captured; "kb", memory of the process at its peak. With
 * `nothing` only the last, of a process that did none of it. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <tocsin.h>

#include "peak.h"

enum { STEPS = 3 };

static struct {
    __typeof__(&tocsin_options_new) options_new;
    __typeof__(&tocsin_options_set_json) options_set_json;
    __typeof__(&tocsin_client_open) client_open;
    __typeof__(&tocsin_client_scope) client_scope;
    __typeof__(&tocsin_scope_capture_message) capture_message;
} calls;

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void need(bool is_good, const char *what)
{
    if (is_good) return;
    const char *why = dlerror();
    fprintf(stderr, "start: %s: %s\n", what, why == NULL ? "it failed" : why);
    exit(2);
}

/* `function` is where a pointer to a function is. */
static void find(void *library, const char *name, void *function)
{
    void *at = dlsym(library, name);
    need(at != NULL, name);
    memcpy(function, &at, sizeof at);
}

static void load(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    need(library != NULL, path);
    find(library, "tocsin_options_new", &calls.options_new);
    find(library, "tocsin_options_set_json", &calls.options_set_json);
    find(library, "tocsin_client_open", &calls.client_open);
    find(library, "tocsin_client_scope", &calls.client_scope);
    find(library, "tocsin_scope_capture_message", &calls.capture_message);
}

static tocsin_client open_client(void)
{
    static const char json[] =
        "{\"dsn\":\"http://public@127.0.0.1:9/1\",\"release\":\"shop@4.2.1\","
        "\"environment\":\"production\",\"server_name\":\"web-3\"}";
    tocsin_options options = calls.options_new();
    need(calls.options_set_json(options, json, sizeof json - 1) >= 0, "options");
    tocsin_client client = calls.client_open(options);
    need(client > 0, "client");
    return client;
}

static void capture(tocsin_client client)
{
    tocsin_status st = calls.capture_message(calls.client_scope(client), "started", 7,
                                             TOCSIN_LEVEL_INFO, 0, NULL, NULL);
    need(st >= 0, "capture");
}

/* Callgrind counts what happens in here. */
static __attribute__((noipa)) void measured(const char *path, double took[STEPS])
{
    double began = now_ms();
    load(path);
    double loaded = now_ms();
    tocsin_client client = open_client();
    double opened = now_ms();
    capture(client);
    took[0] = loaded - began;
    took[1] = opened - loaded;
    took[2] = now_ms() - opened;
}

int main(int argc, char **argv)
{
    double took[STEPS] = {0};
    if (argc != 2) {
        fprintf(stderr, "usage: %s LIBRARY|nothing\n", argv[0]);
        return 2;
    }
    if (strcmp(argv[1], "nothing") != 0) {
        measured(argv[1], took);
        printf("load %.4f\nopen %.4f\ncapture %.4f\n", took[0], took[1], took[2]);
    }
    printf("kb %lu\n", bench_peak_kb());
    fflush(stdout);
    _exit(0); /* what waits for a server that is not there is not this program's matter */
}
