/* What the library tells of each event, kept without memory of its own: sums, and a table of those
 * that ended, as long as there is room in it. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tocsin/unstable/fates.h>

#include "scarce.h"

enum { PLACES = 1 << 16, FULL = PLACES / 2 };

static _Atomic long long delivered, discarded;
static _Atomic unsigned long long ended[PLACES]; /* half of an id each; 0: free */
static atomic_int ended_count, ended_twice;

/* False: it was there. */
static bool add(unsigned long long id)
{
    for (unsigned long long at = id % PLACES;; at = (at + 1) % PLACES) {
        unsigned long long found = 0;
        if (atomic_compare_exchange_strong(&ended[at], &found, id)) return true;
        if (found == id) return false;
    }
}

static void note(const char *event_id, const char *fate, const char *stage, int32_t status,
                 const char *reason, const char *category, int64_t quantity, void *user)
{
    (void)stage, (void)status, (void)reason, (void)user;
    char half[17] = "";
    bool is_lost = strcmp(fate, "discarded") == 0, has_arrived = strcmp(fate, "delivered") == 0;
    if (strcmp(category, "error") != 0 || (!is_lost && !has_arrived)) return;
    atomic_fetch_add(is_lost ? &discarded : &delivered, quantity);
    if (event_id[0] == '\0' || atomic_fetch_add(&ended_count, 1) >= FULL) return;
    memcpy(half, event_id, sizeof half - 1);
    if (!add(strtoull(half, NULL, 16))) atomic_fetch_add(&ended_twice, 1);
}

void scarce_watch_fates(void)
{
    atomic_store(&delivered, 0);
    atomic_store(&discarded, 0);
    tocsin_unstable_set_fate_hook(note, NULL);
}

bool scarce_fates_agree(long long stats_delivered, long long stats_discarded)
{
    bool is_well = atomic_load(&ended_twice) == 0 && atomic_load(&delivered) == stats_delivered &&
                   atomic_load(&discarded) == stats_discarded;
    if (is_well) return true;
    printf("  told: %lld delivered, %lld discarded, %d twice; the account: %lld, %lld\n",
           atomic_load(&delivered), atomic_load(&discarded), atomic_load(&ended_twice),
           stats_delivered, stats_discarded);
    return false;
}
