/* What the heap holds, as a sanitizer's allocator tells it: that one keeps what was freed, so
 * the process as a whole says little. For builds with one only. */
#ifndef PROFILES_HEAP_H
#define PROFILES_HEAP_H

#include <stdint.h>

#define HEAP_VISIBLE __attribute__((visibility("default")))

/* Counts from here on. */
HEAP_VISIBLE void heap_watch(void);
/* Bytes that came since, less those that went. */
HEAP_VISIBLE int64_t heap_in_use(void);
/* The most there were of them. */
HEAP_VISIBLE int64_t heap_peak(void);

#endif
