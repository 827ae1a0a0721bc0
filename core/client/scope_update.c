/* Several fields at once. The object is understood whole before anything is set; then its changes
 * are made on a private copy of the scope's value, which takes the old one's place under one lock:
 * all of it is seen, or nothing. */
#include "client/client.h"
#include "client/scope_cell.h"
#include "client/scope_lock.h"
#include "client/scope_value.h"
#include "data/json_text.h"
#include "data/json_walk.h"
#include "data/limits.h"
#include "model/level.h"
#include "model/tag.h"

/* Sets or, for null, removes one tag of a canonical object's members. TOCSIN_E_ARG: key;
 * TOCSIN_E_TYPE: value. A key with an escape is never acceptable. */
static tocsin_status apply_tag(tsn_scope **scope, tsn_slice key, tsn_slice value)
{
    char memory[TSN_TAG_KEY_MAX];
    tsn_slice name;
    if (!tsn_tag_key(key, memory, &name)) return TOCSIN_E_ARG;
    if (tsn_json_is_null(value)) return tsn_scope_map_remove(scope, TSN_SCOPE_TAGS, name);
    if (!tsn_json_is(value, TSN_JSON_STRING)) return TOCSIN_E_TYPE;
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_tag_append_json_value(&text, value);
    tocsin_status st = tsn_buf_status(&text);
    if (st >= 0) st = tsn_scope_map_set(scope, TSN_SCOPE_TAGS, name, tsn_buf_view(&text));
    tsn_buf_fini(&text);
    return st;
}

/* Each good member is stored; the first bad one is reported. */
static tocsin_status apply_tags(tsn_scope **scope, tsn_slice object)
{
    tocsin_status first = TOCSIN_OK;
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key, value;
    while (tsn_json_next(&walk, &key, &value)) {
        tocsin_status st = apply_tag(scope, key, value);
        if (st == TOCSIN_E_NOMEM) return st;
        if (first >= 0 && st < 0) first = st;
    }
    return first;
}

static tocsin_status apply_extra(tsn_scope **scope, tsn_slice object)
{
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key, value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (key.len == 0) return TOCSIN_E_ARG;
        TSN_TRY(tsn_scope_map_set(scope, TSN_SCOPE_EXTRA, key, value));
    }
    return TOCSIN_OK;
}

static tocsin_status apply_contexts(tsn_scope **scope, tsn_slice object)
{
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key, value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (key.len == 0 || tsn_value_context_is_reserved(key)) return TOCSIN_E_ARG;
        if (tsn_json_is_null(value)) {
            TSN_TRY(tsn_scope_map_remove(scope, TSN_SCOPE_CONTEXTS, key));
        } else if (tsn_json_is(value, TSN_JSON_OBJECT)) {
            TSN_TRY(tsn_scope_map_set(scope, TSN_SCOPE_CONTEXTS, key, value));
        } else {
            return TOCSIN_E_TYPE;
        }
    }
    return TOCSIN_OK;
}

static tocsin_status apply_flags(tsn_scope **scope, tsn_slice object)
{
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key, value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (key.len == 0) return TOCSIN_E_ARG;
        tsn_buf name = TSN_BUF_EMPTY;
        tsn_buf_byte(&name, '"');
        tsn_buf_slice(&name, key);
        tsn_buf_byte(&name, '"');
        tocsin_status st = tsn_buf_status(&name);
        if (st >= 0) st = tsn_scope_set_flag(scope, tsn_buf_view(&name), value);
        tsn_buf_fini(&name);
        TSN_TRY(st);
    }
    return TOCSIN_OK;
}

static tocsin_status apply_user(tsn_scope **scope, tsn_slice object)
{
    tsn_fragment *text;
    TSN_TRY(tsn_value_fragment(object, TSN_VALUE_OBJECT_OR_NULL, &text));
    return tsn_scope_take_text(scope, TSN_SCOPE_USER, text);
}

static tocsin_status apply_request(tsn_scope **scope, tsn_slice object)
{
    tsn_fragment *text;
    TSN_TRY(tsn_value_fragment(object, TSN_VALUE_OBJECT_OR_NULL, &text));
    return tsn_scope_take_text(scope, TSN_SCOPE_REQUEST, text);
}

static tocsin_status apply_fingerprint(tsn_scope **scope, tsn_slice array)
{
    tsn_fragment *text;
    TSN_TRY(tsn_value_fingerprint(array, &text));
    return tsn_scope_take_text(scope, TSN_SCOPE_FINGERPRINT, text);
}

static tocsin_status apply_origin(tsn_scope **scope, tsn_slice object)
{
    tsn_origin *origin;
    TSN_TRY(tsn_value_origin(object, &origin));
    return tsn_scope_take_origin(scope, origin);
}

static tocsin_status apply_level(tsn_scope **scope, tsn_slice text)
{
    if (tsn_json_is_null(text)) return tsn_scope_set_level(scope, TOCSIN_LEVEL_UNSET);
    int32_t level = tsn_level_find(tsn_json_string_body(text));
    if (level == TOCSIN_LEVEL_UNSET) return TOCSIN_E_RANGE;
    return tsn_scope_set_level(scope, level);
}

/* A name, or an object of name and source. */
static tocsin_status apply_transaction(tsn_scope **scope, tsn_slice value)
{
    bool is_object = tsn_json_is(value, TSN_JSON_OBJECT);
    tsn_slice name = is_object ? tsn_json_get(value, TSN_LIT("name")) : value;
    tsn_slice source = is_object ? tsn_json_get(value, TSN_LIT("source")) : TSN_SLICE_ABSENT;
    unsigned accept = TSN_JSON_ONLY(TSN_JSON_STRING) | TSN_JSON_ONLY(TSN_JSON_NULL);
    tsn_fragment *name_text;
    tsn_fragment *source_text;
    TSN_TRY(tsn_value_fragment(name, accept, &name_text));
    tocsin_status st = tsn_value_fragment(source, accept, &source_text);
    if (st < 0) {
        tsn_fragment_release(name_text);
        return st;
    }
    return tsn_scope_take_transaction(scope, name_text, source_text);
}

static const struct {
    tsn_slice name;
    unsigned accept; /* null is allowed in any case */
    tocsin_status (*apply)(tsn_scope **scope, tsn_slice value);
} fields[] = {
    {TSN_LIT_INIT("tags"), TSN_JSON_ONLY(TSN_JSON_OBJECT), apply_tags},
    {TSN_LIT_INIT("extra"), TSN_JSON_ONLY(TSN_JSON_OBJECT), apply_extra},
    {TSN_LIT_INIT("contexts"), TSN_JSON_ONLY(TSN_JSON_OBJECT), apply_contexts},
    {TSN_LIT_INIT("flags"), TSN_JSON_ONLY(TSN_JSON_OBJECT), apply_flags},
    {TSN_LIT_INIT("user"), TSN_JSON_ONLY(TSN_JSON_OBJECT), apply_user},
    {TSN_LIT_INIT("request"), TSN_JSON_ONLY(TSN_JSON_OBJECT), apply_request},
    {TSN_LIT_INIT("origin"), TSN_JSON_ONLY(TSN_JSON_OBJECT), apply_origin},
    {TSN_LIT_INIT("level"), TSN_JSON_ONLY(TSN_JSON_STRING), apply_level},
    {TSN_LIT_INIT("fingerprint"), TSN_JSON_ONLY(TSN_JSON_ARRAY), apply_fingerprint},
    {TSN_LIT_INIT("transaction"), TSN_JSON_ONLY(TSN_JSON_STRING) | TSN_JSON_ONLY(TSN_JSON_OBJECT),
     apply_transaction},
};

static tocsin_status apply_field(tsn_scope **scope, tsn_slice key, tsn_slice value)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(fields); i++) {
        if (!tsn_slice_equal(fields[i].name, key)) continue;
        tsn_json_type type = tsn_json_type_of(value);
        if (type != TSN_JSON_NULL && (fields[i].accept & TSN_JSON_ONLY(type)) == 0) {
            return TOCSIN_E_TYPE;
        }
        return fields[i].apply(scope, value);
    }
    return TOCSIN_E_UNKNOWN;
}

static tocsin_status apply_fields(tsn_scope **scope, tsn_slice object)
{
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key, value;
    while (tsn_json_next(&walk, &key, &value)) TSN_TRY(apply_field(scope, key, value));
    return TOCSIN_OK;
}

/* Makes the changes that `apply` draws from `object`. With `all_or_none` any error leaves the scope
 * alone, else only a lack of memory does. */
static tocsin_status change(tsn_cell *cell, tsn_slice object, bool all_or_none,
                            tocsin_status (*apply)(tsn_scope **scope, tsn_slice object))
{
    tsn_cell_lock(cell, TSN_CELL_SWAPS_VALUE);
    tsn_scope *work = tsn_scope_retain(cell->value);
    tocsin_status st = apply(&work, object);
    tsn_scope *old = work;
    if (st >= 0 || (!all_or_none && st != TOCSIN_E_NOMEM)) {
        old = cell->value;
        cell->value = work;
    }
    tsn_cell_unlock(cell);
    tsn_scope_release(old);
    return st;
}

/* `json` is an object that is cut where an event would be: its members' values lie one level down.
 * Null is an object without members. */
static tocsin_status change_by_json(tsn_cell *cell, tsn_slice json, bool all_or_none,
                                    tocsin_status (*apply)(tsn_scope **scope, tsn_slice object))
{
    tsn_buf text = TSN_BUF_EMPTY;
    tocsin_status st = tsn_json_normalise(json, TSN_JSON_ONLY(TSN_JSON_OBJECT),
                                          TSN_EVENT_LEVELS_MAX + 1, &text, NULL);
    if (st >= 0) st = change(cell, tsn_buf_view(&text), all_or_none, apply);
    tsn_buf_fini(&text);
    return st;
}

tocsin_status tsn_cell_set_tags(tsn_cell *cell, tsn_slice json)
{
    return change_by_json(cell, json, false, apply_tags);
}

tocsin_status tsn_cell_update(tsn_cell *cell, tsn_slice json)
{
    return change_by_json(cell, json, true, apply_fields);
}

static int64_t rights_of(tsn_slice object)
{
    int64_t rights = 0;
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key, value;
    while (tsn_json_next(&walk, &key, &value)) {
        bool is_user = tsn_slice_equal(key, TSN_LIT("user"));
        rights |= is_user ? TOCSIN_RIGHT_USER : TOCSIN_RIGHT_WRITE;
    }
    return rights;
}

int64_t tsn_cell_update_rights(tsn_slice json)
{
    tsn_buf text = TSN_BUF_EMPTY;
    int64_t rights = TOCSIN_RIGHT_USER | TOCSIN_RIGHT_WRITE;
    tocsin_status st = tsn_json_normalise(json, TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, &text, NULL);
    if (st >= 0) rights = rights_of(tsn_buf_view(&text));
    tsn_buf_fini(&text);
    return rights;
}
