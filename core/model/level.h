/* Level names and numbers; the numbers are the public TOCSIN_LEVEL_ ones. */
#ifndef TSN_MODEL_LEVEL_H
#define TSN_MODEL_LEVEL_H

#include "base/slice.h"

/* The name; absent for TOCSIN_LEVEL_UNSET and unknown numbers. */
tsn_slice tsn_level_name(int32_t level);
/* The number of an event level's name (debug to fatal); TOCSIN_LEVEL_UNSET if there is none of that
 * name. */
int32_t tsn_level_find(tsn_slice name);
/* Whether an event or scope may have it: debug to fatal. */
bool tsn_level_is_event_level(int32_t level);

#endif
