/* A program that does as it is told and may be killed at any time: stored OPTIONS. Reads a command
 * a line, and ends each answer with a line ".":
 *
 *   capture COUNT [BYTES [THREADS]]   status and id of each event, when the call has returned
 *   stats                             the client's account
 *   notices                           what the client has to tell
 *   fork                              a child captures one, closes and ends: its event and how
 *   exit                              ends by exit, whatever is under way
 *   close MS                          status, milliseconds, and the account */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <tocsin.h>
#include <unistd.h>

enum { TEXT_SIZE = 8192, THREADS_MAX = 16, HANG_MS = 60000 };

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

static void tell_stats(tocsin_client of)
{
    char text[TEXT_SIZE];
    if (tocsin_client_stats(of, text, sizeof text) < 0) exit(2);
    printf("%s\n", text);
}

static void tell_notices(tocsin_client of)
{
    char text[TEXT_SIZE];
    while (tocsin_client_next_notice(of, text, sizeof text) > 0) printf("%s\n", text);
}

static void end(tocsin_client of, long timeout_ms)
{
    double before = now_ms();
    int status = tocsin_client_close(of, timeout_ms);
    printf("%d %.1f\n", status, now_ms() - before);
    tell_stats(of);
}

static tocsin_client client;
static tocsin_scope scope;

static void open_client(const char *json)
{
    tocsin_options options = tocsin_options_new();
    if (tocsin_options_set_json(options, json, -1) != TOCSIN_OK) exit(2);
    client = tocsin_client_open(options);
    if (client < 0) exit(2);
    scope = tocsin_client_scope(client);
    tocsin_handle_close(options);
}

static void report_from_child(task *what)
{
    int outcome = -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        capture(what);
        _exit(tocsin_client_close(client, HANG_MS) == TOCSIN_OK ? 0 : 1);
    }
    if (child > 0) waitpid(child, &outcome, 0);
    printf("%d\n", outcome);
}

static void obey(const char *line)
{
    static task what;
    char word[16] = "";
    long first = 1, second = 20, third = 1;
    if (sscanf(line, "%15s %ld %ld %ld", word, &first, &second, &third) < 1) return;
    what.scope = scope;
    what.count = first;
    what.bytes = second < TEXT_SIZE ? second : TEXT_SIZE;
    memset(what.text, 'x', (size_t)what.bytes);
    if (strcmp(word, "capture") == 0) capture_by(third, &what);
    if (strcmp(word, "stats") == 0) tell_stats(client);
    if (strcmp(word, "notices") == 0) tell_notices(client);
    if (strcmp(word, "fork") == 0) report_from_child(&what);
    if (strcmp(word, "exit") == 0) exit(0);
    if (strcmp(word, "close") == 0) end(client, first);
    printf(".\n");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    char line[128];
    if (argc != 2) return 2;
    signal(SIGXFSZ, SIG_DFL);
    open_client(argv[1]);
    while (fgets(line, sizeof line, stdin) != NULL) obey(line);
    return 0;
}
