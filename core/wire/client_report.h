/* What was lost and why: a table of counters, and the report item made from it (I-17, Q-17). A
 * plain value without a lock: whoever shares one between threads guards it. All zero is an empty
 * table; so is one of tsn_client_report_init, which leaves the counters to whoever counts first. */
#ifndef TSN_WIRE_CLIENT_REPORT_H
#define TSN_WIRE_CLIENT_REPORT_H

#include "base/buf.h"
#include "base/slice.h"
#include "wire/category.h"
#include "wire/reason.h"

typedef struct tsn_client_report {
    bool is_used; /* else the counters mean nothing */
    uint64_t counts[TSN_REASON_COUNT][TSN_CATEGORY_COUNT];
} tsn_client_report;

/* Most tables of one envelope stay empty, and two kilobytes need not be cleared for that. */
static inline void tsn_client_report_init(tsn_client_report *report)
{
    report->is_used = false;
}
/* One counter. */
static inline uint64_t tsn_client_report_count(const tsn_client_report *report, tsn_reason reason,
                                               tsn_category category)
{
    return report->is_used ? report->counts[reason][category] : 0;
}

/* Sums stay at their largest value instead of wrapping. Nothing is counted for
 * TSN_CATEGORY_INTERNAL: a lost report is not reported. */
void tsn_client_report_add(tsn_client_report *report, tsn_reason reason, tsn_category category,
                           uint64_t quantity);
/* Adds all of `from`: how the counts of a report that did not arrive are given back. */
void tsn_client_report_merge(tsn_client_report *report, const tsn_client_report *from);
/* Takes all of `from` off again. */
void tsn_client_report_subtract(tsn_client_report *report, const tsn_client_report *from);
/* Moves everything to `*taken`, whatever it held before, and leaves `report` empty. */
void tsn_client_report_take(tsn_client_report *report, tsn_client_report *taken);
bool tsn_client_report_empty(const tsn_client_report *report);
uint64_t tsn_client_report_total(const tsn_client_report *report, tsn_category category);

/* Appends the payload of one item, at most 4 KiB, and moves what it says from `report` to
 * `*written` (overwritten); what did not fit stays. An empty table appends nothing. Failure is the
 * buffer's; then `report` is as it was and `*written` empty. */
void tsn_client_report_write(tsn_client_report *report, int64_t now_us, tsn_buf *out,
                             tsn_client_report *written);
/* Adds the counts of a payload (any JSON text); unknown reasons and categories are passed over.
 * TOCSIN_OK; TOCSIN_E_JSON, TOCSIN_E_TYPE, TOCSIN_E_DEPTH, TOCSIN_E_SIZE: not a report, nothing
 * added; TOCSIN_E_NOMEM. */
tocsin_status tsn_client_report_read(tsn_client_report *report, tsn_slice json);

#endif
