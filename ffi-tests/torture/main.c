/* Runs each scenario with allocation n refused, for n = 1, 2, ... until a run asks for no more
 * memory than that: once with that request alone refused, once with all from then on. After each
 * run the books must agree, the library must work, and nothing may be left. Scenarios that wait go
 * through a random part of it, unless TSN_NIGHTLY=1 is set.
 *
 * usage: torture [SCENARIO]: prints what went wrong, then "N passed, N failed". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "torture.h"

#ifdef __SANITIZE_THREAD__
#define IS_WITHOUT_CHILDREN true
#else
#define IS_WITHOUT_CHILDREN false
#endif

static int passed, failed, skipped;

static tocsin_options options_of(const scenario *what)
{
    tocsin_options options = tocsin_options_new();
    tocsin_options_set(options, "transport", -1, "pull", -1);
    tocsin_options_set_json(options, what->options, -1);
    if (what->hook != NULL) what->hook(options);
    return options;
}

static void open_world(const scenario *what, world *here)
{
    tocsin_options options = options_of(what);
    *here = (world){.client = tocsin_client_open(options)};
    here->scope = tocsin_client_scope(here->client);
    if (here->scope < 0) here->problem = "the world does not open";
    tocsin_handle_close(options);
}

/* What a client that the scenario closed cannot show any more, another one must. */
static void check_use(const scenario *what, world *here)
{
    char stats[8192];
    tocsin_client_stats(here->client, stats, sizeof stats);
    if (strstr(stats, "\"active\":true") != NULL) {
        if (!still_works(here->client, here->scope)) here->problem = "it does not work any more";
        return;
    }
    world another;
    open_world(what, &another);
    if (!still_works(another.client, another.scope)) here->problem = "no other client works";
    tocsin_handle_close(another.scope);
    tocsin_handle_close(another.client);
}

static void check_losses(const scenario *what, world *here, tocsin_client client)
{
    if (here->problem != NULL || losses_are_named(client, what->losses)) return;
    here->problem = "an event is lost for another reason";
}

static void check_rest(const scenario *what, world *here)
{
    if (here->problem == NULL && !books_agree(here->client)) here->problem = "the books differ";
    check_losses(what, here, here->client);
    for (size_t i = 0; i < sizeof here->others / sizeof here->others[0]; i++) {
        if (here->others[i] <= 0) continue;
        if (here->problem == NULL && !books_agree(here->others[i])) {
            here->problem = "the books of another client differ";
        }
        check_losses(what, here, here->others[i]);
        tocsin_handle_close(here->others[i]);
    }
    if (here->problem == NULL) check_use(what, here);
    tocsin_client_close(here->client, 0);
    if (here->problem == NULL && !books_agree(here->client)) {
        here->problem = "the books differ after close";
    }
    tocsin_handle_close(here->scope);
    tocsin_handle_close(here->client);
    if (here->problem == NULL) here->problem = what_is_left();
}

/* One run with one refusal; false: nothing was refused. `nth` 0: none is to be, and what is kept
 * from then on is not looked for. */
static bool run_once(const scenario *what, uint64_t nth, bool from_then_on, world *here)
{
    tsn_alloc_track(nth != 0);
    open_world(what, here);
    tsn_alloc_fail_nth(nth, from_then_on);
    if (here->problem == NULL) what->run(here);
    bool did_fail = tsn_alloc_did_fail() || here->did_fail_elsewhere;
    tsn_alloc_fail_nth(0, false);
    check_rest(what, here);
    return did_fail;
}

static void report(const scenario *what, uint64_t nth, bool from_then_on, const world *here)
{
    printf("OOM-1 %s, allocation %llu%s: %s", what->name, (unsigned long long)nth,
           from_then_on ? " and all after it" : "", here->problem);
    if (here->call != NULL) printf(": %s gives %lld", here->call, (long long)here->answer);
    putchar('\n');
}

static uint64_t seed;

/* How far to go from one refusal to the next. */
static uint64_t step(const scenario *what)
{
    const char *nightly = getenv("TSN_NIGHTLY");
    if (what->stride == 0 || (nightly != NULL && strcmp(nightly, "1") == 0)) return 1;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return 1 + seed % (uint64_t)(2 * what->stride - 1);
}

static void torture(const scenario *what, bool from_then_on)
{
    world here;
    uint64_t nth = 0;
    run_once(what, 0, false, &here); /* slots for handles are kept once they are there */
    bool goes_on = true;
    for (nth = step(what); goes_on; nth += step(what)) {
        goes_on = run_once(what, nth, from_then_on, &here);
        if (here.problem != NULL) {
            report(what, nth, from_then_on, &here);
            failed++;
            return;
        }
    }
    passed++;
}

/* In a process that has not called tocsin before. */
static int first_call(uint64_t nth, bool from_then_on)
{
    tsn_alloc_fail_nth(nth, from_then_on);
    int64_t options = tocsin_options_new();
    bool did_fail = tsn_alloc_did_fail();
    tsn_alloc_fail_nth(0, false);
    if (options < 0 && (options != TOCSIN_E_NOMEM || !did_fail)) return 2;
    if (tocsin_options_new() <= 0) return 3;
    return did_fail ? 1 : 0;
}

/* What is made once for the process must not stay unmade. */
static void torture_first_call(bool from_then_on)
{
    for (uint64_t nth = 1;; nth++) {
        int status = 0;
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) _exit(first_call(nth, from_then_on));
        if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
            WEXITSTATUS(status) > 1) {
            printf("OOM-1 first call, allocation %llu: status %d\n", (unsigned long long)nth,
                   WEXITSTATUS(status));
            failed++;
            return;
        }
        if (WEXITSTATUS(status) == 0) break;
    }
    passed++;
}

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : NULL;
    const char *given = getenv("TSN_SEED");
    seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("TSN_SEED=%llu\n", (unsigned long long)seed);
    seed += seed == 0;
    for (int mode = 0; mode < 2; mode++) {
        if (only == NULL || strcmp(only, "first call") == 0) torture_first_call(mode == 1);
    }
    for (size_t i = 0; i < scenario_count; i++) {
        if (only != NULL && strcmp(only, scenarios[i].name) != 0) continue;
        if (IS_WITHOUT_CHILDREN && strcmp(scenarios[i].name, "fork") == 0) {
            puts("skipped fork: ThreadSanitizer ends a child that starts a thread");
            skipped = 2;
            continue;
        }
        torture(&scenarios[i], false);
        torture(&scenarios[i], true);
    }
    printf("%d passed, %d failed", passed, failed);
    if (skipped > 0) printf(", %d skipped", skipped);
    putchar('\n');
    return failed == 0 && passed > 0 ? 0 : 1;
}
