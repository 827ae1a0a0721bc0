/* Reproducible chance for tests: the seed is printed, and TSN_SEED brings a run back. Also copies
 * that end where their block ends, so that a sanitizer sees every byte read too far. */
#ifndef TSN_UNIT_CHANCE_H
#define TSN_UNIT_CHANCE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/slice.h"

typedef struct unit_chance {
    uint64_t state;
} unit_chance;

static inline unit_chance unit_chance_begin(const char *test)
{
    const char *given = getenv("TSN_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("%s: TSN_SEED=%llu\n", test, (unsigned long long)seed);
    fflush(stdout);
    return (unit_chance){seed};
}

static inline uint64_t unit_chance_next(unit_chance *chance)
{
    uint64_t mixed = chance->state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

/* A number below `bound`. */
static inline size_t unit_chance_below(unit_chance *chance, size_t bound)
{
    return (size_t)(unit_chance_next(chance) % bound);
}

/* A copy in a block of exactly its size; to be freed by unit_free_text. */
static inline tsn_slice unit_exact_copy(const char *text, size_t len)
{
    char *copy = malloc(len > 0 ? len : 1);
    if (len > 0) memcpy(copy, text, len);
    return (tsn_slice){copy, len};
}

/* Up to `max` bytes, each of `alphabet`, in a block of exactly their size. */
static inline tsn_slice unit_chance_text(unit_chance *chance, const char *alphabet, size_t max)
{
    size_t len = unit_chance_below(chance, max + 1);
    char *text = malloc(len > 0 ? len : 1);
    for (size_t i = 0; i < len; i++)
        text[i] = alphabet[unit_chance_below(chance, strlen(alphabet))];
    return (tsn_slice){text, len};
}

/* A copy of `sample` with one to three bytes changed, taken out or put in. */
static inline tsn_slice unit_chance_mutate(unit_chance *chance, const char *sample,
                                           const char *alphabet)
{
    size_t len = strlen(sample);
    char *text = malloc(len + 4);
    memcpy(text, sample, len + 1);
    for (size_t left = 1 + unit_chance_below(chance, 3); left > 0; left--) {
        size_t at = unit_chance_below(chance, len + 1);
        char byte = alphabet[unit_chance_below(chance, strlen(alphabet))];
        size_t action = unit_chance_below(chance, 3);
        if (action == 0 && at < len) text[at] = byte;
        if (action == 1 && at < len) memmove(text + at, text + at + 1, len-- - at);
        if (action == 2) {
            memmove(text + at + 1, text + at, len++ - at);
            text[at] = byte;
        }
    }
    tsn_slice exact = unit_exact_copy(text, len);
    free(text);
    return exact;
}

static inline void unit_free_text(tsn_slice text)
{
    union {
        const char *read;
        void *write;
    } data = {.read = text.data};
    free(data.write);
}

#endif
