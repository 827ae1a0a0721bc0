/* Which language and SDK the captures of a scope come from (R22). Immutable, counted. */
#ifndef TSN_MODEL_ORIGIN_H
#define TSN_MODEL_ORIGIN_H

#include "base/rc.h"
#include "base/slice.h"
#include "data/fragment.h"

/* A member that is not given or null is absent. */
typedef struct tsn_origin {
    tsn_rc rc;
    tsn_fragment *text; /* the whole canonical object, which the slices point into */
    tsn_slice platform; /* string */
    tsn_slice sdk;      /* object */
    tsn_slice modules;  /* object */
    tsn_slice runtime;  /* object */
} tsn_origin;

/* `object` is canonical. TOCSIN_E_TYPE: a member of the wrong type; TOCSIN_E_NOMEM. Other members
 * are kept and ignored. */
tocsin_status tsn_origin_new(tsn_slice object, tsn_origin **out);
/* NULL is allowed. */
tsn_origin *tsn_origin_retain(tsn_origin *origin);
void tsn_origin_release(tsn_origin *origin);

#endif
