/* The parts of a scope that only grow: crumbs, flags, attachments, processors. A flag is one
 * fragment that begins with its name, so that the one it supersedes is found by comparing text. */
#include "model/scope_draft.h"

#include "base/house.h"
#include "base/utf8.h"
#include "data/json_walk.h"
#include "data/limits.h"

tocsin_status tsn_scope_add_crumb(tsn_scope **scope, const tsn_crumb *crumb, size_t limit)
{
    tsn_scope *draft = tsn_scope_draft(*scope);
    if (draft == NULL) return TOCSIN_E_NOMEM;
    return tsn_scope_commit(scope, draft, tsn_pring_append(&draft->crumbs, crumb, limit));
}

tocsin_status tsn_scope_clear_crumbs(tsn_scope **scope)
{
    if ((*scope)->crumbs == NULL) return TOCSIN_OK;
    tsn_scope *draft = tsn_scope_draft(*scope);
    if (draft == NULL) return TOCSIN_E_NOMEM;
    tsn_pring_release(draft->crumbs);
    draft->crumbs = NULL;
    return tsn_scope_commit(scope, draft, TOCSIN_OK);
}

static tocsin_status take_item(tsn_scope **scope, tsn_plist **(*list_of)(tsn_scope *),
                               const tsn_plist_kind *kind, void *item)
{
    tsn_scope *draft = tsn_scope_draft(*scope);
    if (draft == NULL) {
        kind->release(item);
        return TOCSIN_E_NOMEM;
    }
    return tsn_scope_commit(scope, draft, tsn_plist_take_append(list_of(draft), kind, item));
}

static tsn_plist **attachments_of(tsn_scope *scope)
{
    return &scope->attachments;
}

static tsn_plist **processors_of(tsn_scope *scope)
{
    return &scope->processors;
}

tocsin_status tsn_scope_take_attachment(tsn_scope **scope, tsn_attachment *attachment)
{
    return take_item(scope, attachments_of, &tsn_attachment_kind, attachment);
}

tocsin_status tsn_scope_take_processor(tsn_scope **scope, const tsn_plist_kind *kind,
                                       void *processor)
{
    return take_item(scope, processors_of, kind, processor);
}

static void flag_retain(void *item)
{
    tsn_fragment_retain(item);
}

static void flag_release(void *item)
{
    tsn_fragment_release(item);
}

static const tsn_plist_kind flag_kind = {flag_retain, flag_release};

#define FLAG_HEAD "{\"flag\":"
#define FLAG_MIDDLE ",\"result\":"

/* The flag's text up to its result. */
static tsn_slice flag_head(const tsn_fragment *flag)
{
    tsn_slice text = tsn_fragment_slice(flag);
    size_t at = sizeof FLAG_HEAD;
    while (text.data[at] != '"') at += text.data[at] == '\\' ? 2 : 1;
    return tsn_slice_sub(text, 0, at + 1);
}

/* The place of the flag that begins with `head`, or the number of flags. */
static size_t find_flag(const tsn_plist *flags, tsn_slice head)
{
    size_t count = tsn_plist_count(flags);
    for (size_t i = 0; i < count; i++) {
        if (tsn_slice_starts_with(tsn_fragment_slice(tsn_plist_at(flags, i)), head)) return i;
    }
    return count;
}

static tocsin_status remove_flag(tsn_scope *scope, size_t position)
{
    size_t size = tsn_fragment_size(tsn_plist_at(scope->flags, position));
    TSN_TRY(tsn_plist_remove_at(&scope->flags, position));
    scope->flag_bytes -= size;
    return TOCSIN_OK;
}

/* Appending comes first: it leaves the list with one owner, and taking items out of such a list
 * needs no memory. */
tocsin_status tsn_scope_take_flag(tsn_scope *scope, tsn_fragment *flag)
{
    size_t before = tsn_plist_count(scope->flags);
    size_t superseded = find_flag(scope->flags, flag_head(flag));
    size_t size = tsn_fragment_size(flag);
    TSN_TRY(tsn_plist_take_append(&scope->flags, &flag_kind, flag));
    scope->flag_bytes += size;
    if (superseded < before) return remove_flag(scope, superseded);
    return before < TSN_FLAGS_MAX ? TOCSIN_OK : remove_flag(scope, 0);
}

static tocsin_status check_flag_name(tsn_slice name)
{
    tsn_slice body = tsn_json_string_body(name);
    if (body.len <= TSN_FLAG_NAME_MAX) return TOCSIN_OK;
    tsn_buf raw;
    tsn_buf_init(&raw);
    tsn_json_decode(name, &raw);
    tocsin_status st = tsn_buf_status(&raw);
    if (st == TOCSIN_OK && tsn_utf8_count(tsn_buf_view(&raw)) > TSN_FLAG_NAME_MAX) {
        st = TOCSIN_E_RANGE;
    }
    tsn_buf_fini(&raw);
    return st;
}

static tsn_fragment *flag_new(tsn_slice name, tsn_slice result)
{
    tsn_buf text;
    tsn_buf_init(&text);
    tsn_buf_reserve(&text, sizeof FLAG_HEAD FLAG_MIDDLE + name.len + result.len + 2);
    TSN_BUF_LIT(&text, FLAG_HEAD);
    tsn_buf_slice(&text, name);
    TSN_BUF_LIT(&text, FLAG_MIDDLE);
    tsn_buf_slice(&text, result);
    TSN_BUF_LIT(&text, "},");
    tsn_fragment *flag = text.failed ? NULL : tsn_fragment_new(tsn_buf_view(&text));
    tsn_buf_fini(&text);
    return flag;
}

tocsin_status tsn_scope_set_flag(tsn_scope **scope, tsn_slice name, tsn_slice result)
{
    TSN_TRY(check_flag_name(name));
    tsn_fragment *flag = flag_new(name, result);
    if (flag == NULL) return TOCSIN_E_NOMEM;
    tsn_scope *draft = tsn_scope_draft(*scope);
    if (draft == NULL) {
        tsn_fragment_release(flag);
        return TOCSIN_E_NOMEM;
    }
    return tsn_scope_commit(scope, draft, tsn_scope_take_flag(draft, flag));
}
