/* How much memory there is for the process. The kernel says so where it can; a sanitizer cannot
 * live with its limits, and malloc and its like refuse instead. */
#ifndef SCARCE_SPACE_H
#define SCARCE_SPACE_H

#include <stdbool.h>

/* From here on so many bytes more than are in use; false: that cannot be had. */
bool space_limit(long bytes);
/* As much as the machine has. */
bool space_lift(void);
/* The most that was in use so far, to compare with what it is later: resident bytes, or those of
 * the heap since this was first asked. */
long space_most_used(void);
/* Whether nothing is lost, where there is somebody to ask; else who lost it is told. */
bool space_is_clean(void);

#endif
