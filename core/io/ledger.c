/* Every quantity stands in exactly one column and is moved from one to the next; what is lost is
 * also put down for the next report. Only the count of captures stands outside the lock, since it
 * is the one that every caller touches. */
#include "io/ledger.h"

#include <string.h>

#include "base/house.h"

TSN_APART tsn_load tsn_load_of(const tsn_record *record)
{
    tsn_load load = {0, 0};
    if (record->is_sampled_out) return load;
    load.errors = 1;
    size_t count = tsn_plist_count(record->attachments);
    for (size_t i = 0; i < count; i++) {
        const tsn_attachment *attachment = tsn_plist_at(record->attachments, i);
        size_t len = tsn_fragment_slice(attachment->bytes).len;
        load.attachments += len > 0 ? len : 1;
    }
    return load;
}

void tsn_ledger_init(tsn_ledger *ledger, bool keeps_pending)
{
    memset(ledger, 0, sizeof *ledger);
    ledger->keeps_pending = keeps_pending;
}

void tsn_ledger_capture(tsn_ledger *ledger, tsn_category category, uint64_t quantity)
{
    TSN_ASSERT((unsigned)category < TSN_CATEGORY_COUNT);
    atomic_fetch_add_explicit(&ledger->captured[category], quantity, memory_order_relaxed);
}

static void leave(tsn_ledger *ledger, tsn_stage stage, const tsn_load *load)
{
    uint64_t *at = ledger->counts.at[stage];
    TSN_ASSERT(at[TSN_CATEGORY_ERROR] >= load->errors);
    TSN_ASSERT(at[TSN_CATEGORY_ATTACHMENT] >= load->attachments);
    at[TSN_CATEGORY_ERROR] -= load->errors;
    at[TSN_CATEGORY_ATTACHMENT] -= load->attachments;
}

void tsn_ledger_enter(tsn_ledger *ledger, tsn_stage stage, const tsn_load *load)
{
    ledger->counts.at[stage][TSN_CATEGORY_ERROR] += load->errors;
    ledger->counts.at[stage][TSN_CATEGORY_ATTACHMENT] += load->attachments;
}

void tsn_ledger_move(tsn_ledger *ledger, tsn_stage from, tsn_stage to, const tsn_load *load)
{
    leave(ledger, from, load);
    tsn_ledger_enter(ledger, to, load);
}

void tsn_ledger_find(tsn_ledger *ledger, const tsn_load *load)
{
    tsn_ledger_capture(ledger, TSN_CATEGORY_ERROR, load->errors);
    tsn_ledger_capture(ledger, TSN_CATEGORY_ATTACHMENT, load->attachments);
    tsn_ledger_enter(ledger, TSN_STAGE_SPOOLED, load);
}

void tsn_ledger_discard(tsn_ledger *ledger, tsn_reason reason, tsn_category category,
                        uint64_t quantity)
{
    if (quantity == 0) return;
    tsn_client_report_add(&ledger->counts.discarded, reason, category, quantity);
    if (!ledger->keeps_pending) return;
    tsn_client_report_add(&ledger->pending, reason, category, quantity);
    ledger->has_pending = true;
    ledger->turn++;
}

void tsn_ledger_discard_load(tsn_ledger *ledger, tsn_reason reason, const tsn_load *load)
{
    tsn_ledger_discard(ledger, reason, TSN_CATEGORY_ERROR, load->errors);
    tsn_ledger_discard(ledger, reason, TSN_CATEGORY_ATTACHMENT, load->attachments);
}

void tsn_ledger_lose(tsn_ledger *ledger, tsn_stage from, tsn_reason reason, const tsn_load *load)
{
    leave(ledger, from, load);
    tsn_ledger_discard_load(ledger, reason, load);
}

void tsn_ledger_lose_counted(tsn_ledger *ledger, const tsn_client_report *lost)
{
    if (tsn_client_report_empty(lost)) return;
    for (size_t i = 0; i < TSN_REASON_COUNT; i++) {
        tsn_load load = {
            tsn_client_report_count(lost, (tsn_reason)i, TSN_CATEGORY_ERROR),
            tsn_client_report_count(lost, (tsn_reason)i, TSN_CATEGORY_ATTACHMENT),
        };
        tsn_ledger_lose(ledger, TSN_STAGE_IN_FLIGHT, (tsn_reason)i, &load);
    }
}

void tsn_ledger_take_pending(tsn_ledger *ledger, tsn_client_report *taken)
{
    tsn_client_report_take(&ledger->pending, taken);
    tsn_client_report_merge(&ledger->under_way, taken);
    ledger->has_pending = false;
}

void tsn_ledger_end_report(tsn_ledger *ledger, const tsn_client_report *report)
{
    if (tsn_client_report_empty(report)) return;
    tsn_client_report_subtract(&ledger->under_way, report);
    ledger->turn++;
}

void tsn_ledger_give_back(tsn_ledger *ledger, const tsn_client_report *report)
{
    if (!ledger->keeps_pending || tsn_client_report_empty(report)) return;
    tsn_client_report_merge(&ledger->pending, report);
    ledger->has_pending = true;
    ledger->turn++;
}

void tsn_ledger_read_untold(const tsn_ledger *ledger, tsn_client_report *untold)
{
    *untold = ledger->pending;
    tsn_client_report_merge(untold, &ledger->under_way);
}

void tsn_ledger_read(const tsn_ledger *ledger, tsn_ledger_counts *counts)
{
    *counts = ledger->counts;
    for (size_t i = 0; i < TSN_CATEGORY_COUNT; i++) {
        counts->captured[i] = atomic_load_explicit(&ledger->captured[i], memory_order_relaxed);
    }
}

static bool has_any(const tsn_ledger_counts *counts, tsn_category category)
{
    uint64_t any = counts->captured[category];
    for (size_t i = 0; i < TSN_STAGE_COUNT; i++) any |= counts->at[i][category];
    return any > 0 || tsn_client_report_total(&counts->discarded, category) > 0;
}

static void write_count(tsn_buf *out, tsn_slice member, uint64_t count)
{
    tsn_buf_slice(out, member);
    tsn_buf_u64(out, count);
}

static void write_discarded(const tsn_ledger_counts *counts, tsn_category category, tsn_buf *out)
{
    bool is_first = true;
    TSN_BUF_LIT(out, ",\"discarded\":{");
    for (size_t i = 0; i < TSN_REASON_COUNT; i++) {
        uint64_t count = tsn_client_report_count(&counts->discarded, (tsn_reason)i, category);
        if (count == 0) continue;
        if (!is_first) tsn_buf_byte(out, ',');
        is_first = false;
        tsn_buf_byte(out, '"');
        tsn_buf_slice(out, tsn_reason_name((tsn_reason)i));
        write_count(out, TSN_LIT("\":"), count);
    }
    tsn_buf_byte(out, '}');
}

static void write_category(const tsn_ledger_counts *counts, tsn_category category, tsn_buf *out)
{
    tsn_buf_byte(out, '"');
    tsn_buf_slice(out, tsn_category_name(category));
    write_count(out, TSN_LIT("\":{\"captured\":"), counts->captured[category]);
    write_count(out, TSN_LIT(",\"delivered\":"), counts->at[TSN_STAGE_DELIVERED][category]);
    write_count(out, TSN_LIT(",\"refused429\":"), counts->at[TSN_STAGE_REFUSED_429][category]);
    write_count(out, TSN_LIT(",\"spooled\":"), counts->at[TSN_STAGE_SPOOLED][category]);
    write_count(out, TSN_LIT(",\"queued\":"), counts->at[TSN_STAGE_QUEUED][category]);
    write_count(out, TSN_LIT(",\"in_flight\":"), counts->at[TSN_STAGE_IN_FLIGHT][category]);
    write_discarded(counts, category, out);
    tsn_buf_byte(out, '}');
}

void tsn_ledger_counts_write(const tsn_ledger_counts *counts, tsn_buf *out)
{
    bool is_first = true;
    tsn_buf_byte(out, '{');
    for (tsn_category i = 0; i < TSN_CATEGORY_COUNT; i++) {
        if (!has_any(counts, i)) continue;
        if (!is_first) tsn_buf_byte(out, ',');
        is_first = false;
        write_category(counts, i, out);
    }
    tsn_buf_byte(out, '}');
}
