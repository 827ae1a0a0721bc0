/* Counters in a fixed table, so that counting a loss needs no memory. Writing moves what it wrote
 * into a second table: if the envelope that carries the item fails, that table is merged back and
 * nothing is lost or counted twice. */
#include "wire/client_report.h"

#include <string.h>

#include "base/house.h"
#include "data/json_normal.h"
#include "data/json_text.h"
#include "data/json_walk.h"
#include "data/limits.h"
#include "data/stamp.h"

#define ITEM_END "]}"

static void add_up(uint64_t *count, uint64_t quantity)
{
    *count = *count > UINT64_MAX - quantity ? UINT64_MAX : *count + quantity;
}

static void use(tsn_client_report *report)
{
    if (report->is_used) return;
    memset(report->counts, 0, sizeof report->counts);
    report->is_used = true;
}

void tsn_client_report_add(tsn_client_report *report, tsn_reason reason, tsn_category category,
                           uint64_t quantity)
{
    TSN_ASSERT((unsigned)reason < TSN_REASON_COUNT && (unsigned)category < TSN_CATEGORY_COUNT);
    if (category == TSN_CATEGORY_INTERNAL) return;
    use(report);
    add_up(&report->counts[reason][category], quantity);
}

void tsn_client_report_merge(tsn_client_report *report, const tsn_client_report *from)
{
    if (!from->is_used) return;
    use(report);
    for (size_t i = 0; i < TSN_REASON_COUNT; i++) {
        for (size_t j = 0; j < TSN_CATEGORY_COUNT; j++) {
            add_up(&report->counts[i][j], from->counts[i][j]);
        }
    }
}

void tsn_client_report_subtract(tsn_client_report *report, const tsn_client_report *from)
{
    if (!from->is_used || !report->is_used) return;
    for (size_t i = 0; i < TSN_REASON_COUNT; i++) {
        for (size_t j = 0; j < TSN_CATEGORY_COUNT; j++) {
            uint64_t *count = &report->counts[i][j];
            uint64_t quantity = from->counts[i][j];
            *count -= quantity < *count ? quantity : *count;
        }
    }
}

void tsn_client_report_take(tsn_client_report *report, tsn_client_report *taken)
{
    *taken = *report;
    report->is_used = false;
}

bool tsn_client_report_empty(const tsn_client_report *report)
{
    if (!report->is_used) return true;
    for (size_t i = 0; i < TSN_REASON_COUNT; i++) {
        for (size_t j = 0; j < TSN_CATEGORY_COUNT; j++) {
            if (report->counts[i][j] > 0) return false;
        }
    }
    return true;
}

uint64_t tsn_client_report_total(const tsn_client_report *report, tsn_category category)
{
    TSN_ASSERT((unsigned)category < TSN_CATEGORY_COUNT);
    uint64_t total = 0;
    for (size_t i = 0; i < TSN_REASON_COUNT; i++) {
        add_up(&total, tsn_client_report_count(report, (tsn_reason)i, category));
    }
    return total;
}

static void append_count(tsn_buf *out, tsn_reason reason, tsn_category category, uint64_t quantity)
{
    tsn_json_append_comma(out);
    TSN_BUF_LIT(out, "{\"reason\":\"");
    tsn_buf_slice(out, tsn_reason_name(reason));
    TSN_BUF_LIT(out, "\",\"category\":\"");
    tsn_buf_slice(out, tsn_category_name(category));
    TSN_BUF_LIT(out, "\",\"quantity\":");
    tsn_buf_u64(out, quantity);
    tsn_buf_byte(out, '}');
}

/* Moves one counter from `report` into text and `written`, unless it would make the text longer
 * than `end`. */
static void write_count(tsn_client_report *report, size_t i, size_t j, size_t end, tsn_buf *out,
                        tsn_client_report *written)
{
    uint64_t quantity = report->counts[i][j];
    size_t before = out->len;
    if (quantity == 0) return;
    append_count(out, (tsn_reason)i, (tsn_category)j, quantity);
    if (out->len + sizeof ITEM_END - 1 > end) {
        tsn_buf_truncate(out, before);
        return;
    }
    tsn_client_report_add(written, (tsn_reason)i, (tsn_category)j, quantity);
    report->counts[i][j] = 0;
}

void tsn_client_report_write(tsn_client_report *report, int64_t now_us, tsn_buf *out,
                             tsn_client_report *written)
{
    size_t end = out->len + TSN_CLIENT_REPORT_SIZE_MAX;
    tsn_client_report_init(written);
    if (tsn_client_report_empty(report)) return;
    TSN_BUF_LIT(out, "{\"timestamp\":\"");
    tsn_stamp_append_ms(out, now_us);
    TSN_BUF_LIT(out, "\",\"discarded_events\":[");
    for (size_t i = 0; i < TSN_REASON_COUNT; i++) {
        for (size_t j = 0; j < TSN_CATEGORY_COUNT; j++) {
            write_count(report, i, j, end, out, written);
        }
    }
    TSN_BUF_LIT(out, ITEM_END);
    if (!out->failed) return;
    tsn_client_report_merge(report, written);
    tsn_client_report_init(written);
}

static void read_count(tsn_client_report *report, tsn_slice entry)
{
    tsn_reason reason;
    tsn_category category;
    int64_t quantity;
    tsn_slice reason_name = tsn_json_string_body(tsn_json_get(entry, TSN_LIT("reason")));
    tsn_slice category_name = tsn_json_string_body(tsn_json_get(entry, TSN_LIT("category")));
    if (!tsn_reason_find(reason_name, &reason)) return;
    if (!tsn_category_find(category_name, &category)) return;
    if (!tsn_json_to_i64(tsn_json_get(entry, TSN_LIT("quantity")), &quantity)) return;
    if (quantity > 0) tsn_client_report_add(report, reason, category, (uint64_t)quantity);
}

tocsin_status tsn_client_report_read(tsn_client_report *report, tsn_slice json)
{
    tsn_buf canonical = TSN_BUF_EMPTY;
    tocsin_status st =
        tsn_json_normalise(json, TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, &canonical, NULL);
    if (st != TOCSIN_OK) goto done;
    tsn_slice events = tsn_json_get(tsn_buf_view(&canonical), TSN_LIT("discarded_events"));
    tsn_json_walk walk = tsn_json_walk_of(events);
    tsn_slice key;
    tsn_slice entry;
    while (tsn_json_next(&walk, &key, &entry)) read_count(report, entry);
done:
    tsn_buf_fini(&canonical);
    return st;
}
