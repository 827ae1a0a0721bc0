/* A persistent list of counted things: feature flags, attachments, processors. NULL is the empty
 * list. A sole owner's list is changed in place, a shared one replaced; items are shared either
 * way. Ownership and threads as in pmap.h. */
#ifndef TSN_DATA_PLIST_H
#define TSN_DATA_PLIST_H

#include "base/house.h"

/* How items are counted; one static table for each kind of item. All items of a list have the same
 * kind. */
typedef struct tsn_plist_kind {
    void (*retain)(void *item);
    void (*release)(void *item);
} tsn_plist_kind;

typedef struct tsn_plist tsn_plist;

tsn_plist *tsn_plist_retain(tsn_plist *list);
void tsn_plist_release(tsn_plist *list);

/* Takes over the caller's reference to `item`, also on failure (then releases it). TOCSIN_OK,
 * TOCSIN_E_NOMEM (`*list` as before). */
tocsin_status tsn_plist_take_append(tsn_plist **list, const tsn_plist_kind *kind, void *item);
tocsin_status tsn_plist_remove_at(tsn_plist **list, size_t position);
/* Appends the items of `from`. */
tocsin_status tsn_plist_concat(tsn_plist **into, tsn_plist *from);

size_t tsn_plist_count(const tsn_plist *list);
/* Borrowed. */
void *tsn_plist_at(const tsn_plist *list, size_t position);

#endif
