/* tocsin/scope.h: what a scope holds */
#include <tocsin/scope.h>

#include "base/alloc.h"
#include "client/scope_cell.h"
#include "entry.h"
#include "guard.h"

/* A setter of one text that is found already. */
TSN_INLINE tocsin_status set_found(tsn_handle_hold *hold, const char *text, int64_t text_len,
                                   tocsin_status (*set)(tsn_cell *, tsn_slice))
{
    tsn_slice slice;
    tocsin_status st = tsn_entry_text(text, text_len, &slice);
    if (st >= 0) st = set(hold->object, slice);
    tsn_entry_release(hold);
    return st;
}

/* A setter of one text. */
static tocsin_status set_text(tocsin_scope scope, const char *text, int64_t text_len,
                              tocsin_status (*set)(tsn_cell *, tsn_slice))
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_guard_scope_text(scope, TOCSIN_RIGHT_WRITE, text, text_len, &hold));
    return set_found(&hold, text, text_len, set);
}

/* A setter of two texts. */
static tocsin_status set_pair(tocsin_scope scope, const char *first, int64_t first_len,
                              const char *second, int64_t second_len,
                              tocsin_status (*set)(tsn_cell *, tsn_slice, tsn_slice))
{
    tsn_handle_hold hold;
    tsn_slice left, right;
    tocsin_status st = tsn_entry_look(scope, TOCSIN_KIND_SCOPE, &hold);
    if (TSN_UNLIKELY(st < 0)) {
        tsn_guard_use use = {.rights = TOCSIN_RIGHT_WRITE,
                             .texts = {{first, first_len}, {second, second_len}}};
        TSN_TRY(tsn_guard_find(scope, &use, st, &hold));
    }
    st = tsn_entry_text(first, first_len, &left);
    if (st >= 0) st = tsn_entry_text(second, second_len, &right);
    if (st >= 0) st = set(hold.object, left, right);
    tsn_entry_release(&hold);
    return st;
}

tocsin_status tocsin_scope_set_tag(tocsin_scope scope, const char *key, int64_t key_len,
                                   const char *value, int64_t value_len)
{
    return set_pair(scope, key, key_len, value, value_len, tsn_cell_set_tag);
}

tocsin_status tocsin_scope_set_tags(tocsin_scope scope, const char *json, int64_t json_len)
{
    return set_text(scope, json, json_len, tsn_cell_set_tags);
}

tocsin_status tocsin_scope_remove_tag(tocsin_scope scope, const char *key, int64_t key_len)
{
    return set_text(scope, key, key_len, tsn_cell_remove_tag);
}

tocsin_status tocsin_scope_set_extra(tocsin_scope scope, const char *key, int64_t key_len,
                                     const char *json, int64_t json_len)
{
    return set_pair(scope, key, key_len, json, json_len, tsn_cell_set_extra);
}

tocsin_status tocsin_scope_remove_extra(tocsin_scope scope, const char *key, int64_t key_len)
{
    return set_text(scope, key, key_len, tsn_cell_remove_extra);
}

tocsin_status tocsin_scope_set_context(tocsin_scope scope, const char *key, int64_t key_len,
                                       const char *json, int64_t json_len)
{
    return set_pair(scope, key, key_len, json, json_len, tsn_cell_set_context);
}

tocsin_status tocsin_scope_remove_context(tocsin_scope scope, const char *key, int64_t key_len)
{
    return set_text(scope, key, key_len, tsn_cell_remove_context);
}

tocsin_status tocsin_scope_set_user(tocsin_scope scope, const char *json, int64_t json_len)
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_guard_scope_text(scope, TOCSIN_RIGHT_USER, json, json_len, &hold));
    return set_found(&hold, json, json_len, tsn_cell_set_user);
}

tocsin_status tocsin_scope_set_request(tocsin_scope scope, const char *json, int64_t json_len)
{
    return set_text(scope, json, json_len, tsn_cell_set_request);
}

tocsin_status tocsin_scope_set_origin(tocsin_scope scope, const char *json, int64_t json_len)
{
    return set_text(scope, json, json_len, tsn_cell_set_origin);
}

tocsin_status tocsin_scope_set_fingerprint(tocsin_scope scope, const char *json, int64_t json_len)
{
    return set_text(scope, json, json_len, tsn_cell_set_fingerprint);
}

tocsin_status tocsin_scope_set_level(tocsin_scope scope, int32_t level)
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_guard_scope(scope, TOCSIN_RIGHT_WRITE, &hold));
    tocsin_status st = tsn_cell_set_level(hold.object, level);
    tsn_entry_release(&hold);
    return st;
}

tocsin_status tocsin_scope_set_transaction(tocsin_scope scope, const char *name, int64_t name_len,
                                           const char *source, int64_t source_len)
{
    return set_pair(scope, name, name_len, source, source_len, tsn_cell_set_transaction);
}

tocsin_status tocsin_scope_set_flag(tocsin_scope scope, const char *flag, int64_t flag_len,
                                    const char *json, int64_t json_len)
{
    return set_pair(scope, flag, flag_len, json, json_len, tsn_cell_set_flag);
}

/* What a restricted scope needs depends on what is in the object. */
static TSN_COLD tocsin_status find_to_update(tocsin_scope scope, const char *json, int64_t json_len,
                                             tocsin_status st, tsn_handle_hold *hold)
{
    tsn_slice text = TSN_SLICE_ABSENT;
    tsn_entry_text(json, json_len, &text);
    tsn_guard_use use = {.rights = tsn_cell_update_rights(text), .texts = {{json, json_len}}};
    return tsn_guard_find(scope, &use, st, hold);
}

tocsin_status tocsin_scope_update(tocsin_scope scope, const char *json, int64_t json_len)
{
    tsn_handle_hold hold;
    tocsin_status st = tsn_entry_look(scope, TOCSIN_KIND_SCOPE, &hold);
    if (TSN_UNLIKELY(st < 0)) TSN_TRY(find_to_update(scope, json, json_len, st, &hold));
    return set_found(&hold, json, json_len, tsn_cell_update);
}

tocsin_status tocsin_scope_add_breadcrumb(tocsin_scope scope, const char *json, int64_t json_len,
                                          const void *hint)
{
    tsn_entry_loose_hold loose;
    tsn_slice text;
    tocsin_status st = tsn_entry_look(scope, TOCSIN_KIND_SCOPE, &loose.hold);
    if (TSN_UNLIKELY(st < 0)) {
        tsn_guard_use use = {
            .rights = TOCSIN_RIGHT_WRITE, .is_breadcrumb = true, .texts = {{json, json_len}}};
        TSN_TRY(tsn_guard_find(scope, &use, st, &loose.hold));
    }
    tsn_entry_loosen(&loose);
    st = tsn_entry_text(json, json_len, &text);
    if (st >= 0) st = tsn_cell_add_breadcrumb(loose.hold.object, text, hint, &loose.holds);
    tsn_entry_release_loose(&loose);
    return st;
}

tocsin_status tocsin_scope_add_attachment(tocsin_scope scope, const char *bytes, int64_t bytes_len,
                                          const char *json, int64_t json_len)
{
    return set_pair(scope, bytes, bytes_len, json, json_len, tsn_cell_add_attachment);
}

/* Fills in what makes a hook a processor. */
static tocsin_status describe(tsn_hook *hook, int32_t kind, const char *type, int64_t type_len)
{
    tsn_slice text;
    if (kind != TOCSIN_PROCESSOR_EVENT && kind != TOCSIN_PROCESSOR_ERROR) return TOCSIN_E_RANGE;
    TSN_TRY(tsn_entry_text(type, type_len, &text));
    hook->kind = kind;
    if (tsn_slice_absent(text)) return TOCSIN_OK;
    if (kind == TOCSIN_PROCESSOR_EVENT) return TOCSIN_E_ARG;
    hook->type = tsn_alloc(text.len + 1);
    if (hook->type == NULL) return TOCSIN_E_NOMEM;
    if (text.len > 0) memcpy(hook->type, text.data, text.len);
    hook->type[text.len] = '\0';
    return TOCSIN_OK;
}

static tocsin_status add_processor(tocsin_scope scope, int32_t kind, const char *type,
                                   int64_t type_len, tsn_hook *hook)
{
    tsn_handle_hold hold;
    /* it sees whole events, changes and drops them */
    int64_t rights = TOCSIN_RIGHT_READ | TOCSIN_RIGHT_WRITE | TOCSIN_RIGHT_USER;
    tocsin_status st = tsn_guard_scope(scope, rights, &hold);
    if (st >= 0) {
        st = describe(hook, kind, type, type_len);
        if (st >= 0) {
            tsn_hook_retain(hook);
            st = tsn_cell_take_processor(hold.object, hook);
        }
        tsn_entry_release(&hold);
    }
    tsn_hook_release(hook);
    return st;
}

tocsin_status tocsin_scope_add_processor(tocsin_scope scope, int32_t kind, const char *type,
                                         int64_t type_len, tocsin_hook_fn function, void *user,
                                         tocsin_destroy_fn destroy)
{
    if (function == NULL) {
        if (destroy != NULL) destroy(user);
        return TOCSIN_E_ARG;
    }
    tsn_hook *hook = tsn_entry_hook(function, user, destroy);
    return hook == NULL ? TOCSIN_E_NOMEM : add_processor(scope, kind, type, type_len, hook);
}
