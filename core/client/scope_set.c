/* Setters of a cell: what comes from outside is understood first, without a lock; then one step
 * under the lock puts it in place. */
#include <string.h>

#include "client/client.h"
#include "client/scope_cell.h"
#include "client/scope_lock.h"
#include "client/scope_value.h"
#include "data/json_text.h"
#include "data/json_walk.h"
#include "data/limits.h"
#include "model/level.h"
#include "model/tag.h"

#define SHORT_TEXT 512 /* bytes on the stack for what is usually short */

/* One map entry from canonical texts. */
static tocsin_status put(tsn_cell *cell, tsn_scope_map map, tsn_slice key, tsn_slice value)
{
    tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
    tocsin_status st = tsn_scope_map_set(&cell->value, map, key, value);
    tsn_cell_unlock(cell);
    return st;
}

static tocsin_status take_away(tsn_cell *cell, tsn_scope_map map, tsn_slice key)
{
    tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
    tocsin_status st = tsn_scope_map_remove(&cell->value, map, key);
    tsn_cell_unlock(cell);
    return st;
}

tocsin_status tsn_cell_set_tag(tsn_cell *cell, tsn_slice key, tsn_slice value)
{
    if (tsn_slice_absent(value)) return tsn_cell_remove_tag(cell, key);
    char memory[TSN_TAG_KEY_MAX];
    tsn_slice name;
    if (!tsn_tag_key(key, memory, &name)) return TOCSIN_E_ARG;
    char room[SHORT_TEXT];
    tsn_buf text = TSN_BUF_ON(room);
    tsn_tag_append_value(&text, value);
    tocsin_status st = tsn_buf_status(&text);
    if (st >= 0) st = put(cell, TSN_SCOPE_TAGS, name, tsn_buf_view(&text));
    tsn_buf_fini(&text);
    return st;
}

tocsin_status tsn_cell_remove_tag(tsn_cell *cell, tsn_slice key)
{
    char memory[TSN_TAG_KEY_MAX];
    tsn_slice name;
    if (tsn_slice_absent(key)) return TOCSIN_E_ARG;
    if (!tsn_tag_key(key, memory, &name)) return TOCSIN_OK;
    return take_away(cell, TSN_SCOPE_TAGS, name);
}

/* A named value of extra or contexts: `key` raw, `json` as it came. With `null_removes` a JSON null
 * takes the entry away. */
static tocsin_status set_named(tsn_cell *cell, tsn_scope_map map, tsn_slice key, tsn_slice json,
                               unsigned accept, bool null_removes)
{
    if (key.len == 0) return TOCSIN_E_ARG;
    if (key.len > TSN_JSON_SIZE_MAX) return TOCSIN_E_SIZE;
    char room[SHORT_TEXT];
    tsn_buf text = TSN_BUF_ON(room);
    tsn_json_type type = TSN_JSON_NULL;
    tsn_json_append_escaped(&text, key);
    size_t key_len = text.len;
    tocsin_status st = tsn_buf_status(&text);
    if (st >= 0 && !tsn_slice_absent(json)) {
        st = tsn_json_normalise(json, accept, TSN_EVENT_LEVELS_MAX - 1, &text, &type);
    }
    if (st >= 0) {
        tsn_slice name = tsn_slice_sub(tsn_buf_view(&text), 0, key_len);
        tsn_slice value = tsn_slice_sub(tsn_buf_view(&text), key_len, text.len);
        bool removes = tsn_slice_absent(json) || (null_removes && type == TSN_JSON_NULL);
        st = removes ? take_away(cell, map, name) : put(cell, map, name, value);
    }
    tsn_buf_fini(&text);
    return st;
}

tocsin_status tsn_cell_set_extra(tsn_cell *cell, tsn_slice key, tsn_slice json)
{
    return set_named(cell, TSN_SCOPE_EXTRA, key, json, TSN_JSON_ANY, false);
}

tocsin_status tsn_cell_remove_extra(tsn_cell *cell, tsn_slice key)
{
    return set_named(cell, TSN_SCOPE_EXTRA, key, TSN_SLICE_ABSENT, TSN_JSON_ANY, false);
}

tocsin_status tsn_cell_set_context(tsn_cell *cell, tsn_slice key, tsn_slice json)
{
    if (tsn_value_context_is_reserved(key)) return TOCSIN_E_ARG;
    return set_named(cell, TSN_SCOPE_CONTEXTS, key, json, TSN_VALUE_OBJECT_OR_NULL, true);
}

tocsin_status tsn_cell_remove_context(tsn_cell *cell, tsn_slice key)
{
    return set_named(cell, TSN_SCOPE_CONTEXTS, key, TSN_SLICE_ABSENT, TSN_JSON_ANY, true);
}

/* Puts a whole-value field in place; NULL unsets. Takes over `text`. */
static tocsin_status take_text(tsn_cell *cell, tsn_scope_text which, tsn_fragment *text)
{
    tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
    tocsin_status st = tsn_scope_take_text(&cell->value, which, text);
    tsn_cell_unlock(cell);
    return st;
}

static tocsin_status set_object(tsn_cell *cell, tsn_scope_text which, tsn_slice json)
{
    tsn_fragment *text;
    TSN_TRY(tsn_value_fragment(json, TSN_VALUE_OBJECT_OR_NULL, &text));
    return take_text(cell, which, text);
}

tocsin_status tsn_cell_set_user(tsn_cell *cell, tsn_slice json)
{
    return set_object(cell, TSN_SCOPE_USER, json);
}

tocsin_status tsn_cell_set_request(tsn_cell *cell, tsn_slice json)
{
    return set_object(cell, TSN_SCOPE_REQUEST, json);
}

tocsin_status tsn_cell_set_fingerprint(tsn_cell *cell, tsn_slice json)
{
    tsn_fragment *text;
    TSN_TRY(tsn_value_fingerprint(json, &text));
    return take_text(cell, TSN_SCOPE_FINGERPRINT, text);
}

tocsin_status tsn_cell_set_origin(tsn_cell *cell, tsn_slice json)
{
    tsn_origin *origin;
    TSN_TRY(tsn_value_origin(json, &origin));
    tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
    tocsin_status st = tsn_scope_take_origin(&cell->value, origin);
    tsn_cell_unlock(cell);
    return st;
}

tocsin_status tsn_cell_set_level(tsn_cell *cell, int32_t level)
{
    if (level != TOCSIN_LEVEL_UNSET && !tsn_level_is_event_level(level)) return TOCSIN_E_RANGE;
    tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
    tocsin_status st = tsn_scope_set_level(&cell->value, level);
    tsn_cell_unlock(cell);
    return st;
}

tocsin_status tsn_cell_set_transaction(tsn_cell *cell, tsn_slice name, tsn_slice source)
{
    tsn_fragment *name_text = NULL;
    tsn_fragment *source_text = NULL;
    TSN_TRY(tsn_value_string(name, TSN_TRANSACTION_MAX, &name_text));
    tocsin_status st = tsn_value_string(source, TSN_TRANSACTION_MAX, &source_text);
    if (st < 0) {
        tsn_fragment_release(name_text);
        return st;
    }
    tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
    st = tsn_scope_take_transaction(&cell->value, name_text, source_text);
    tsn_cell_unlock(cell);
    return st;
}

tocsin_status tsn_cell_set_flag(tsn_cell *cell, tsn_slice name, tsn_slice json)
{
    if (name.len == 0 || tsn_slice_absent(json)) return TOCSIN_E_ARG;
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_json_append_string(&text, name);
    size_t name_len = text.len;
    tocsin_status st = tsn_buf_status(&text);
    if (st >= 0) st = tsn_json_normalise(json, TSN_JSON_ANY, TSN_EVENT_LEVELS_MAX - 1, &text, NULL);
    if (st >= 0) {
        tsn_slice whole = tsn_buf_view(&text);
        tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
        st = tsn_scope_set_flag(&cell->value, tsn_slice_sub(whole, 0, name_len),
                                tsn_slice_sub(whole, name_len, whole.len));
        tsn_cell_unlock(cell);
    }
    tsn_buf_fini(&text);
    return st;
}

tocsin_status tsn_cell_add_attachment(tsn_cell *cell, tsn_slice bytes, tsn_slice json)
{
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_attachment *attachment = NULL;
    tocsin_status st = TOCSIN_OK;
    if (!tsn_slice_absent(json)) {
        st = tsn_json_normalise(json, TSN_VALUE_OBJECT_OR_NULL, 0, &text, NULL);
    }
    if (st >= 0) {
        tsn_slice about = tsn_buf_view(&text);
        if (tsn_json_is_null(about)) about = TSN_SLICE_ABSENT;
        st = tsn_attachment_new(bytes, about, &attachment);
    }
    if (st >= 0) {
        tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
        st = tsn_scope_take_attachment(&cell->value, attachment);
        tsn_cell_unlock(cell);
    }
    tsn_buf_fini(&text);
    return st;
}

tocsin_status tsn_cell_take_processor(tsn_cell *cell, tsn_hook *hook)
{
    tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
    tocsin_status st = tsn_scope_take_processor(&cell->value, &tsn_hook_kind, hook);
    tsn_cell_unlock(cell);
    return st;
}
