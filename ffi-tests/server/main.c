/* tsn_server: an ingest server for tests and examples. It reads what it is sent with a strict eye
 * and code of its own, answers as it is told, and keeps everything. Signals are taken by this
 * thread alone, by sigtimedwait. */
#include "http.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static const char USAGE[] =
    "usage: tsn_server [option...]\n"
    "Listens on 127.0.0.1, prints \"port N\" and serves until SIGTERM, SIGINT or POST /_quit.\n"
    "  --port N           this port instead of a free one\n"
    "  --port-file FILE   write the port there too, once it listens\n"
    "  --store FILE       append one line of JSON a request\n"
    "  --keep N           keep the last N requests for GET /_requests (all)\n"
    "  --script FILE      answers to give, as for POST /_control\n"
    "  --key KEY          answer 403 to any other public key\n"
    "  --project ID       answer 403 to any other project\n"
    "  --pretty           print each event for people\n"
    "  --colour           in colour even when that is not a terminal\n"
    "  --idle-exit S      end after S seconds without a request\n"
    "  --with-parent      end when the thread that started it does\n";

struct settings {
    unsigned long port;
    const char *port_file;
    const char *store;
    const char *script;
    unsigned long idle_s;
};

static int complain(const char *what, const char *which)
{
    fprintf(stderr, "tsn_server: %s: %s\n", which, what);
    return 1;
}

static const struct option options[] = {
    {"port", required_argument, NULL, 'p'},
    {"port-file", required_argument, NULL, 'f'},
    {"store", required_argument, NULL, 's'},
    {"keep", required_argument, NULL, 'n'},
    {"script", required_argument, NULL, 'a'},
    {"key", required_argument, NULL, 'k'},
    {"project", required_argument, NULL, 'j'},
    {"pretty", no_argument, NULL, 'y'},
    {"colour", no_argument, NULL, 'c'},
    {"idle-exit", required_argument, NULL, 'i'},
    {"with-parent", no_argument, NULL, 'w'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* A whole number up to `max`; false and `out` untouched if the text is none. */
static bool take_number(const char *text, unsigned long max, unsigned long *out)
{
    char *end = NULL;
    errno = 0;
    unsigned long n = strtoul(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || *text == '-' || n > max) return false;
    *out = n;
    return true;
}

/* One option taken; false: it is not one, or its value is no good. */
static bool take_option(int letter, const char *value, struct settings *settings,
                        struct srv_server *server)
{
    switch (letter) {
    case 'p':
        return take_number(value, 65535, &settings->port);
    case 'n':
        return take_number(value, 1ul << 30, &server->store.keep_max);
    case 'i':
        return take_number(value, 1000000, &settings->idle_s);
    case 'f':
        settings->port_file = value;
        return true;
    case 's':
        settings->store = value;
        return true;
    case 'a':
        settings->script = value;
        return true;
    case 'k':
        server->demands.key = value;
        return true;
    case 'j':
        server->demands.project = value;
        return true;
    case 'y':
        server->pretty = true;
        return true;
    case 'c':
        server->colour = true;
        return true;
    case 'w':
        return prctl(PR_SET_PDEATHSIG, SIGTERM) == 0;
    default:
        return false;
    }
}

static char *read_whole(const char *path, size_t *len)
{
    char chunk[4096];
    struct srv_text text = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
        srv_text_add(&text, chunk, got);
    fclose(file);
    *len = text.len;
    return srv_text_take(&text);
}

static int load_script(struct srv_server *server, const char *path)
{
    size_t len = 0;
    if (path == NULL) return 0;
    char *json = read_whole(path, &len);
    if (json == NULL) return complain(strerror(errno), path);
    const char *why = srv_script_add(&server->script, (struct srv_span){json, len});
    free(json);
    return why != NULL ? complain(why, path) : 0;
}

/* The port file appears whole: whoever sees it can read a number. */
static bool write_port_file(const char *path, uint16_t port)
{
    struct srv_text fresh = {0};
    srv_text_addf(&fresh, "%s.new", path);
    FILE *file = fopen(fresh.data, "w");
    bool ok = file != NULL && fprintf(file, "%u\n", (unsigned)port) > 0;
    if (file != NULL && fclose(file) != 0) ok = false;
    if (ok) ok = rename(fresh.data, path) == 0;
    srv_text_free(&fresh);
    return ok;
}

static int announce(const char *path, uint16_t port)
{
    if (path != NULL && !write_port_file(path, port)) return complain(strerror(errno), path);
    printf("port %u\n", (unsigned)port);
    fflush(stdout);
    return 0;
}

static void serve_until_told(struct srv_server *server, const sigset_t *ends, unsigned long idle_s)
{
    const struct timespec second = {.tv_sec = 1};
    for (;;) {
        if (sigtimedwait(ends, NULL, &second) > 0) return;
        srv_server_lock(server);
        bool idle = server->busy == 0 && srv_now() - server->last_use >= (long long)idle_s * 1000;
        srv_server_unlock(server);
        if (idle_s > 0 && idle) return;
    }
}

static int serve(struct srv_server *server, const struct settings *settings, const sigset_t *ends)
{
    struct srv_http *http = srv_http_start(server, (uint16_t)settings->port);
    if (http == NULL) return complain("cannot listen on 127.0.0.1", "port");
    int failed = announce(settings->port_file, srv_http_port(http));
    if (!failed) serve_until_told(server, ends, settings->idle_s);
    srv_http_stop(http);
    return failed;
}

static int run(struct srv_server *server, const struct settings *settings)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (load_script(server, settings->script) != 0) return 1;
    if (settings->store == NULL) return serve(server, settings, &ends);
    server->store.file = fopen(settings->store, "ae");
    if (server->store.file == NULL) return complain(strerror(errno), settings->store);
    int failed = serve(server, settings, &ends);
    fclose(server->store.file);
    return failed;
}

int main(int count, char **words)
{
    struct srv_server server;
    struct settings settings = {0};
    srv_server_init(&server);
    server.colour = isatty(STDOUT_FILENO) == 1;
    for (int letter; (letter = getopt_long(count, words, "", options, NULL)) != -1;) {
        if (take_option(letter, optarg, &settings, &server)) continue;
        fputs(USAGE, letter == 'h' ? stdout : stderr);
        return letter == 'h' ? 0 : 2;
    }
    int failed = run(&server, &settings);
    srv_server_fini(&server);
    return failed;
}
