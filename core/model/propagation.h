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

/* The draw in [from, to), in millionths; `from` if that is empty. */
uint32_t tsn_propagation_draw(const uint8_t random[TSN_PROPAGATION_RANDOM], uint32_t from,
                              uint32_t to);
/* "0.123456", with its quotes. */
void tsn_propagation_append_draw(tsn_buf *out, uint32_t millionths);

/* A new trace; NULL: no memory. */
tsn_propagation *tsn_propagation_new(const uint8_t random[TSN_PROPAGATION_RANDOM]);
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

/* The sampling context that goes out, as an object of texts: of a continued trace what came in, of
 * an own one the client's part. False, nothing appended: an own one without public key. */
bool tsn_propagation_append_members(const tsn_propagation *propagation,
                                    const tsn_dsc_source *source, tsn_buf *out);
/* The `trace` envelope header (T-23, T-25). False, nothing appended: there is
 * no public key (or an incoming context lacks trace_id or public_key). */
bool tsn_propagation_append_dsc(const tsn_propagation *propagation, const tsn_dsc_source *source,
                                tsn_buf *out);

#endif
