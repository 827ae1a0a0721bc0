/* Exceptions as the protocol wants them: a list of values, oldest cause first, the raised one last,
 * each with a mechanism, tied together by ids (P-10, P-11, P-13). Canonical JSON in and out. Pure.
 */
#ifndef TSN_MODEL_EXCEPTION_H
#define TSN_MODEL_EXCEPTION_H

#include "model/shape.h"

/* The values of an exception given in any of its forms: one value, a list, {"values":[..]}. At most
 * the last TSN_EXCEPTIONS_MAX of those that have a text type or value. */
typedef struct tsn_exceptions {
    tsn_slice values[TSN_EXCEPTIONS_MAX];
    size_t count;
    bool has_unusable; /* one was neither */
} tsn_exceptions;

void tsn_exceptions_find(tsn_slice exception, tsn_exceptions *found);
/* The raised one's value; absent: there is none. */
tsn_slice tsn_exceptions_raised(tsn_slice exception);
/* Appends {"values":[..]}. `frames` is an array for the raised value if it has no frames of its
 * own, or absent. False: nothing to write. */
bool tsn_exceptions_write(const tsn_exceptions *exceptions, tsn_slice frames, const tsn_cuts *cuts,
                          tsn_buf *out);

#endif
