/* A program that does as it is told and may be killed at any time: stored OPTIONS. Reads a command
 * a line, and ends each answer with a line ".":
 *
 *   capture COUNT [BYTES [THREADS]]   status and id of each event, when the call has returned
 *   stats                             the client's account
 *   notices                           what the client has to tell
 *   close MS                          status, milliseconds, and the account */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tocsin.h>

enum { TEXT_SIZE = 8192, THREADS_MAX = 16 };

typedef struct task {
    tocsin_scope scope;
    long count;
    long bytes;
    char text[TEXT_SIZE];
} task;

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void *capture(void *arg)
{
    const task *what = arg;
    for (long i = 0; i < what->count; i++) {
        char id[TOCSIN_EVENT_ID_SIZE] = "";
        int status = tocsin_scope_capture_message(what->scope, what->text, what->bytes,
                                                  TOCSIN_LEVEL_ERROR, 0, NULL, id);
        printf("%d %s\n", status, id);
        fflush(stdout);
    }
    return NULL;
}

static void capture_by(long threads, task *what)
{
    pthread_t all[THREADS_MAX];
    if (threads > THREADS_MAX) threads = THREADS_MAX;
    for (long i = 1; i < threads; i++) {
        if (pthread_create(&all[i], NULL, capture, what) != 0) exit(2);
    }
    capture(what);
    for (long i = 1; i < threads; i++) pthread_join(all[i], NULL);
}

static void tell_stats(tocsin_client client)
{
    char text[TEXT_SIZE];
    if (tocsin_client_stats(client, text, sizeof text) < 0) exit(2);
    printf("%s\n", text);
}

static void tell_notices(tocsin_client client)
{
    char text[TEXT_SIZE];
    while (tocsin_client_next_notice(client, text, sizeof text) > 0) printf("%s\n", text);
}

static void end(tocsin_client client, long timeout_ms)
{
    double before = now_ms();
    int status = tocsin_client_close(client, timeout_ms);
    printf("%d %.1f\n", status, now_ms() - before);
    tell_stats(client);
}

static void obey(tocsin_client client, tocsin_scope scope, const char *line)
{
    static task what;
    char word[16] = "";
    long first = 0, second = 20, third = 1;
    if (sscanf(line, "%15s %ld %ld %ld", word, &first, &second, &third) < 1) return;
    if (strcmp(word, "capture") == 0) {
        what.scope = scope;
        what.count = first;
        what.bytes = second < TEXT_SIZE ? second : TEXT_SIZE;
        memset(what.text, 'x', (size_t)what.bytes);
        capture_by(third, &what);
    }
    if (strcmp(word, "stats") == 0) tell_stats(client);
    if (strcmp(word, "notices") == 0) tell_notices(client);
    if (strcmp(word, "close") == 0) end(client, first);
    printf(".\n");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    char line[128];
    if (argc != 2) return 2;
    signal(SIGXFSZ, SIG_DFL);
    tocsin_options options = tocsin_options_new();
    if (tocsin_options_set_json(options, argv[1], -1) != TOCSIN_OK) return 2;
    tocsin_client client = tocsin_client_open(options);
    if (client < 0) return 2;
    tocsin_scope scope = tocsin_client_scope(client);
    while (fgets(line, sizeof line, stdin) != NULL) obey(client, scope, line);
    return 0;
}
