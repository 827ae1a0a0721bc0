/* As many handles as there can be, and one more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abuse.h"

#define HANDLES_MAX (INT64_C(1) << 20)
#define GROWTH_MAX_KIB 1024

static long resident_kib(void)
{
    char line[256];
    long kib = 0;
    FILE *status = fopen("/proc/self/status", "r");
    if (status == NULL) return 0;
    while (fgets(line, sizeof line, status) != NULL && sscanf(line, "VmRSS: %ld", &kib) != 1)
        continue;
    fclose(status);
    return kib;
}

/* How many could be made before one was refused; `*refusal` says how. */
static int64_t make_all(tocsin_options options, int64_t *made, int64_t *refusal)
{
    int64_t count = 0;
    while (count <= HANDLES_MAX) {
        int64_t handle = tocsin_handle_dup(options);
        *refusal = handle;
        if (handle < 0) break;
        made[count++] = handle;
    }
    return count;
}

static bool close_all(const int64_t *made, int64_t count)
{
    bool is_well = true;
    for (int64_t i = 0; i < count; i++) is_well &= tocsin_handle_close(made[i]) == TOCSIN_OK;
    return is_well;
}

static bool all_handles_are_given_out_and_again(chance *source)
{
    (void)source;
    int64_t *made = malloc((HANDLES_MAX + 1) * sizeof *made);
    tocsin_options options = tocsin_options_new();
    long before = 0, growth = 0;
    bool is_well = made != NULL && options > 0;
    for (int round = 0; round < 3 && is_well; round++) {
        int64_t refusal = 0;
        int64_t count = make_all(options, made, &refusal);
        is_well &= refusal == TOCSIN_E_LIMIT && count == HANDLES_MAX - 1;
        is_well &= tocsin_options_new() == TOCSIN_E_LIMIT;
        is_well &= close_all(made, count);
        if (round == 0) before = resident_kib();
        growth = resident_kib() - before;
    }
    is_well &= growth <= GROWTH_MAX_KIB;
    if (!is_well) printf("  it grew by %ld KiB\n", growth);
    tocsin_handle_close(options);
    free(made);
    return is_well;
}

const abuse_case cases_of_limits[] = {
    {"HND-7 of a million handles the last is refused, and closed ones are given out again",
     all_handles_are_given_out_and_again},
    {NULL, NULL},
};
