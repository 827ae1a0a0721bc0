/* A trace made of incoming header values (T-1 to T-3, T-22, T-24, and whose trace is gone on with).
 * Pure. */
#ifndef TSN_MODEL_PROPAGATION_CONTINUE_H
#define TSN_MODEL_PROPAGATION_CONTINUE_H

#include "model/propagation.h"

/* Raw header values; absent: no such header. */
typedef struct tsn_trace_incoming {
    tsn_slice sentry_trace;
    tsn_slice baggage;
    tsn_slice traceparent; /* counts only without sentry_trace */
} tsn_trace_incoming;

typedef struct tsn_trace_rules {
    tsn_slice org_id; /* the client's, a JSON string; absent: not known */
    bool is_strict;   /* an organisation that one side alone names is another one */
} tsn_trace_rules;

/* TOCSIN_OK; TOCSIN_DISABLED: the header is absent or unusable or of another organisation, `*out`
 * is NULL; TOCSIN_E_NOMEM, likewise. */
tocsin_status tsn_propagation_continue(const tsn_trace_incoming *incoming,
                                       const tsn_trace_rules *rules,
                                       const uint8_t random[TSN_PROPAGATION_RANDOM],
                                       tsn_propagation **out);

#endif
