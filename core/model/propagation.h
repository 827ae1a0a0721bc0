/* The trace that a tree of scopes is in: ids, the parent's decision, and the incoming dynamic
 * sampling context (T-10). Immutable, counted. */
#ifndef TSN_MODEL_PROPAGATION_H
#define TSN_MODEL_PROPAGATION_H

#include "base/buf.h"
#include "base/rc.h"
#include "data/fragment.h"
#include "data/ids.h"

typedef struct tsn_propagation {
    tsn_rc rc;
    tsn_id trace_id;
    tsn_span_id span_id;
    tsn_span_id parent_span_id; /* all zero: none */
    int8_t parent_sampled;      /* 1, 0, or -1: undecided */
    uint32_t sample_rand;       /* millionths (T-22) */
    tsn_fragment *dsc;          /* object, members of an incoming trace; NULL: own trace */
} tsn_propagation;

#define TSN_PROPAGATION_RANDOM 32 /* bytes */

/* A new trace; NULL: no memory. */
tsn_propagation *tsn_propagation_new(const uint8_t random[TSN_PROPAGATION_RANDOM]);
/* The trace of incoming `sentry-trace` and `baggage` header values (T-1, T-2, T-22, T-24).
 * TOCSIN_OK; TOCSIN_DISABLED: the header is absent or unusable, `*out` is NULL; TOCSIN_E_NOMEM. */
tocsin_status tsn_propagation_continue(tsn_slice sentry_trace, tsn_slice baggage,
                                       const uint8_t random[TSN_PROPAGATION_RANDOM],
                                       tsn_propagation **out);
/* NULL is allowed. */
tsn_propagation *tsn_propagation_retain(tsn_propagation *propagation);
void tsn_propagation_release(tsn_propagation *propagation);

/* {"trace_id":..,"span_id":..[,"parent_span_id":..]} */
void tsn_propagation_append_context(const tsn_propagation *propagation, tsn_buf *out);

/* What the client adds to an own trace's sampling context; canonical JSON strings, absent ones are
 * left out. */
typedef struct tsn_dsc_source {
    tsn_slice public_key;
    tsn_slice release;
    tsn_slice environment;
    tsn_slice org_id;
} tsn_dsc_source;

/* The `trace` envelope header as an object of texts (T-23, T-25). False, nothing appended: there is
 * no public key (or an incoming context lacks trace_id or public_key). */
bool tsn_propagation_append_dsc(const tsn_propagation *propagation, const tsn_dsc_source *source,
                                tsn_buf *out);

#endif
