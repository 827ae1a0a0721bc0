/* What leaves an envelope unsent, and how that is counted. Pure; whoever shares the report locks
 * it, or passes one of its own and merges. */
#ifndef TSN_WIRE_ENVELOPE_LOSS_H
#define TSN_WIRE_ENVELOPE_LOSS_H

#include "wire/client_report.h"
#include "wire/envelope.h"
#include "wire/ratelimit.h"

/* Counts every item as lost for `reason`. A report riding along is not counted: its numbers are its
 * owner's to give back; nor is a session. */
void tsn_envelope_count_lost(const tsn_envelope *envelope, tsn_reason reason,
                             tsn_client_report *report);
/* Takes out and counts (`ratelimit_backoff`) the items that are limited now; attachments go with
 * their event (R-6, H-13). False: nothing is left that should be sent. */
bool tsn_envelope_drop_limited(tsn_envelope *envelope, const tsn_ratelimit *limits, int64_t now_ms,
                               tsn_client_report *report);
/* Takes out and counts (`invalid`) attachments, last to first, until the items fit into `max`
 * bytes. False: they do not fit even so. */
bool tsn_envelope_drop_oversize(tsn_envelope *envelope, size_t max, tsn_client_report *report);

#endif
