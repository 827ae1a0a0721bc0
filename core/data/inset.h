/* Texts that stand inside another one without having been copied there: the breadcrumbs of an event
 * are most of it and lie side by side in their ring, so the event is written around them. The text
 * is complete JSON without them too. Borrowed from whoever holds them. */
#ifndef TSN_DATA_INSET_H
#define TSN_DATA_INSET_H

#include "base/slice.h"

#define TSN_INSET_RUNS_MAX 10 /* of a usual ring, which has 100 crumbs in chunks of 16 */

typedef struct tsn_inset {
    size_t at;    /* where in the text they stand */
    size_t len;   /* bytes of all */
    size_t count; /* 0: none; then the rest means nothing */
    tsn_slice runs[TSN_INSET_RUNS_MAX];
} tsn_inset;

#endif
