/* What became of everything that was captured (reliability: the identity). For each category, at
 * any moment at which no call is under way:
 *
 *   captured = delivered + refused429 + discarded + spooled + queued + in flight
 *
 * Not locked, but for tsn_ledger_capture: the outbox's lock guards it. */
#ifndef TSN_IO_LEDGER_H
#define TSN_IO_LEDGER_H

#include "base/buf.h"
#include "model/record.h"
#include "wire/category.h"
#include "wire/client_report.h"

/* What one record counts for: itself, and the bytes of its attachments. All zero: it counts for
 * nothing. */
typedef struct tsn_load {
    uint64_t errors;
    uint64_t attachments;
} tsn_load;

tsn_load tsn_load_of(const tsn_record *record);

/* Where something is between capture and its end. */
typedef enum tsn_stage {
    TSN_STAGE_QUEUED,
    TSN_STAGE_IN_FLIGHT,
    TSN_STAGE_SPOOLED, /* on disk alone */
    TSN_STAGE_DELIVERED,
    TSN_STAGE_REFUSED_429,
    TSN_STAGE_COUNT
} tsn_stage;

typedef struct tsn_ledger_counts {
    uint64_t captured[TSN_CATEGORY_COUNT]; /* filled by tsn_ledger_read alone */
    uint64_t at[TSN_STAGE_COUNT][TSN_CATEGORY_COUNT];
    tsn_client_report discarded;
} tsn_ledger_counts;

typedef struct tsn_ledger {
    _Atomic uint64_t captured[TSN_CATEGORY_COUNT];
    tsn_ledger_counts counts;
    tsn_client_report pending; /* discarded, and not yet told to the server */
    bool has_pending;
    tsn_client_report under_way; /* of `pending`, taken and not yet ended */
    uint32_t turn;               /* moves when the sum of both does */
    bool keeps_pending;          /* reports are to be sent */
} tsn_ledger;

void tsn_ledger_init(tsn_ledger *ledger, bool keeps_pending);
/* Any thread, no lock. */
void tsn_ledger_capture(tsn_ledger *ledger, tsn_category category, uint64_t quantity);
void tsn_ledger_enter(tsn_ledger *ledger, tsn_stage stage, const tsn_load *load);
void tsn_ledger_move(tsn_ledger *ledger, tsn_stage from, tsn_stage to, const tsn_load *load);
/* Found on disk, left there by another run: it counts as captured from here on. */
void tsn_ledger_find(tsn_ledger *ledger, const tsn_load *load);
/* Captured and lost without having been queued. */
void tsn_ledger_discard(tsn_ledger *ledger, tsn_reason reason, tsn_category category,
                        uint64_t quantity);
void tsn_ledger_discard_load(tsn_ledger *ledger, tsn_reason reason, const tsn_load *load);
/* Lost while it was at `from`. */
void tsn_ledger_lose(tsn_ledger *ledger, tsn_stage from, tsn_reason reason, const tsn_load *load);
/* All of `lost` was in flight. */
void tsn_ledger_lose_counted(tsn_ledger *ledger, const tsn_client_report *lost);

/* The counts of the next report, which is under way from now on. */
void tsn_ledger_take_pending(tsn_ledger *ledger, tsn_client_report *taken);
/* It is under way no longer, whether it arrived or not. */
void tsn_ledger_end_report(tsn_ledger *ledger, const tsn_client_report *report);
/* Counts that are still to be told. */
void tsn_ledger_give_back(tsn_ledger *ledger, const tsn_client_report *report);
/* All that the server does not know yet, as far as is known here. */
void tsn_ledger_read_untold(const tsn_ledger *ledger, tsn_client_report *untold);

/* A copy to write from, after the lock is let go. */
void tsn_ledger_read(const tsn_ledger *ledger, tsn_ledger_counts *counts);
/* The `categories` object of the statistics; only categories that have any count. */
void tsn_ledger_counts_write(const tsn_ledger_counts *counts, tsn_buf *out);

#endif
