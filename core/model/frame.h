/* One frame of a stack trace (P-21, the table of frame keys). Pure. */
#ifndef TSN_MODEL_FRAME_H
#define TSN_MODEL_FRAME_H

#include "model/shape.h"

/* Whether it says where it is: a function, a file name or an address. */
bool tsn_frame_is_usable(tsn_slice frame);
/* Appends a usable frame. `in_app` is always there: the frame's own, else false if the code lies in
 * a directory of the system (the library's path if given, else the file's) and true if not. */
void tsn_frame_write(tsn_slice frame, const tsn_cuts *cuts, tsn_buf *out);

#endif
