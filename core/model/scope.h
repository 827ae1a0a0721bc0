/* The data of one scope as a counted value that is shared until somebody writes (scopes: data
 * model, fork, merge, clear).
 *
 * Fork and snapshot are one retain. A writer passes the address of its own reference: a sole
 * owner's value is changed in place, a shared one is replaced by a copy that shares every part that
 * did not change. NULL parts are unset. All text is canonical JSON, checked before it comes here.
 * Not locked: the cell that holds a reference guards it. Every writer returns TOCSIN_OK or
 * TOCSIN_E_NOMEM (`*scope` as it was) unless it says more. `take_` consumes its argument in any
 * case. */
#ifndef TSN_MODEL_SCOPE_H
#define TSN_MODEL_SCOPE_H

#include "base/buf.h"
#include "base/rc.h"
#include "data/fragment.h"
#include "data/plist.h"
#include "data/pmap.h"
#include "data/pring.h"
#include "data/weight.h"
#include "model/attachment.h"
#include "model/origin.h"
#include "model/propagation.h"

typedef enum tsn_scope_map {
    TSN_SCOPE_TAGS,
    TSN_SCOPE_EXTRA,
    TSN_SCOPE_CONTEXTS,
    TSN_SCOPE_MAPS
} tsn_scope_map;

typedef enum tsn_scope_text {
    TSN_SCOPE_USER,               /* object */
    TSN_SCOPE_REQUEST,            /* object */
    TSN_SCOPE_FINGERPRINT,        /* array of strings */
    TSN_SCOPE_TRANSACTION,        /* string */
    TSN_SCOPE_TRANSACTION_SOURCE, /* string; only ever set together with the name (R1) */
    TSN_SCOPE_TEXTS
} tsn_scope_text;

typedef struct tsn_scope {
    tsn_rc rc;
    tsn_weight weight;
    _Atomic size_t size; /* as tsn_scope_size found it; 0: not asked since the last write */
    int32_t level;       /* TOCSIN_LEVEL_UNSET: unset */
    tsn_pmap *maps[TSN_SCOPE_MAPS];
    tsn_fragment *texts[TSN_SCOPE_TEXTS];
    tsn_origin *origin;
    tsn_pring *crumbs;
    tsn_plist *flags;       /* fragments {"flag":..,"result":..}, comma included, latest last */
    size_t flag_bytes;      /* memory of all flags */
    tsn_plist *attachments; /* tsn_attachment */
    tsn_plist *processors;  /* the client's business; in order of registration */
    tsn_propagation *propagation;
} tsn_scope;

/* Empty; NULL: no memory. */
tsn_scope *tsn_scope_new(void);
/* NULL is allowed. */
tsn_scope *tsn_scope_retain(tsn_scope *scope);
void tsn_scope_free(tsn_scope *scope); /* for the next alone */
static inline void tsn_scope_release(tsn_scope *scope)
{
    if (scope != NULL && TSN_UNLIKELY(tsn_rc_release(&scope->rc))) tsn_scope_free(scope);
}

/* Keys are canonical escaped text without quotes. */
tocsin_status tsn_scope_map_set(tsn_scope **scope, tsn_scope_map map, tsn_slice key,
                                tsn_slice value);
tocsin_status tsn_scope_map_remove(tsn_scope **scope, tsn_scope_map map, tsn_slice key);
/* Sets or, with NULL, unsets user, request or fingerprint. */
tocsin_status tsn_scope_take_text(tsn_scope **scope, tsn_scope_text which, tsn_fragment *text);
/* Both replaced; a NULL name unsets both. */
tocsin_status tsn_scope_take_transaction(tsn_scope **scope, tsn_fragment *name,
                                         tsn_fragment *source);
tocsin_status tsn_scope_set_level(tsn_scope **scope, int32_t level);
tocsin_status tsn_scope_take_origin(tsn_scope **scope, tsn_origin *origin);
tocsin_status tsn_scope_take_propagation(tsn_scope **scope, tsn_propagation *propagation);
tocsin_status tsn_scope_add_crumb(tsn_scope **scope, const tsn_crumb *crumb, size_t limit);
tocsin_status tsn_scope_clear_crumbs(tsn_scope **scope);
/* `name` and `result` are canonical JSON values, `name` a string. The flag moves to the end; beyond
 * 100 the first go. TOCSIN_E_RANGE: the name is over 200 code points (P-40). */
tocsin_status tsn_scope_set_flag(tsn_scope **scope, tsn_slice name, tsn_slice result);
tocsin_status tsn_scope_take_attachment(tsn_scope **scope, tsn_attachment *attachment);
tocsin_status tsn_scope_take_processor(tsn_scope **scope, const tsn_plist_kind *kind,
                                       void *processor);

/* Section 3 of the scope rules; `crumb_limit` cuts from the front. `from` may be `*into`. */
tocsin_status tsn_scope_merge(tsn_scope **into, tsn_scope *from, size_t crumb_limit);
/* Section 5.1: everything but processors and, with `keep_propagation`, the trace. */
tocsin_status tsn_scope_clear(tsn_scope **scope, bool keep_propagation);

/* The scope's own data as one JSON object with the members of an event (tags, extra, contexts,
 * user, level, fingerprint, transaction, transaction_info, breadcrumbs, request, origin, flags,
 * attachments as names, trace, _meta with the count of all crumbs if some were dropped); unset ones
 * left out. */
void tsn_scope_write(const tsn_scope *scope, tsn_buf *out);

/* About the memory that the scope and all it holds take, shared or not; found once between writes.
 * Attachments are left out. */
size_t tsn_scope_size(tsn_scope *scope);
/* Queue accounting (weight.h): the bytes newly charged or credited. */
size_t tsn_scope_weigh(tsn_scope *scope);
size_t tsn_scope_unweigh(tsn_scope *scope);

/* Whether every part is sound and they fit together. For tests and debugging. */
bool tsn_scope_valid(const tsn_scope *scope);

#endif
