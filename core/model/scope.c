/* A scope value is a row of counted parts. Whoever is its only owner writes in place; otherwise the
 * row is copied, which is one increment a part, and the copy is written to. Each part is persistent
 * in itself, so what a copy shares stays as it was. A write either ends whole or leaves the
 * caller's value alone. */
#include "model/scope.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/limits.h"
#include "model/scope_draft.h"

tsn_scope *tsn_scope_new(void)
{
    tsn_scope *scope = tsn_alloc_zero(sizeof *scope);
    if (scope != NULL) tsn_rc_init(&scope->rc);
    return scope;
}

tsn_scope *tsn_scope_retain(tsn_scope *scope)
{
    if (scope != NULL) tsn_rc_retain(&scope->rc);
    return scope;
}

void tsn_scope_free(tsn_scope *scope)
{
    for (int i = 0; i < TSN_SCOPE_MAPS; i++) tsn_pmap_release(scope->maps[i]);
    for (int i = 0; i < TSN_SCOPE_TEXTS; i++) tsn_fragment_release(scope->texts[i]);
    tsn_origin_release(scope->origin);
    tsn_pring_release(scope->crumbs);
    tsn_plist_release(scope->flags);
    tsn_plist_release(scope->attachments);
    tsn_plist_release(scope->processors);
    tsn_propagation_release(scope->propagation);
    tsn_free(scope);
}

tsn_scope *tsn_scope_copy(const tsn_scope *scope)
{
    tsn_scope *copy = tsn_scope_new();
    if (copy == NULL) return NULL;
    copy->level = scope->level;
    for (int i = 0; i < TSN_SCOPE_MAPS; i++) copy->maps[i] = tsn_pmap_retain(scope->maps[i]);
    for (int i = 0; i < TSN_SCOPE_TEXTS; i++) {
        copy->texts[i] = tsn_fragment_retain(scope->texts[i]);
    }
    copy->origin = tsn_origin_retain(scope->origin);
    copy->crumbs = tsn_pring_retain(scope->crumbs);
    copy->flags = tsn_plist_retain(scope->flags);
    copy->flag_bytes = scope->flag_bytes;
    copy->attachments = tsn_plist_retain(scope->attachments);
    copy->processors = tsn_plist_retain(scope->processors);
    copy->propagation = tsn_propagation_retain(scope->propagation);
    return copy;
}

tsn_scope *tsn_scope_draft(tsn_scope *scope)
{
    if (!tsn_rc_unique(&scope->rc)) return tsn_scope_copy(scope);
    atomic_store_explicit(&scope->size, 0, memory_order_relaxed);
    return scope;
}

inline tocsin_status tsn_scope_commit(tsn_scope **scope, tsn_scope *draft, tocsin_status st)
{
    if (draft == NULL) return TOCSIN_E_NOMEM;
    if (TSN_LIKELY(draft == *scope)) return st;
    if (st < 0) {
        tsn_scope_release(draft);
        return st;
    }
    tsn_scope_release(*scope);
    *scope = draft;
    return st;
}

tocsin_status tsn_scope_map_set(tsn_scope **scope, tsn_scope_map map, tsn_slice key,
                                tsn_slice value)
{
    tsn_scope *draft = tsn_scope_draft(*scope);
    if (draft == NULL) return TOCSIN_E_NOMEM;
    return tsn_scope_commit(scope, draft, tsn_pmap_set(&draft->maps[map], key, value));
}

tocsin_status tsn_scope_map_remove(tsn_scope **scope, tsn_scope_map map, tsn_slice key)
{
    tsn_member member;
    if (!tsn_pmap_get((*scope)->maps[map], key, &member)) return TOCSIN_OK;
    tsn_scope *draft = tsn_scope_draft(*scope);
    if (draft == NULL) return TOCSIN_E_NOMEM;
    return tsn_scope_commit(scope, draft, tsn_pmap_remove(&draft->maps[map], key));
}

void tsn_scope_replace_text(tsn_scope *scope, tsn_scope_text which, tsn_fragment *text)
{
    tsn_fragment_release(scope->texts[which]);
    scope->texts[which] = text;
}

void tsn_scope_replace_origin(tsn_scope *scope, tsn_origin *origin)
{
    tsn_origin_release(scope->origin);
    scope->origin = origin;
}

void tsn_scope_replace_propagation(tsn_scope *scope, tsn_propagation *propagation)
{
    tsn_propagation_release(scope->propagation);
    scope->propagation = propagation;
}

tocsin_status tsn_scope_take_text(tsn_scope **scope, tsn_scope_text which, tsn_fragment *text)
{
    tsn_scope *draft = tsn_scope_draft(*scope);
    if (draft == NULL) {
        tsn_fragment_release(text);
        return TOCSIN_E_NOMEM;
    }
    tsn_scope_replace_text(draft, which, text);
    return tsn_scope_commit(scope, draft, TOCSIN_OK);
}

tocsin_status tsn_scope_take_transaction(tsn_scope **scope, tsn_fragment *name,
                                         tsn_fragment *source)
{
    tsn_scope *draft = tsn_scope_draft(*scope);
    if (draft == NULL || name == NULL) {
        tsn_fragment_release(source);
        source = NULL;
    }
    if (draft == NULL) {
        tsn_fragment_release(name);
        return TOCSIN_E_NOMEM;
    }
    tsn_scope_replace_text(draft, TSN_SCOPE_TRANSACTION, name);
    tsn_scope_replace_text(draft, TSN_SCOPE_TRANSACTION_SOURCE, source);
    return tsn_scope_commit(scope, draft, TOCSIN_OK);
}

tocsin_status tsn_scope_set_level(tsn_scope **scope, int32_t level)
{
    tsn_scope *draft = tsn_scope_draft(*scope);
    if (draft != NULL) draft->level = level;
    return tsn_scope_commit(scope, draft, TOCSIN_OK);
}

tocsin_status tsn_scope_take_origin(tsn_scope **scope, tsn_origin *origin)
{
    tsn_scope *draft = tsn_scope_draft(*scope);
    if (draft == NULL) {
        tsn_origin_release(origin);
        return TOCSIN_E_NOMEM;
    }
    tsn_scope_replace_origin(draft, origin);
    return tsn_scope_commit(scope, draft, TOCSIN_OK);
}

tocsin_status tsn_scope_take_propagation(tsn_scope **scope, tsn_propagation *propagation)
{
    tsn_scope *draft = tsn_scope_draft(*scope);
    if (draft == NULL) {
        tsn_propagation_release(propagation);
        return TOCSIN_E_NOMEM;
    }
    tsn_scope_replace_propagation(draft, propagation);
    return tsn_scope_commit(scope, draft, TOCSIN_OK);
}

static bool flags_are_valid(const tsn_scope *scope)
{
    size_t count = tsn_plist_count(scope->flags);
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        bytes += tsn_fragment_size(tsn_plist_at(scope->flags, i));
    }
    return count <= TSN_FLAGS_MAX && bytes == scope->flag_bytes;
}

bool tsn_scope_valid(const tsn_scope *scope)
{
    for (int i = 0; i < TSN_SCOPE_MAPS; i++) {
        if (!tsn_pmap_valid(scope->maps[i])) return false;
    }
    bool has_name = scope->texts[TSN_SCOPE_TRANSACTION] != NULL;
    bool has_source = scope->texts[TSN_SCOPE_TRANSACTION_SOURCE] != NULL;
    return tsn_pring_valid(scope->crumbs) && flags_are_valid(scope) && (has_name || !has_source);
}
