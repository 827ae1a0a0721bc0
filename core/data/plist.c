/* One counted block: header and item pointers. A writer that is not alone copies the block and
 * retains the items; a sole owner grows or shifts it. A list that becomes empty becomes NULL, so no
 * empty block exists. */
#include "data/plist.h"

#include "base/alloc.h"
#include "base/rc.h"

#include <string.h>

#define LIST_CAP_MIN 4
#define LIST_CAP_MAX ((size_t)1 << 24)

struct tsn_plist {
    tsn_rc rc;
    const tsn_plist_kind *kind;
    size_t count;
    size_t cap;
    void *items[];
};

static size_t list_size(size_t cap)
{
    return sizeof(tsn_plist) + cap * sizeof(void *);
}

static size_t cap_for(size_t count)
{
    size_t cap = LIST_CAP_MIN;
    while (cap < count) cap *= 2;
    return cap;
}

static tsn_plist *list_new(const tsn_plist_kind *kind, size_t count)
{
    size_t cap = cap_for(count);
    tsn_plist *list = tsn_alloc(list_size(cap));
    if (list == NULL) return NULL;
    tsn_rc_init(&list->rc);
    list->kind = kind;
    list->count = 0;
    list->cap = cap;
    return list;
}

static void list_add_retained(tsn_plist *list, const tsn_plist *from)
{
    for (size_t i = 0; i < from->count; i++) {
        from->kind->retain(from->items[i]);
        list->items[list->count++] = from->items[i];
    }
}

/* Makes `*slot` the caller's alone, with room for `extra` more items. */
static tocsin_status list_make_writable(tsn_plist **slot, const tsn_plist_kind *kind, size_t extra)
{
    tsn_plist *list = *slot;
    size_t need = tsn_plist_count(list) + extra;
    if (need > LIST_CAP_MAX) return TOCSIN_E_NOMEM;
    if (list != NULL && tsn_rc_unique(&list->rc)) {
        if (need <= list->cap) return TOCSIN_OK;
        tsn_plist *grown = tsn_realloc(list, list_size(cap_for(need)));
        if (grown == NULL) return TOCSIN_E_NOMEM;
        grown->cap = cap_for(need);
        *slot = grown;
        return TOCSIN_OK;
    }
    tsn_plist *copy = list_new(kind, need);
    if (copy == NULL) return TOCSIN_E_NOMEM;
    if (list != NULL) list_add_retained(copy, list);
    tsn_plist_release(list);
    *slot = copy;
    return TOCSIN_OK;
}

tsn_plist *tsn_plist_retain(tsn_plist *list)
{
    if (list != NULL) tsn_rc_retain(&list->rc);
    return list;
}

void tsn_plist_release(tsn_plist *list)
{
    if (list == NULL || !tsn_rc_release(&list->rc)) return;
    for (size_t i = 0; i < list->count; i++) list->kind->release(list->items[i]);
    tsn_free(list);
}

tocsin_status tsn_plist_take_append(tsn_plist **list, const tsn_plist_kind *kind, void *item)
{
    TSN_ASSERT(*list == NULL || (*list)->kind == kind);
    tocsin_status st = list_make_writable(list, kind, 1);
    if (st < 0) {
        kind->release(item);
        return st;
    }
    (*list)->items[(*list)->count++] = item;
    return TOCSIN_OK;
}

tocsin_status tsn_plist_remove_at(tsn_plist **list, size_t position)
{
    TSN_CHECK(position < tsn_plist_count(*list));
    if ((*list)->count == 1) {
        tsn_plist_release(*list);
        *list = NULL;
        return TOCSIN_OK;
    }
    TSN_TRY(list_make_writable(list, (*list)->kind, 0));
    tsn_plist *mine = *list;
    void *item = mine->items[position];
    mine->count--;
    memmove(&mine->items[position], &mine->items[position + 1],
            (mine->count - position) * sizeof(void *));
    mine->kind->release(item);
    return TOCSIN_OK;
}

tocsin_status tsn_plist_concat(tsn_plist **into, tsn_plist *from)
{
    if (from == NULL) return TOCSIN_OK;
    if (*into == NULL) {
        *into = tsn_plist_retain(from);
        return TOCSIN_OK;
    }
    TSN_ASSERT((*into)->kind == from->kind);
    tsn_plist_retain(from); /* `from` may be `*into` itself, which must not grow under our feet */
    tocsin_status st = list_make_writable(into, from->kind, from->count);
    if (st >= 0) list_add_retained(*into, from);
    tsn_plist_release(from);
    return st;
}

size_t tsn_plist_count(const tsn_plist *list)
{
    return list == NULL ? 0 : list->count;
}

void *tsn_plist_at(const tsn_plist *list, size_t position)
{
    TSN_ASSERT(position < tsn_plist_count(list));
    return list->items[position];
}
