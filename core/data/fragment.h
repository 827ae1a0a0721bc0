/* An immutable, counted piece of canonical JSON: what a scope holds and what crosses threads. */
#ifndef TSN_DATA_FRAGMENT_H
#define TSN_DATA_FRAGMENT_H

#include "base/buf.h"
#include "base/rc.h"
#include "base/slice.h"

typedef struct tsn_fragment {
    tsn_rc rc;
    uint32_t len;
    char text[];
} tsn_fragment;

/* A copy of `text` with one reference; NULL: no memory. */
tsn_fragment *tsn_fragment_new(tsn_slice text);
/* NULL is allowed and stays NULL. */
tsn_fragment *tsn_fragment_retain(tsn_fragment *fragment);
void tsn_fragment_release(tsn_fragment *fragment);
/* Its text; NULL: absent. */
static inline tsn_slice tsn_fragment_slice(const tsn_fragment *fragment)
{
    return fragment == NULL ? TSN_SLICE_ABSENT : (tsn_slice){fragment->text, fragment->len};
}
/* Bytes of memory. */
static inline size_t tsn_fragment_size(const tsn_fragment *fragment)
{
    return fragment == NULL ? 0 : sizeof *fragment + fragment->len;
}

#endif
