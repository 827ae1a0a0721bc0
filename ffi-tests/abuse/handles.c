/* Every function with every handle that it must not accept: the answer is the right error, and
 * nothing has changed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tocsin/c.h>

#include "abuse.h"

#define FORGED_NUMBERS 10000000
#define LIVE_HANDLES 1000

static bool expect(const call *one, int64_t handle, bool is_right, int64_t answer)
{
    if (is_right) return true;
    printf("  %s with %lld answers %lld\n", one->name, (long long)handle, (long long)answer);
    return false;
}

static bool answers(const fixture *on, const call *one, int64_t handle, int64_t wanted)
{
    int64_t answer = one->with(on, handle);
    return expect(one, handle, answer == wanted, answer);
}

static bool is_refused(const fixture *on, const call *one, int64_t handle)
{
    int64_t answer = one->with(on, handle);
    return expect(one, handle, answer >= TOCSIN_E_FOREIGN && answer <= TOCSIN_E_STALE, answer);
}

/* Tries something with every call, on a fixture that must look the same afterwards. */
static bool each_call(bool (*try)(const fixture *on, const call *one, chance *source),
                      chance *source)
{
    fixture on;
    char before[512], after[512];
    bool is_well = true;
    fixture_open(&on);
    tocsin_scope_merged_json(on.scope, before, sizeof before);
    for (const call *one = calls; one->name != NULL; one++) is_well &= try(&on, one, source);
    tocsin_scope_merged_json(on.scope, after, sizeof after);
    is_well &= strcmp(before, after) == 0;
    fixture_close(&on);
    return is_well;
}

static bool try_live(const fixture *on, const call *one, chance *source)
{
    (void)source;
    bool is_well = true;
    for (int kind = 1; kind <= TOCSIN_KIND_ENVELOPE; kind++) {
        bool is_its_kind = one->kind == kind || one->kind == KIND_ANY;
        if (!is_its_kind || kind == TOCSIN_KIND_SPAN) continue;
        int64_t handle = fixture_make(on, kind);
        int64_t answer = one->with(on, handle);
        is_well &= expect(one, handle, !is_handle_error(answer) && answer != ANSWER_UNTIDY, answer);
        tocsin_handle_close(handle);
    }
    return is_well;
}

static bool live_handles_are_accepted(chance *source)
{
    fixture on;
    bool is_well = true;
    fixture_open(&on);
    for (const call *one = calls; one->name != NULL; one++) is_well &= try_live(&on, one, source);
    fixture_close(&on);
    return is_well;
}

static int some_kind(const call *one)
{
    return one->kind != KIND_ANY ? one->kind : TOCSIN_KIND_SCOPE;
}

static bool try_closed(const fixture *on, const call *one, chance *source)
{
    (void)source;
    int64_t handle = fixture_make(on, some_kind(one));
    tocsin_handle_close(handle);
    return answers(on, one, handle, TOCSIN_E_STALE) && answers(on, one, handle, TOCSIN_E_STALE);
}

static bool closed_handles_are_stale(chance *source)
{
    return each_call(try_closed, source);
}

static bool try_other_kinds(const fixture *on, const call *one, chance *source)
{
    (void)source;
    bool is_well = true;
    if (one->kind == KIND_ANY) return true;
    for (int kind = 1; kind <= TOCSIN_KIND_ENVELOPE; kind++) {
        if (kind == one->kind || kind == TOCSIN_KIND_SPAN) continue;
        int64_t handle = fixture_make(on, kind);
        is_well &= answers(on, one, handle, TOCSIN_E_KIND);
        is_well &= tocsin_handle_close(handle) == TOCSIN_OK;
    }
    return is_well;
}

static bool other_kinds_are_refused(chance *source)
{
    return each_call(try_other_kinds, source);
}

static bool try_zero(const fixture *on, const call *one, chance *source)
{
    (void)source;
    if (!one->takes_zero) return answers(on, one, 0, TOCSIN_E_STALE);
    int64_t answer = one->with(on, 0);
    return expect(one, 0, answer >= 0, answer);
}

static bool zero_is_stale_or_nothing(chance *source)
{
    return each_call(try_zero, source);
}

static bool try_statuses(const fixture *on, const call *one, chance *source)
{
    static const int32_t statuses[] = {-1,  -2,  -3,  -4,  -5,  -20, -21, -22, -23, -24,
                                       -25, -26, -27, -40, -41, -42, -43, -44, -45, -99};
    static const int64_t others[] = {
        -6,          -19,      -28, -46, -98, -100, -1000, INT32_MIN, (int64_t)INT32_MIN - 1,
        -4294967297, INT64_MIN};
    (void)source;
    bool is_well = true;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        is_well &= answers(on, one, statuses[i], statuses[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        is_well &= answers(on, one, others[i], TOCSIN_E_STALE);
    return is_well;
}

static bool statuses_are_handed_on(chance *source)
{
    return each_call(try_statuses, source);
}

static bool try_flipped(const fixture *on, const call *one, chance *source)
{
    (void)source;
    bool is_well = true;
    int64_t handle = fixture_make(on, some_kind(one));
    for (int bit = 0; bit < 64; bit++) {
        int64_t forged = (int64_t)((uint64_t)handle ^ (UINT64_C(1) << bit));
        is_well &= is_refused(on, one, forged);
    }
    is_well &= tocsin_handle_close(handle) == TOCSIN_OK;
    return is_well;
}

static bool one_flipped_bit_is_enough(chance *source)
{
    return each_call(try_flipped, source);
}

static int64_t random_number(chance *source)
{
    uint64_t number = chance_next(source);
    return (int64_t)(chance_below(source, 4) == 0 ? number : number >> 11);
}

static bool try_random(const fixture *on, const call *one, chance *source)
{
    bool is_well = true;
    for (int left = 1000; left > 0; left--) is_well &= is_refused(on, one, random_number(source));
    return is_well;
}

static bool random_numbers_are_refused(chance *source)
{
    return each_call(try_random, source);
}

static bool ten_million_forged_numbers_are_refused(chance *source)
{
    fixture on;
    int64_t live[LIVE_HANDLES];
    int accepted = 0;
    fixture_open(&on);
    for (int i = 0; i < LIVE_HANDLES; i++) live[i] = fixture_make(&on, TOCSIN_KIND_SCOPE);
    for (long left = FORGED_NUMBERS; left > 0; left--)
        accepted += tocsin_handle_kind((int64_t)(chance_next(source) >> 11)) >= 0;
    for (int i = 0; i < LIVE_HANDLES; i++) tocsin_handle_close(live[i]);
    fixture_close(&on);
    if (accepted > 0) printf("  %d accepted\n", accepted);
    return accepted == 0;
}

static bool has_call(const char *name)
{
    size_t len = strlen(name);
    for (const call *one = calls; one->name != NULL; one++) {
        bool is_it = strncmp(one->name, name, len) == 0;
        if (is_it && (one->name[len] == '\0' || one->name[len] == ' ')) return true;
    }
    for (const char *const *one = calls_without_handles; *one != NULL; one++) {
        if (strcmp(*one, name) == 0) return true;
    }
    return false;
}

static bool every_exported_function_is_tried(chance *source)
{
    (void)source;
    char word[128];
    int missing = 0, known = 0;
    FILE *map = fopen(ABUSE_EXPORT_MAP, "r");
    if (map == NULL) return false;
    while (fscanf(map, "%127s", word) == 1) {
        char *end = strchr(word, ';');
        if (strncmp(word, "tocsin_", 7) != 0 || end == NULL) continue;
        *end = '\0';
        if (has_call(word))
            known++;
        else
            missing += printf("  not tried: %s\n", word) > 0;
    }
    fclose(map);
    return missing == 0 && known > 0;
}

const abuse_case cases_of_handles[] = {
    {"HND-1 every exported function is tried", every_exported_function_is_tried},
    {"HND-2 live handles are accepted", live_handles_are_accepted},
    {"HND-1 closed handles are stale", closed_handles_are_stale},
    {"HND-2 other kinds are refused", other_kinds_are_refused},
    {"HND-3 zero is stale, or nothing", zero_is_stale_or_nothing},
    {"HND-3 statuses are handed on", statuses_are_handed_on},
    {"HND-3 one flipped bit is enough", one_flipped_bit_is_enough},
    {"HND-3 random numbers are refused", random_numbers_are_refused},
    {"HND-3 ten million forged numbers are refused", ten_million_forged_numbers_are_refused},
    {NULL, NULL},
};
