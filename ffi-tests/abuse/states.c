/* Handles whose time is over, in every way in which it may be: each kind, to each function. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abuse.h"

#define INDEX_MASK ((INT64_C(1) << 20) - 1)

/* Makes a handle of `kind` and ends it; what must be closed afterwards is left in `*kept`. */
typedef int64_t (*ender)(const fixture *on, int kind, int64_t *kept);

static int64_t closed(const fixture *on, int kind, int64_t *kept)
{
    (void)kept;
    int64_t handle = fixture_make(on, kind);
    tocsin_handle_close(handle);
    return handle;
}

static int64_t closed_twice(const fixture *on, int kind, int64_t *kept)
{
    int64_t handle = closed(on, kind, kept);
    if (tocsin_handle_close(handle) != TOCSIN_E_STALE) abort();
    return handle;
}

static int64_t closed_before_its_twin(const fixture *on, int kind, int64_t *kept)
{
    int64_t handle = fixture_make(on, kind);
    *kept = tocsin_handle_dup(handle);
    tocsin_handle_close(handle);
    return handle;
}

/* The slot that was closed last is the first to be used again, if it is not kept for a fork. */
static int64_t take_slot(int64_t handle, int64_t live)
{
    int64_t taken = tocsin_handle_dup(live);
    if ((taken & INDEX_MASK) != (handle & INDEX_MASK)) abort();
    return taken;
}

static int64_t replaced_by_its_kind(const fixture *on, int kind, int64_t *kept)
{
    int64_t twin;
    int64_t handle = closed_before_its_twin(on, kind, &twin);
    *kept = take_slot(handle, twin);
    tocsin_handle_close(twin);
    return handle;
}

static int64_t replaced_by_another_kind(const fixture *on, int kind, int64_t *kept)
{
    int64_t handle = fixture_make(on, kind);
    int64_t twin = kind == TOCSIN_KIND_SCOPE ? tocsin_handle_dup(handle) : 0; /* keeps it in use */
    tocsin_handle_close(handle);
    *kept = take_slot(handle, kind == TOCSIN_KIND_SCOPE ? on->client : on->scope);
    if (twin != 0) tocsin_handle_close(twin);
    return handle;
}

static int64_t forked_again(const fixture *on, int kind, int64_t *kept)
{
    int64_t handle = closed(on, kind, kept);
    *kept = tocsin_scope_fork(on->scope);
    return handle;
}

static int64_t closed_with_its_client(const fixture *on, int kind, int64_t *kept)
{
    (void)on;
    (void)kept;
    fixture own;
    fixture_open(&own);
    int64_t handle = fixture_make(&own, kind);
    tocsin_client_close(own.client, 0);
    tocsin_handle_close(own.client);
    tocsin_handle_close(handle);
    tocsin_handle_close(own.scope);
    tocsin_handle_close(own.other);
    return handle;
}

static bool refuse_all(const fixture *on, ender end, int kind)
{
    bool is_well = true;
    for (const call *one = calls; one->name != NULL; one++) {
        int64_t kept = 0;
        int64_t handle = end(on, kind, &kept);
        int64_t answer = one->with(on, handle);
        if (answer != TOCSIN_E_STALE) {
            printf("  %s with one of kind %d answers %lld\n", one->name, kind, (long long)answer);
            is_well = false;
        }
        is_well &= kept == 0 || tocsin_handle_close(kept) == TOCSIN_OK;
    }
    return is_well;
}

static bool refuse_each_kind(ender end)
{
    fixture on;
    char before[512], after[512];
    bool is_well = true;
    fixture_open(&on);
    tocsin_scope_merged_json(on.scope, before, sizeof before);
    for (int kind = TOCSIN_KIND_OPTIONS; kind <= TOCSIN_KIND_ENVELOPE; kind++) {
        if (kind != TOCSIN_KIND_SPAN) is_well &= refuse_all(&on, end, kind);
    }
    tocsin_scope_merged_json(on.scope, after, sizeof after);
    is_well &= strcmp(before, after) == 0;
    fixture_close(&on);
    return is_well;
}

#define STATE(name)                                                                                \
    static bool when_##name(chance *source)                                                        \
    {                                                                                              \
        (void)source;                                                                              \
        return refuse_each_kind(name);                                                             \
    }

STATE(closed)
STATE(closed_twice)
STATE(closed_before_its_twin)
STATE(replaced_by_its_kind)
STATE(replaced_by_another_kind)
STATE(forked_again)
STATE(closed_with_its_client)

const abuse_case cases_of_states[] = {
    {"HND-1 one that was closed is stale to each function", when_closed},
    {"HND-1 and one that was closed twice", when_closed_twice},
    {"HND-1 and one whose twin is open", when_closed_before_its_twin},
    {"HND-1 and one whose parent was forked again", when_forked_again},
    {"HND-1 and one in whose place is another of its kind", when_replaced_by_its_kind},
    {"HND-1 and one in whose place is another kind", when_replaced_by_another_kind},
    {"HND-1 and one whose client went before it", when_closed_with_its_client},
    {NULL, NULL},
};
