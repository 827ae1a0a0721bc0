/* What became of each event, by its id, told to whoever watches: tests that compare sets where the
 * ledger has sums. Looked at only where something ends, never where it is captured or queued.
 *
 * Told once it stands in the ledger, on the thread that put it there, with no lock held, and before
 * whoever has it next can tell more. */
#ifndef TSN_IO_FATE_H
#define TSN_IO_FATE_H

#include <stdatomic.h>

#include "data/ids.h"
#include "io/ledger.h"

/* What was captured and has none of these is in memory. The first three are not the end. */
typedef enum tsn_fate_kind {
    TSN_FATE_NONE,
    TSN_FATE_FOUND,       /* what another run left is in these books from now on */
    TSN_FATE_SPOOLED,     /* on disk alone */
    TSN_FATE_HANDED_OVER, /* the program has it, and says what became of it */
    TSN_FATE_DELIVERED,
    TSN_FATE_REFUSED_429,
    TSN_FATE_DISCARDED,
} tsn_fate_kind;

typedef enum tsn_fate_stage {
    TSN_FATE_AT_CAPTURE = 1, /* on the caller's thread, before the queue */
    TSN_FATE_AT_QUEUE,
    TSN_FATE_AT_PACKING,
    TSN_FATE_AT_SENDING,
    TSN_FATE_AT_DISK,
    TSN_FATE_AT_CLOSE,
} tsn_fate_stage;

typedef struct tsn_fate {
    int32_t status; /* of the answer that decided; 0: none did */
    uint8_t kind;   /* tsn_fate_kind */
    uint8_t stage;  /* tsn_fate_stage */
    uint8_t reason; /* tsn_reason, of what was discarded */
} tsn_fate;

/* Called once for each category; from any thread, in the middle of the library: it may call nothing
 * of it. `id` is all zero if the event ended before it had one. */
typedef void (*tsn_fate_hook)(void *user, const tsn_id *id, const tsn_fate *fate,
                              tsn_category category, uint64_t quantity);

extern _Atomic(tsn_fate_hook) tsn_fate_hook_now;

/* NULL: nobody watches. `user` is set first, so both are to be set while nothing ends. */
void tsn_fate_set_hook(tsn_fate_hook hook, void *user);

void tsn_fate_pass_on(const tsn_id *id, const tsn_fate *fate, const tsn_load *load);
void tsn_fate_pass_on_one(const tsn_id *id, const tsn_fate *fate, tsn_category category,
                          uint64_t quantity);
/* All of `lost`, of one event. */
void tsn_fate_pass_on_lost(const tsn_id *id, tsn_fate_stage stage, const tsn_client_report *lost);

static inline bool tsn_fate_matters(void)
{
    return TSN_UNLIKELY(atomic_load_explicit(&tsn_fate_hook_now, memory_order_relaxed) != NULL);
}

static inline void tsn_fate_tell(const tsn_id *id, tsn_fate fate, const tsn_load *load)
{
    if (tsn_fate_matters()) tsn_fate_pass_on(id, &fate, load);
}

static inline void tsn_fate_tell_lost(const tsn_id *id, tsn_fate_stage stage,
                                      const tsn_client_report *lost)
{
    if (tsn_fate_matters()) tsn_fate_pass_on_lost(id, stage, lost);
}

static inline tsn_fate tsn_fate_lost(tsn_fate_stage stage, tsn_reason reason)
{
    return (tsn_fate){
        .kind = TSN_FATE_DISCARDED, .stage = (uint8_t)stage, .reason = (uint8_t)reason};
}

static inline tsn_fate tsn_fate_spooled(tsn_fate_stage stage)
{
    return (tsn_fate){.kind = TSN_FATE_SPOOLED, .stage = (uint8_t)stage};
}

#endif
