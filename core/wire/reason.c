/* One table of names. */
#include "wire/reason.h"

#include "base/house.h"

#define NAME(text)                                                                                 \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

static const tsn_slice names[TSN_REASON_COUNT] = {
    [TSN_REASON_QUEUE_OVERFLOW] = NAME("queue_overflow"),
    [TSN_REASON_CACHE_OVERFLOW] = NAME("cache_overflow"),
    [TSN_REASON_BUFFER_OVERFLOW] = NAME("buffer_overflow"),
    [TSN_REASON_RATELIMIT_BACKOFF] = NAME("ratelimit_backoff"),
    [TSN_REASON_NETWORK_ERROR] = NAME("network_error"),
    [TSN_REASON_SAMPLE_RATE] = NAME("sample_rate"),
    [TSN_REASON_BEFORE_SEND] = NAME("before_send"),
    [TSN_REASON_EVENT_PROCESSOR] = NAME("event_processor"),
    [TSN_REASON_SEND_ERROR] = NAME("send_error"),
    [TSN_REASON_INTERNAL_SDK_ERROR] = NAME("internal_sdk_error"),
    [TSN_REASON_BACKPRESSURE] = NAME("backpressure"),
    [TSN_REASON_IGNORED] = NAME("ignored"),
    [TSN_REASON_INVALID] = NAME("invalid"),
    [TSN_REASON_INSUFFICIENT_DATA] = NAME("insufficient_data"),
};

tsn_slice tsn_reason_name(tsn_reason reason)
{
    TSN_ASSERT((unsigned)reason < TSN_REASON_COUNT);
    return names[reason];
}

bool tsn_reason_find(tsn_slice name, tsn_reason *reason)
{
    for (int i = 0; i < TSN_REASON_COUNT; i++) {
        if (!tsn_slice_equal(name, names[i])) continue;
        *reason = (tsn_reason)i;
        return true;
    }
    return false;
}
