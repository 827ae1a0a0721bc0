/* What the io tests share: records of any size, a clock that the test moves, statistics read back.
 */
#ifndef TSN_UNIT_IO_CASE_H
#define TSN_UNIT_IO_CASE_H

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "io/outbox.h"
#include "model/record.h"
#include "support.h"

/* Time stands still unless the test moves it. */
static _Atomic int64_t unit_now_ms = 1000000;

static inline int64_t unit_mono_ms(void)
{
    return atomic_load(&unit_now_ms);
}

static inline int64_t unit_wall_us(void)
{
    return INT64_C(1793611800250000) + (atomic_load(&unit_now_ms) - 1000000) * 1000;
}

static inline void unit_stop_clock(void)
{
    static const tsn_clock_source source = {unit_wall_us, unit_mono_ms};
    atomic_store(&unit_now_ms, 1000000);
    tsn_clock_set_source(&source);
}

static inline void unit_pass(int64_t ms)
{
    atomic_fetch_add(&unit_now_ms, ms);
}

/* An event whose text is {"n":<number>}; its id is the number too. */
static inline tsn_record *unit_record(unsigned number)
{
    char text[32];
    tsn_record *record = tsn_record_new();
    ck_assert_ptr_nonnull(record);
    snprintf(text, sizeof text, "{\"n\":%u}", number);
    record->body = tsn_fragment_new(unit_slice(text));
    record->is_final = true;
    record->id.bytes[0] = 1;
    for (int i = 0; i < 4; i++) record->id.bytes[12 + i] = (uint8_t)(number >> (24 - 8 * i));
    return record;
}

static inline void unit_attach(tsn_record *record, const char *bytes)
{
    tsn_attachment *attachment = NULL;
    ck_assert_int_eq(
        tsn_attachment_new(unit_slice(bytes), unit_slice("{\"filename\":\"a.txt\"}"), &attachment),
        TOCSIN_OK);
    ck_assert_int_eq(tsn_plist_take_append(&record->attachments, &tsn_attachment_kind, attachment),
                     TOCSIN_OK);
}

static inline const tsn_event_config *unit_event_config(void)
{
    static const tsn_event_config config = {
        .max_breadcrumbs = 100,
        .max_stack_frames = 100,
    };
    return &config;
}

static inline tsn_outbox_config unit_outbox_config(void)
{
    return (tsn_outbox_config){
        .max_items = 1000,
        .max_bytes = (size_t)1 << 20,
        .max_in_flight = 4,
        .sends_reports = true,
        .packing = {.event = unit_event_config(),
                    .identity = TSN_LIT("\"sdk\":{\"name\":\"t\",\"version\":\"1\"}")},
    };
}

/* captured = everything that has become of it, in every category. */
static inline void unit_expect_identity(tsn_outbox *outbox)
{
    tsn_ledger_counts counts;
    tsn_outbox_lock(outbox);
    tsn_ledger_read(&outbox->ledger, &counts);
    tsn_mutex_unlock(&outbox->lock);
    for (tsn_category i = 0; i < TSN_CATEGORY_COUNT; i++) {
        uint64_t sum = tsn_client_report_total(&counts.discarded, i);
        for (int stage = 0; stage < TSN_STAGE_COUNT; stage++) sum += counts.at[stage][i];
        ck_assert_msg(sum == counts.captured[i], "category %d: %llu captured, %llu accounted for",
                      (int)i, (unsigned long long)counts.captured[i], (unsigned long long)sum);
    }
}

static inline uint64_t unit_count(tsn_outbox *outbox, tsn_stage stage, tsn_category category)
{
    tsn_outbox_lock(outbox);
    uint64_t count = outbox->ledger.counts.at[stage][category];
    tsn_mutex_unlock(&outbox->lock);
    return count;
}

static inline uint64_t unit_lost(tsn_outbox *outbox, tsn_reason reason, tsn_category category)
{
    tsn_outbox_lock(outbox);
    uint64_t count = outbox->ledger.counts.discarded.counts[reason][category];
    tsn_mutex_unlock(&outbox->lock);
    return count;
}

#endif
