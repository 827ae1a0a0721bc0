/* A program that does as it is told and may be killed at any time: stored OPTIONS. Reads a command
 * a line, and ends each answer with a line ".":
 *
 *   capture COUNT [BYTES]   status and id of each event, when the call has returned
 *   stats                   the client's account
 *   notices                 what the client has to tell
 *   close MS                status, milliseconds, and the account */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tocsin.h>

enum { TEXT_SIZE = 8192 };

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void capture(tocsin_scope scope, long count, long bytes)
{
    static char text[TEXT_SIZE];
    if (bytes > TEXT_SIZE) bytes = TEXT_SIZE;
    memset(text, 'x', (size_t)bytes);
    for (long i = 0; i < count; i++) {
        char id[TOCSIN_EVENT_ID_SIZE] = "";
        int status =
            tocsin_scope_capture_message(scope, text, bytes, TOCSIN_LEVEL_ERROR, 0, NULL, id);
        printf("%d %s\n", status, id);
        fflush(stdout);
    }
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
    char word[16] = "";
    long first = 0, second = 20;
    if (sscanf(line, "%15s %ld %ld", word, &first, &second) < 1) return;
    if (strcmp(word, "capture") == 0) capture(scope, first, second);
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
