/* usage: abuse [CALLS]           calls of each storm
 *        TSN_SEED=n abuse        the calls of an earlier run; of several threads, no more than that
 *        TSN_NIGHTLY=1 abuse     ten times as many, and longer
 * Ends with one line, "N passed, N failed". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "abuse.h"

#define STORM_CALLS 500000
#define STORM_CALLS_NIGHTLY 5000000
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

bool abuse_is_nightly(void)
{
    const char *text = getenv("TSN_NIGHTLY");
    return text != NULL && strcmp(text, "1") == 0;
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
    long calls_wanted = abuse_is_nightly() ? STORM_CALLS_NIGHTLY : STORM_CALLS;
    if (argc > 1) calls_wanted = strtol(argv[1], NULL, 10);
    printf("TSN_SEED=%llu\n", (unsigned long long)source.state);
    fflush(stdout);
    unsetenv("SENTRY_DSN");
    run_cases(cases_of_handles, &source);
    run_cases(cases_of_states, &source);
    run_cases(cases_of_lives, &source);
    run_cases(cases_of_rights, &source);
    run_cases(cases_of_sharing, &source);
    run_cases(cases_of_leaving, &source);
    count("HND-6 a storm of calls from one thread", storm_goes_well(&source, 1, calls_wanted));
    count("HND-6 a storm of calls from four threads",
          storm_goes_well(&source, STORM_THREADS, calls_wanted));
    run_cases(cases_of_limits, &source);
    count("HND-1 nothing is left open", nothing_is_left_open());
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
