/* How an exception came to be captured (P-11, P-12). Pure. */
#ifndef TSN_MODEL_MECHANISM_H
#define TSN_MODEL_MECHANISM_H

#include "model/exception_chain.h"
#include "model/shape.h"

/* Appends the object. `mechanism` may be absent: {"type":"generic","handled":true}. The ids are the
 * link's, whatever it holds itself. */
void tsn_mechanism_write(tsn_slice mechanism, const tsn_exception_link *link, const tsn_cuts *cuts,
                         tsn_buf *out);

#endif
