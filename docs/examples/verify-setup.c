/* Is tocsin set up? Captures one message with the options of the environment (SENTRY_DSN and
 * others), waits until it is delivered, and prints its id and what the server answered, or the
 * reason why not. Ends with 0 if the server took it. */
#include <stdio.h>

#include <tocsin/c.h>

static tocsin_client open_client(void)
{
    char problem[300];
    tocsin_options options = tocsin_options_new();
    tocsin_client client = tocsin_client_open(options);
    if (client < 0) {
        tocsin_options_problem(options, problem, sizeof problem);
        printf("the client does not open: %s\n", problem);
    }
    tocsin_handle_close(options);
    return client;
}

static void print_answer(tocsin_client client)
{
    char answer[1280];
    tocsin_client_last_answer(client, answer, sizeof answer);
    if (answer[0] != '\0') printf("server: %s\n", answer);
    while (tocsin_client_next_notice(client, answer, sizeof answer) > 0) {
        printf("notice: %s\n", answer);
    }
}

/* How many of the events that were captured the server took. */
static int is_delivered(tocsin_client client)
{
    char stats[4000];
    tocsin_client_stats(client, stats, sizeof stats);
    return strstr(stats, "\"delivered\":1") != NULL;
}

static int verify(tocsin_client client, tocsin_scope scope)
{
    char id[TOCSIN_EVENT_ID_SIZE];
    tocsin_status st = tocsin_scope_capture_message(scope, TOCSIN_Z("tocsin is set up"),
                                                    TOCSIN_LEVEL_INFO, 0, NULL, id);
    if (st == TOCSIN_DISABLED) printf("nothing was sent: SENTRY_DSN is not set\n");
    if (st != TOCSIN_OK) return 1;
    printf("event %s\n", id);
    st = tocsin_client_flush(client, 5000);
    print_answer(client);
    if (st == TOCSIN_OK && is_delivered(client)) return 0;
    printf(st == TOCSIN_TIMEOUT ? "not delivered within 5 seconds\n" : "not delivered\n");
    return 1;
}

int main(void)
{
    tocsin_client client = open_client();
    if (client < 0) return 1;
    tocsin_scope scope = tocsin_client_scope(client);
    int failed = verify(client, scope);
    tocsin_handle_close(scope);
    tocsin_client_close(client, 0);
    tocsin_handle_close(client);
    return failed;
}
