/* usage: scarce [WORDS]          the cases whose name has them
 *        TSN_NIGHTLY=1 scarce    for longer
 * Ends with one line, "N passed, N failed". */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scarce.h"
#include "space.h"
#include "stats_text.h"

#define HANGS_AFTER_S (scarce_is_nightly() ? 3600 : 120)
#define TRY_LIMIT_MS 30000
#define NOTICE_SIZE 1280

static int passed, failed;

long scarce_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool scarce_is_nightly(void)
{
    const char *text = getenv("TSN_NIGHTLY");
    return text != NULL && strcmp(text, "1") == 0;
}

bool scarce_expect(const char *what, bool is_so)
{
    if (!is_so) printf("  not so: %s\n", what);
    return is_so;
}

tocsin_client scarce_open_with(const char *json, tocsin_scope *scope)
{
    tocsin_options options = tocsin_options_new();
    tocsin_status st = tocsin_options_set_json(options, json, -1);
    scarce_watch_fates();
    tocsin_client client = st < 0 ? st : tocsin_client_open(options);
    tocsin_handle_close(options);
    *scope = tocsin_client_scope(client);
    return client;
}

tocsin_client scarce_open(const char *more, tocsin_scope *scope)
{
    char json[512];
    snprintf(json, sizeof json,
             "{\"dsn\":\"http://key@127.0.0.1:9/1\",%s\"host_contexts\":false,\"queue_max_items\":"
             "1000}",
             more);
    return scarce_open_with(json, scope);
}

/* Of errors, the one category here. */
bool scarce_books_agree(tocsin_client client)
{
    static const char *const fates[] = {"\"delivered\":", "\"refused429\":", "\"spooled\":",
                                        "\"queued\":",    "\"in_flight\":",  "\"discarded\":"};
    char text[4096];
    long long sum = 0;
    if (tocsin_client_stats(client, text, sizeof text) < 0) return false;
    for (size_t i = 0; i < sizeof fates / sizeof fates[0]; i++) sum += stats_number(text, fates[i]);
    bool is_well = sum == stats_number(text, "\"captured\":");
    if (!is_well) printf("  %s\n", text);
    return is_well;
}

bool scarce_await_try(tocsin_client client)
{
    char notice[NOTICE_SIZE] = "";
    const struct timespec pause = {0, 1000000};
    for (long end = scarce_now_ms() + TRY_LIMIT_MS; scarce_now_ms() < end;) {
        if (tocsin_client_flush(client, 0) != TOCSIN_TIMEOUT) return true;
        while (tocsin_client_next_notice(client, notice, sizeof notice) > 0) {
            if (strstr(notice, "transport.") != NULL) return true;
        }
        nanosleep(&pause, NULL);
    }
    return false;
}

/* After a close, when nobody is about to tell any more. */
static bool has_told_all(tocsin_client client)
{
    char text[4096];
    if (tocsin_client_stats(client, text, sizeof text) < 0) return false;
    return scarce_fates_agree(stats_number(text, "\"delivered\":"),
                              stats_number(text, "\"discarded\":"));
}

bool scarce_closes_well(tocsin_client client, tocsin_scope scope, int64_t timeout_ms)
{
    bool is_well = true;
    long start = scarce_now_ms();
    tocsin_status st = tocsin_client_close(client, timeout_ms);
    EXPECT(is_well, st == TOCSIN_OK || st == TOCSIN_TIMEOUT);
    EXPECT(is_well, scarce_now_ms() - start <= timeout_ms + (scarce_is_nightly() ? 500 : 10000));
    EXPECT(is_well, scarce_books_agree(client));
    EXPECT(is_well, has_told_all(client));
    tocsin_handle_close(scope);
    tocsin_handle_close(client);
    return is_well;
}

void scarce_end(int code)
{
    _exit(code);
}

static void run(const scarce_case *one)
{
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        alarm(HANGS_AFTER_S);
        bool is_well = one->goes_well();
        EXPECT(is_well, space_is_clean());
        fflush(stdout);
        scarce_end(is_well ? 0 : 1);
    }
    if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
        WEXITSTATUS(status) == 0) {
        passed++;
        return;
    }
    printf("failed: %s", one->name);
    if (WIFSIGNALED(status)) printf(", ended by signal %d", WTERMSIG(status));
    putchar('\n');
    failed++;
}

int main(int argc, char **argv)
{
    static const scarce_case *const families[] = {cases_of_limits, cases_of_curl, cases_of_tls,
                                                  cases_of_soaking};
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        for (const scarce_case *one = families[i]; one->name != NULL; one++) {
            if (argc < 2 || strstr(one->name, argv[1]) != NULL) run(one);
        }
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}
