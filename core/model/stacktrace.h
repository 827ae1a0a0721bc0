/* Stack traces of exceptions and threads: frames, outermost call first, crash site last (P-20 to
 * P-22). Pure. */
#ifndef TSN_MODEL_STACKTRACE_H
#define TSN_MODEL_STACKTRACE_H

#include "model/shape.h"

/* A tsn_shape_fn. `value` is {"frames":[..],..} or the array of frames alone; what is appended is
 * always the object. Frames without function, file name and address are left out; of too many the
 * middle ones go. False: no frame is left. */
bool tsn_stacktrace_write(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out);
/* Copies an array of frames with at most `outer` of the first and `inner` of the last ones, as they
 * are. */
void tsn_stacktrace_copy_ends(tsn_slice frames, size_t outer, size_t inner, tsn_buf *out);

#endif
