/* Tries each law on random programs.
 *
 * usage: laws [PROGRAMS]      as many against the model, a twentieth of them for each other law
 *        TSN_SEED=n laws      the programs of an earlier run
 *        TSN_NIGHTLY=1 laws   ten times as many
 * Ends with one line, "N passed, N failed"; a law that does not hold is told with the seed of its
 * program, `TSN_PROGRAM=n laws` plays that one alone. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "chance.h"
#include "laws.h"
#include "scene.h"

#define PROGRAMS 10000
#define NIGHTLY 10 /* times as many with TSN_NIGHTLY=1 */
#define WEIGHT_SUM 20

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

/* The first program with which the law does not hold ends the trying. */
static bool try(const law *one, uint64_t seed, long programs)
{
    chance seeds = {seed};
    for (long i = 0; i < programs; i++) {
        uint64_t program = programs > 1 ? chance_next(&seeds) : seed;
        if (one->holds(program)) continue;
        printf("does not hold: %s\n  TSN_PROGRAM=%llu\n", one->name, (unsigned long long)program);
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    static const law *const tables[] = {laws_of_forks, laws_of_one_scope, laws_of_merge,
                                        laws_of_crumbs, laws_of_the_model};
    long programs = argc > 1 ? strtol(argv[1], NULL, 10) : PROGRAMS;
    programs *= number_from("TSN_NIGHTLY", 0) == 1 ? NIGHTLY : 1;
    uint64_t seed = number_from("TSN_SEED", (uint64_t)time(NULL));
    uint64_t only = number_from("TSN_PROGRAM", 0);
    int passed = 0, failed = 0;
    printf("TSN_SEED=%llu\n", (unsigned long long)seed);
    fflush(stdout);
    int64_t before = tocsin_handle_count(TOCSIN_KIND_SCOPE);
    scene_open_clients();
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        for (const law *one = tables[i]; one->name != NULL; one++) {
            long count = only != 0 ? 1 : 1 + programs * one->weight / WEIGHT_SUM;
            if (try(one, only != 0 ? only : seed, count))
                passed++;
            else
                failed++;
        }
    }
    scene_close_clients();
    if (tocsin_handle_count(TOCSIN_KIND_SCOPE) != before) {
        printf("scopes are left open\n");
        failed++;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
