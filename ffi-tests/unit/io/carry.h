/* An outbox whose parcels the test carries itself. */
#ifndef TSN_UNIT_IO_CARRY_H
#define TSN_UNIT_IO_CARRY_H

#include "base/rand.h"
#include "case.h"

/* Chance that always says nearly one: a backoff takes as long as it can. */
static inline void longest(void *out, size_t len)
{
    memset(out, 0xff, len);
}

static inline tsn_outbox *outbox_with(const tsn_outbox_config *config)
{
    static tsn_outbox outbox;
    unit_stop_clock();
    tsn_rand_set_source(longest);
    tsn_outbox_init(&outbox, config);
    return &outbox;
}

static inline tsn_outbox *outbox_new(void)
{
    tsn_outbox_config config = unit_outbox_config();
    return outbox_with(&config);
}

static inline void answer_with(tsn_outbox *outbox, tsn_parcel *parcel, int status, const char *name,
                               const char *value)
{
    tsn_response response = TSN_RESPONSE_EMPTY;
    tsn_answer answer = {&response, true, "nothing there"};
    ck_assert_ptr_nonnull(parcel);
    tsn_response_set_status(&response, status);
    if (name != NULL) tsn_response_set_header(&response, unit_slice(name), unit_slice(value));
    tsn_outbox_complete(outbox, parcel, &answer);
    tsn_response_fini(&response);
    unit_expect_identity(outbox);
}

static inline void answer(tsn_outbox *outbox, tsn_parcel *parcel, int status)
{
    answer_with(outbox, parcel, status, NULL, NULL);
}

/* No answer, and not a byte had left. */
static inline void refuse(tsn_outbox *outbox, tsn_parcel *parcel)
{
    tsn_response response = TSN_RESPONSE_EMPTY;
    tsn_answer nothing = {&response, false, "refused"};
    tsn_outbox_complete(outbox, parcel, &nothing);
    unit_expect_identity(outbox);
}

static inline unsigned number_of(const tsn_parcel *parcel)
{
    ck_assert_ptr_nonnull(parcel);
    ck_assert_ptr_nonnull(parcel->record);
    const uint8_t *bytes = parcel->record->id.bytes + 12;
    return (unsigned)bytes[0] << 24 | (unsigned)bytes[1] << 16 | (unsigned)bytes[2] << 8 | bytes[3];
}

static inline void capture(tsn_outbox *outbox, unsigned first, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        ck_assert_int_eq(tsn_outbox_push(outbox, unit_record(first + i)), TOCSIN_OK);
    }
}

static inline void lose_one(tsn_outbox *outbox)
{
    tsn_ledger_capture(&outbox->ledger, TSN_CATEGORY_ERROR, 1);
    tsn_outbox_discard(outbox, NULL, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR, 1);
}

static inline bool has_report(const tsn_parcel *parcel)
{
    const tsn_envelope *envelope = &parcel->envelope;
    return envelope->items[envelope->item_count - 1].category == TSN_CATEGORY_INTERNAL;
}

#endif
