/* A trace as outgoing header values. Pure. */
#ifndef TSN_MODEL_PROPAGATION_HEADERS_H
#define TSN_MODEL_PROPAGATION_HEADERS_H

#include "model/propagation.h"

/* trace-span, and -1 or -0 if the trace came with a decision (T-11). */
void tsn_propagation_append_sentry_trace(const tsn_propagation *propagation, tsn_buf *out);
/* 00-trace-span-01 or -00 (T-3). */
void tsn_propagation_append_traceparent(const tsn_propagation *propagation, tsn_buf *out);
/* The members of `own`, the request's own header value (may be absent), and ours (T-2, T-24); may
 * be empty. TOCSIN_OK, TOCSIN_E_NOMEM. */
tocsin_status tsn_propagation_append_baggage(const tsn_propagation *propagation,
                                             const tsn_dsc_source *source, tsn_slice own,
                                             tsn_buf *out);

#endif
