/* What is told of each event, by the number that its id is (case.h), held against the ledger. */
#ifndef TSN_UNIT_IO_FATES_H
#define TSN_UNIT_IO_FATES_H

#include "case.h"
#include "io/fate.h"

#define UNIT_FATES_MAX 1024

typedef struct unit_fates {
    tsn_mutex lock;
    tsn_fate last[UNIT_FATES_MAX]; /* of the event itself */
    unsigned ends[UNIT_FATES_MAX];
    uint64_t reached[TSN_FATE_DISCARDED][TSN_CATEGORY_COUNT];
    uint64_t lost[TSN_REASON_COUNT][TSN_CATEGORY_COUNT];
    uint64_t told;
} unit_fates;

static inline unsigned unit_fate_number(const tsn_id *id)
{
    const uint8_t *bytes = id->bytes + 12;
    return (unsigned)bytes[0] << 24 | (unsigned)bytes[1] << 16 | (unsigned)bytes[2] << 8 | bytes[3];
}

static inline void unit_fates_add(unit_fates *fates, const tsn_id *id, const tsn_fate *fate,
                                  tsn_category category, uint64_t quantity)
{
    fates->told++;
    ck_assert_uint_gt(quantity, 0);
    ck_assert(fate->kind > TSN_FATE_NONE && fate->kind <= TSN_FATE_DISCARDED);
    ck_assert(fate->stage >= TSN_FATE_AT_CAPTURE && fate->stage <= TSN_FATE_AT_CLOSE);
    if (fate->kind == TSN_FATE_DISCARDED) {
        fates->lost[fate->reason][category] += quantity;
    } else {
        fates->reached[fate->kind][category] += quantity;
    }
    if (tsn_id_is_zero(id) || category != TSN_CATEGORY_ERROR) return;
    unsigned number = unit_fate_number(id);
    ck_assert_uint_lt(number, UNIT_FATES_MAX);
    const tsn_fate *last = &fates->last[number];
    ck_assert_msg(fates->ends[number] == 0, "%u had its end, %d at %d for %d, and now %d at %d",
                  number, (int)last->kind, (int)last->stage, (int)last->reason, (int)fate->kind,
                  (int)fate->stage);
    fates->ends[number] += fate->kind >= TSN_FATE_DELIVERED;
    fates->last[number] = *fate;
}

static inline void unit_fates_note(void *user, const tsn_id *id, const tsn_fate *fate,
                                   tsn_category category, uint64_t quantity)
{
    unit_fates *fates = user;
    tsn_mutex_lock(&fates->lock);
    unit_fates_add(fates, id, fate, category, quantity);
    tsn_mutex_unlock(&fates->lock);
}

static inline unit_fates *unit_fates_begin(void)
{
    static unit_fates fates;
    memset(&fates, 0, sizeof fates);
    tsn_mutex_init(&fates.lock, TSN_RANK_LEAF);
    tsn_fate_set_hook(unit_fates_note, &fates);
    return &fates;
}

/* What was told of all that came to an end is what the ledger has. */
static inline void unit_fates_expect(const unit_fates *fates, tsn_outbox *outbox)
{
    const tsn_client_report *lost = &outbox->ledger.counts.discarded;
    for (tsn_category i = 0; i < TSN_CATEGORY_COUNT; i++) {
        ck_assert_uint_eq(fates->reached[TSN_FATE_DELIVERED][i],
                          unit_count(outbox, TSN_STAGE_DELIVERED, i));
        ck_assert_uint_eq(fates->reached[TSN_FATE_REFUSED_429][i],
                          unit_count(outbox, TSN_STAGE_REFUSED_429, i));
        for (size_t reason = 0; reason < TSN_REASON_COUNT; reason++) {
            uint64_t counted = tsn_client_report_count(lost, (tsn_reason)reason, i);
            if (fates->lost[reason][i] == counted) continue; /* an assertion costs a write */
            ck_assert_uint_eq(fates->lost[reason][i], counted);
        }
    }
}

/* Once nothing is in memory any more: each of these has a fate, and one alone. */
static inline void unit_fates_expect_all(const unit_fates *fates, tsn_outbox *outbox,
                                         const bool *is_captured, unsigned count)
{
    uint64_t spooled = 0;
    unit_fates_expect(fates, outbox);
    for (unsigned i = 0; i < count; i++) {
        bool is_spooled = fates->last[i].kind == TSN_FATE_SPOOLED;
        ck_assert_msg(fates->ends[i] + is_spooled == is_captured[i], "%u: last %d, %u ends", i,
                      (int)fates->last[i].kind, fates->ends[i]);
        spooled += is_spooled;
    }
    ck_assert_uint_eq(spooled, unit_count(outbox, TSN_STAGE_SPOOLED, TSN_CATEGORY_ERROR));
}

#endif
