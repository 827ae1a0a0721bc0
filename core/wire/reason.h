/* Why something was discarded, in the words of client reports. Pure, any thread. */
#ifndef TSN_WIRE_REASON_H
#define TSN_WIRE_REASON_H

#include "base/slice.h"

typedef enum tsn_reason {
    TSN_REASON_QUEUE_OVERFLOW,
    TSN_REASON_CACHE_OVERFLOW,
    TSN_REASON_BUFFER_OVERFLOW,
    TSN_REASON_RATELIMIT_BACKOFF,
    TSN_REASON_NETWORK_ERROR,
    TSN_REASON_SAMPLE_RATE,
    TSN_REASON_BEFORE_SEND,
    TSN_REASON_EVENT_PROCESSOR,
    TSN_REASON_SEND_ERROR,
    TSN_REASON_INTERNAL_SDK_ERROR,
    TSN_REASON_BACKPRESSURE,
    TSN_REASON_IGNORED,
    TSN_REASON_INVALID,
    TSN_REASON_INSUFFICIENT_DATA,
    TSN_REASON_COUNT
} tsn_reason;

/* Its name on the wire; static text. */
tsn_slice tsn_reason_name(tsn_reason reason);
/* False: no reason of that name; `*reason` untouched. */
bool tsn_reason_find(tsn_slice name, tsn_reason *reason);

#endif
