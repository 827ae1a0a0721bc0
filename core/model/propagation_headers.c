/* Ids and decision are written as they are held; only the baggage is worked out, by
 * baggage_write.c. */
#include "model/propagation_headers.h"

#include "model/baggage.h"

static void append_ids(const tsn_propagation *propagation, tsn_buf *out)
{
    tsn_id_append(out, &propagation->trace_id);
    tsn_buf_byte(out, '-');
    tsn_span_id_append(out, &propagation->span_id);
}

void tsn_propagation_append_sentry_trace(const tsn_propagation *propagation, tsn_buf *out)
{
    append_ids(propagation, out);
    if (propagation->parent_sampled == 1) TSN_BUF_LIT(out, "-1");
    if (propagation->parent_sampled == 0) TSN_BUF_LIT(out, "-0");
}

void tsn_propagation_append_traceparent(const tsn_propagation *propagation, tsn_buf *out)
{
    TSN_BUF_LIT(out, "00-");
    append_ids(propagation, out);
    tsn_buf_slice(out, propagation->parent_sampled == 1 ? TSN_LIT("-01") : TSN_LIT("-00"));
}

tocsin_status tsn_propagation_append_baggage(const tsn_propagation *propagation,
                                             const tsn_dsc_source *source, tsn_slice own,
                                             tsn_buf *out)
{
    tsn_buf members = TSN_BUF_EMPTY;
    tsn_propagation_append_members(propagation, source, &members);
    tocsin_status st = tsn_buf_status(&members);
    if (st >= 0) st = tsn_baggage_append(out, own, tsn_buf_view(&members));
    tsn_buf_fini(&members);
    return st;
}
