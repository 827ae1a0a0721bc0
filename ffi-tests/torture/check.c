/* What must hold whatever was refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "data/json_walk.h"
#include "torture.h"

void check_answer(world *here, const char *call, int64_t answer)
{
    if (answer >= 0 || answer == TOCSIN_E_NOMEM || here->problem != NULL) return;
    here->problem = "an answer that is no success and no lack of memory";
    here->call = call;
    here->answer = answer;
}

static int64_t number_at(tsn_slice counts, tsn_slice name)
{
    int64_t value = 0;
    tsn_json_to_i64(tsn_json_get(counts, name), &value);
    return value;
}

static bool category_agrees(tsn_slice counts, const char *unused)
{
    static const tsn_slice fates[] = {TSN_LIT_INIT("delivered"), TSN_LIT_INIT("refused429"),
                                      TSN_LIT_INIT("spooled"), TSN_LIT_INIT("queued"),
                                      TSN_LIT_INIT("in_flight")};
    int64_t sum = 0;
    (void)unused;
    for (size_t i = 0; i < sizeof fates / sizeof fates[0]; i++) sum += number_at(counts, fates[i]);
    tsn_json_walk walk = tsn_json_walk_of(tsn_json_get(counts, TSN_LIT("discarded")));
    tsn_slice reason, value;
    while (tsn_json_next(&walk, &reason, &value)) {
        int64_t lost = 0;
        tsn_json_to_i64(value, &lost);
        sum += lost;
    }
    return sum == number_at(counts, TSN_LIT("captured"));
}

static bool is_known(tsn_slice reason, const char *reasons)
{
    if (tsn_slice_equal(reason, TSN_LIT("internal_sdk_error"))) return true;
    return reasons != NULL && tsn_slice_contains(tsn_slice_of(reasons), reason);
}

static bool category_is_named(tsn_slice counts, const char *reasons)
{
    tsn_json_walk walk = tsn_json_walk_of(tsn_json_get(counts, TSN_LIT("discarded")));
    tsn_slice reason, value;
    while (tsn_json_next(&walk, &reason, &value)) {
        if (is_known(reason, reasons)) continue;
        printf("lost for %.*s\n", (int)reason.len, reason.data);
        return false;
    }
    return true;
}

static bool each_category(tocsin_client client, bool (*is_well)(tsn_slice, const char *),
                          const char *more)
{
    char stats[8192];
    tocsin_length need = tocsin_client_stats(client, stats, sizeof stats);
    if (need < 0 || need >= (tocsin_length)sizeof stats) return false;
    tsn_slice text = {stats, (size_t)need};
    tsn_json_walk walk = tsn_json_walk_of(tsn_json_get(text, TSN_LIT("categories")));
    tsn_slice name, counts;
    while (tsn_json_next(&walk, &name, &counts)) {
        if (!is_well(counts, more)) return false;
    }
    return true;
}

bool books_agree(tocsin_client client)
{
    return each_category(client, category_agrees, NULL);
}

bool losses_are_named(tocsin_client client, const char *reasons)
{
    return each_category(client, category_is_named, reasons);
}

/* Takes envelopes until one says `text`, or there is none. */
static bool comes_out(tocsin_client client, const char *text)
{
    for (;;) {
        char *whole = NULL;
        tocsin_envelope envelope = tocsin_client_next_envelope(client, 0);
        if (envelope <= 0) return false;
        tocsin_length need = tocsin_envelope_text(envelope, NULL, 0);
        bool is_it = false;
        if (need > 0 && (whole = malloc((size_t)need + 1)) != NULL) {
            tocsin_envelope_text(envelope, whole, need + 1);
            is_it = memmem(whole, (size_t)need, text, strlen(text)) != NULL;
        }
        free(whole);
        if (tocsin_envelope_done(envelope, 200, NULL, -1) != TOCSIN_OK) return false;
        if (is_it) return true;
    }
}

bool still_works(tocsin_client client, tocsin_scope scope)
{
    tocsin_scope fork = tocsin_scope_fork(scope);
    if (tocsin_scope_set_tag(fork, "after", -1, "the flood", -1) != TOCSIN_OK) return false;
    tocsin_event event = tocsin_event_prepare(fork, TOCSIN_CAPTURE_MESSAGE | TOCSIN_CAPTURE_HOOKED,
                                              "{}", -1, 0, NULL);
    tocsin_status st = tocsin_event_submit(event, NULL, -1, NULL);
    tocsin_handle_close(fork);
    return st == TOCSIN_OK && comes_out(client, "\"after\":\"the flood\"");
}

/* A worker that nobody waits for frees what it has when it ends. */
static bool all_is_freed(void)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    for (int left = 10000; tsn_alloc_live() != 0 && left > 0; left--) nanosleep(&pause, NULL);
    return tsn_alloc_live() == 0;
}

const char *what_is_left(void)
{
    for (int32_t kind = TOCSIN_KIND_OPTIONS; kind <= TOCSIN_KIND_ENVELOPE; kind++) {
        if (tocsin_handle_count(kind) != 0) return "a handle is left";
    }
    return all_is_freed() ? NULL : "memory is left";
}
