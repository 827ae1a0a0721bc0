/* A scope that some queued event already holds costs one increment. The first to hold it is charged
 * its small parts, and asks the big ones, which other scopes may share. A held value is never
 * written to, as the holder has a reference; what is credited in the end is therefore what was
 * charged. */
#include "model/scope.h"

static size_t propagation_size(const tsn_propagation *propagation)
{
    if (propagation == NULL) return 0;
    return sizeof *propagation + tsn_fragment_size(propagation->dsc);
}

static size_t origin_size(const tsn_origin *origin)
{
    return origin == NULL ? 0 : sizeof *origin + tsn_fragment_size(origin->text);
}

static size_t own_size(const tsn_scope *scope)
{
    size_t size = sizeof *scope + scope->flag_bytes + origin_size(scope->origin) +
                  propagation_size(scope->propagation);
    for (int i = 0; i < TSN_SCOPE_TEXTS; i++) size += tsn_fragment_size(scope->texts[i]);
    return size;
}

static TSN_APART size_t find_size(tsn_scope *scope)
{
    size_t size = own_size(scope) + tsn_pring_size(scope->crumbs);
    for (int i = 0; i < TSN_SCOPE_MAPS; i++) size += tsn_pmap_size(scope->maps[i]);
    atomic_store_explicit(&scope->size, size, memory_order_relaxed);
    return size;
}

inline size_t tsn_scope_size(tsn_scope *scope)
{
    size_t size = atomic_load_explicit(&scope->size, memory_order_relaxed);
    return TSN_LIKELY(size > 0) ? size : find_size(scope);
}

typedef struct weighing {
    size_t (*map)(tsn_pmap *map);
    size_t (*ring)(tsn_pring *ring);
    size_t (*attachment)(tsn_attachment *attachment);
} weighing;

static const weighing weigh = {tsn_pmap_weigh, tsn_pring_weigh, tsn_attachment_weigh};
static const weighing unweigh = {tsn_pmap_unweigh, tsn_pring_unweigh, tsn_attachment_unweigh};

static size_t weigh_parts(tsn_scope *scope, const weighing *how)
{
    size_t size = own_size(scope);
    for (int i = 0; i < TSN_SCOPE_MAPS; i++) size += how->map(scope->maps[i]);
    size += how->ring(scope->crumbs);
    size_t count = tsn_plist_count(scope->attachments);
    for (size_t i = 0; i < count; i++) size += how->attachment(tsn_plist_at(scope->attachments, i));
    return size;
}

size_t tsn_scope_weigh(tsn_scope *scope)
{
    return tsn_weight_hold(&scope->weight, 1) == 0 ? 0 : weigh_parts(scope, &weigh);
}

size_t tsn_scope_unweigh(tsn_scope *scope)
{
    return tsn_weight_drop(&scope->weight, 1) == 0 ? 0 : weigh_parts(scope, &unweigh);
}
