/* usage: abuse [CALLS]       calls of each storm
 *        TSN_SEED=n abuse    the calls of an earlier run; of several threads, no more than that
 * Ends with one line, "N passed, N failed". */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "abuse.h"

#define STORM_CALLS 200000
#define STORM_THREADS 4

static int passed;
static int failed;

static void count(const char *name, bool is_well)
{
    if (is_well) {
        passed++;
    } else {
        printf("failed: %s\n", name);
        failed++;
    }
    fflush(stdout);
}

static void run_cases(const abuse_case *one, chance *source)
{
    for (; one->name != NULL; one++) count(one->name, one->goes_well(source));
}

static bool nothing_is_left_open(void)
{
    bool is_well = true;
    for (int32_t kind = TOCSIN_KIND_OPTIONS; kind <= TOCSIN_KIND_ENVELOPE; kind++) {
        int64_t left = tocsin_handle_count(kind);
        if (left != 0) printf("  %lld of kind %d\n", (long long)left, (int)kind);
        is_well &= left == 0;
    }
    return is_well;
}

int main(int argc, char **argv)
{
    const char *given = getenv("TSN_SEED");
    chance source = {given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL)};
    long calls_wanted = argc > 1 ? strtol(argv[1], NULL, 10) : STORM_CALLS;
    printf("TSN_SEED=%llu\n", (unsigned long long)source.state);
    fflush(stdout);
    unsetenv("SENTRY_DSN");
    run_cases(cases_of_handles, &source);
    run_cases(cases_of_lives, &source);
    count("a storm from one thread", storm_goes_well(&source, 1, calls_wanted));
    count("a storm from four threads", storm_goes_well(&source, STORM_THREADS, calls_wanted));
    count("nothing is left open", nothing_is_left_open());
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
