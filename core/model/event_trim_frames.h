/* What the ladder of P-3 takes from stack traces. Pure text to text; private to event_trim. */
#ifndef TSN_MODEL_EVENT_TRIM_FRAMES_H
#define TSN_MODEL_EVENT_TRIM_FRAMES_H

#include "base/buf.h"
#include "base/slice.h"

/* Appends an array of frames without something. */
typedef void tsn_trim_frames_fn(tsn_slice frames, tsn_buf *out);

tsn_trim_frames_fn tsn_trim_frames_vars;
tsn_trim_frames_fn tsn_trim_frames_source;
tsn_trim_frames_fn tsn_trim_frames_middle; /* 25 outermost and 25 innermost stay */

/* Copies `exception` or `threads` with each array of frames in it put through `trim`. */
void tsn_trim_stacks(tsn_slice value, tsn_trim_frames_fn *trim, tsn_buf *out);

#endif
