/* The threads of an event (P-30). Canonical JSON in and out. Pure. */
#ifndef TSN_MODEL_THREADS_H
#define TSN_MODEL_THREADS_H

#include "model/shape.h"

/* Appends {"values":[..]} of a list or {"values":[..]}. The stack of the crashed thread is left out
 * if an exception of that thread has it; at most one thread is crashed and one current. `exception`
 * may be absent. False: nothing to write. */
bool tsn_threads_write(tsn_slice threads, tsn_slice exception, const tsn_cuts *cuts, tsn_buf *out);

#endif
