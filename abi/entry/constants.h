/* The public constants by name. */
#ifndef TSN_ENTRY_CONSTANTS_H
#define TSN_ENTRY_CONSTANTS_H

#include "base/slice.h"

/* The number of the constant `name`, or TOCSIN_E_UNKNOWN. */
int64_t tsn_constant_find(tsn_slice name);

#endif
