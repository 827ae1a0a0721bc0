/* As many handles as there can be, and one more; and what takes longer the more there is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tocsin/c.h>

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

#define FEW 1000
#define TIMES_AS_MANY 16
#define TRIES 5
#define TAG_SIZE 24

static tocsin_scope scope_with_tags(tocsin_client client, char letter, int count)
{
    char *json = malloc((size_t)count * TAG_SIZE + 2);
    size_t len = 0;
    if (json == NULL) abort();
    for (int i = 0; i < count; i++) {
        char mark = i == 0 ? '{' : ',';
        len += (size_t)snprintf(json + len, TAG_SIZE, "%c\"%c%d\":\"x\"", mark, letter, i);
    }
    json[len++] = '}';
    tocsin_scope scope = tocsin_scope_new(client);
    if (tocsin_scope_set_tags(scope, json, (int64_t)len) < 0) abort();
    free(json);
    return scope;
}

static int64_t processor_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Of several tries the shortest, in processor time: what others do at the time costs little. */
static int64_t merging_us(tocsin_client client, int count)
{
    int64_t shortest = INT64_MAX;
    for (int i = 0; i < TRIES; i++) {
        tocsin_scope into = scope_with_tags(client, 'a', count);
        tocsin_scope from = scope_with_tags(client, 'b', count);
        int64_t before = processor_us();
        if (tocsin_scope_merge(into, from) < 0) abort();
        int64_t took = processor_us() - before;
        if (took < shortest) shortest = took;
        tocsin_handle_close(into);
        tocsin_handle_close(from);
    }
    return shortest;
}

/* Were it quadratic, it would take 256 times as long. */
static bool merging_much_takes_no_square_of_it(chance *source)
{
    (void)source;
    tocsin_options options = tocsin_options_new();
    tocsin_option(options, "transport", "pull");
    tocsin_client client = tocsin_client_open(options);
    int64_t few = merging_us(client, FEW), many = merging_us(client, TIMES_AS_MANY * FEW);
    bool is_well = many <= 6 * TIMES_AS_MANY * (few + 1);
    if (!is_well) printf("  %lld us and %lld us\n", (long long)few, (long long)many);
    tocsin_handle_close(options);
    tocsin_client_close(client, 0);
    tocsin_handle_close(client);
    return is_well;
}

const abuse_case cases_of_limits[] = {
    {"HND-10 merging sixteen times as much takes no square of it longer",
     merging_much_takes_no_square_of_it},
    {"HND-7 of a million handles the last is refused, and closed ones are given out again",
     all_handles_are_given_out_and_again},
    {NULL, NULL},
};
