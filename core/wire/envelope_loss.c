/* One walk over the items for each way in which they get lost. */
#include "wire/envelope_loss.h"

#include "base/house.h"

static void count_item(const tsn_envelope_item *item, tsn_reason reason, tsn_client_report *report)
{
    tsn_client_report_add(report, reason, item->category, tsn_envelope_item_quantity(item));
}

void tsn_envelope_count_lost(const tsn_envelope *envelope, tsn_reason reason,
                             tsn_client_report *report)
{
    for (size_t i = 0; i < envelope->item_count; i++) {
        const tsn_envelope_item *item = &envelope->items[i];
        if (item->category != TSN_CATEGORY_SESSION) count_item(item, reason, report);
    }
}

static void drop_item(tsn_envelope *envelope, size_t idx, tsn_reason reason,
                      tsn_client_report *report)
{
    count_item(&envelope->items[idx], reason, report);
    tsn_envelope_remove(envelope, idx, 1);
}

/* What attachments hang on: there is at most one in an envelope (E-6). */
static bool is_carrier(tsn_category category)
{
    return category == TSN_CATEGORY_ERROR || category == TSN_CATEGORY_TRANSACTION ||
           category == TSN_CATEGORY_FEEDBACK;
}

static bool is_carrier_limited(const tsn_envelope *envelope, const tsn_ratelimit *limits,
                               int64_t now_ms)
{
    for (size_t i = 0; i < envelope->item_count; i++) {
        tsn_category category = envelope->items[i].category;
        if (is_carrier(category) && tsn_ratelimit_blocks(limits, category, now_ms)) return true;
    }
    return false;
}

bool tsn_envelope_drop_limited(tsn_envelope *envelope, const tsn_ratelimit *limits, int64_t now_ms,
                               tsn_client_report *report)
{
    bool drops_attachments = is_carrier_limited(envelope, limits, now_ms) ||
                             tsn_ratelimit_blocks(limits, TSN_CATEGORY_ATTACHMENT, now_ms);
    for (size_t i = envelope->item_count; i-- > 0;) {
        tsn_category category = envelope->items[i].category;
        bool is_limited = category == TSN_CATEGORY_ATTACHMENT
                              ? drops_attachments
                              : tsn_ratelimit_blocks(limits, category, now_ms);
        if (is_limited) drop_item(envelope, i, TSN_REASON_RATELIMIT_BACKOFF, report);
    }
    return envelope->item_count > 0;
}

bool tsn_envelope_drop_oversize(tsn_envelope *envelope, size_t max, tsn_client_report *report)
{
    for (size_t i = envelope->item_count; i-- > 0 && tsn_envelope_items_size(envelope) > max;) {
        if (envelope->items[i].category != TSN_CATEGORY_ATTACHMENT) continue;
        drop_item(envelope, i, TSN_REASON_INVALID, report);
    }
    return tsn_envelope_items_size(envelope) <= max;
}
