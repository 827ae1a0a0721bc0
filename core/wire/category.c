/* Two tables; everything else is a look-up in them. */
#include "wire/category.h"

#include "base/house.h"

typedef struct item_row {
    tsn_slice type;
    tsn_category category;
} item_row;

#define NAME(text)                                                                                 \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

static const tsn_slice names[TSN_CATEGORY_COUNT] = {
    [TSN_CATEGORY_ERROR] = NAME("error"),
    [TSN_CATEGORY_TRANSACTION] = NAME("transaction"),
    [TSN_CATEGORY_SPAN] = NAME("span"),
    [TSN_CATEGORY_ATTACHMENT] = NAME("attachment"),
    [TSN_CATEGORY_SESSION] = NAME("session"),
    [TSN_CATEGORY_MONITOR] = NAME("monitor"),
    [TSN_CATEGORY_FEEDBACK] = NAME("feedback"),
    [TSN_CATEGORY_LOG_ITEM] = NAME("log_item"),
    [TSN_CATEGORY_LOG_BYTE] = NAME("log_byte"),
    [TSN_CATEGORY_TRACE_METRIC] = NAME("trace_metric"),
    [TSN_CATEGORY_TRACE_METRIC_BYTE] = NAME("trace_metric_byte"),
    [TSN_CATEGORY_PROFILE] = NAME("profile"),
    [TSN_CATEGORY_PROFILE_CHUNK] = NAME("profile_chunk"),
    [TSN_CATEGORY_REPLAY] = NAME("replay"),
    [TSN_CATEGORY_METRIC_BUCKET] = NAME("metric_bucket"),
    [TSN_CATEGORY_INTERNAL] = NAME("internal"),
    [TSN_CATEGORY_DEFAULT] = NAME("default"),
};

static const item_row items[] = {
    {NAME("event"), TSN_CATEGORY_ERROR},
    {NAME("transaction"), TSN_CATEGORY_TRANSACTION},
    {NAME("attachment"), TSN_CATEGORY_ATTACHMENT},
    {NAME("session"), TSN_CATEGORY_SESSION},
    {NAME("sessions"), TSN_CATEGORY_SESSION},
    {NAME("check_in"), TSN_CATEGORY_MONITOR},
    {NAME("feedback"), TSN_CATEGORY_FEEDBACK},
    {NAME("user_report"), TSN_CATEGORY_FEEDBACK},
    {NAME("log"), TSN_CATEGORY_LOG_ITEM},
    {NAME("trace_metric"), TSN_CATEGORY_TRACE_METRIC},
    {NAME("client_report"), TSN_CATEGORY_INTERNAL},
    {NAME("span"), TSN_CATEGORY_SPAN},
    {NAME("profile"), TSN_CATEGORY_PROFILE},
    {NAME("profile_chunk"), TSN_CATEGORY_PROFILE_CHUNK},
    {NAME("replay_event"), TSN_CATEGORY_REPLAY},
    {NAME("replay_recording"), TSN_CATEGORY_REPLAY},
    {NAME("replay_video"), TSN_CATEGORY_REPLAY},
    {NAME("statsd"), TSN_CATEGORY_METRIC_BUCKET},
};

tsn_slice tsn_category_name(tsn_category category)
{
    TSN_ASSERT((unsigned)category < TSN_CATEGORY_COUNT);
    return names[category];
}

bool tsn_category_find(tsn_slice name, tsn_category *category)
{
    for (int i = 0; i < TSN_CATEGORY_COUNT; i++) {
        if (!tsn_slice_equal(name, names[i])) continue;
        *category = (tsn_category)i;
        return true;
    }
    return false;
}

tsn_category tsn_category_of_item(tsn_slice type)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(items); i++) {
        if (tsn_slice_equal(type, items[i].type)) return items[i].category;
    }
    return TSN_CATEGORY_DEFAULT;
}
