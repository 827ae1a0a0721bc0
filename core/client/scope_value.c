/* From text that came from outside to what a scope holds. */
#include "client/scope_value.h"

#include "data/json_text.h"
#include "data/json_walk.h"
#include "data/limits.h"

/* Hands `text` over as a fragment, or NULL for null. */
static tocsin_status finish(tsn_buf *text, tsn_fragment **out)
{
    *out = NULL;
    if (tsn_json_is_null(tsn_buf_view(text))) return TOCSIN_OK;
    *out = tsn_fragment_new(tsn_buf_view(text));
    return *out == NULL ? TOCSIN_E_NOMEM : TOCSIN_OK;
}

tocsin_status tsn_value_fragment(tsn_slice json, unsigned accept, tsn_fragment **out)
{
    *out = NULL;
    if (tsn_slice_absent(json)) return TOCSIN_OK;
    tsn_buf text = TSN_BUF_EMPTY;
    tocsin_status st = tsn_json_normalise(json, accept, TSN_EVENT_LEVELS_MAX, &text, NULL);
    if (st >= 0) st = finish(&text, out);
    tsn_buf_fini(&text);
    return st;
}

static bool is_all_strings(tsn_slice array)
{
    tsn_json_walk walk = tsn_json_walk_of(array);
    tsn_slice key, value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (!tsn_json_is(value, TSN_JSON_STRING)) return false;
    }
    return true;
}

tocsin_status tsn_value_fingerprint(tsn_slice json, tsn_fragment **out)
{
    unsigned accept = TSN_JSON_ONLY(TSN_JSON_ARRAY) | TSN_JSON_ONLY(TSN_JSON_NULL);
    TSN_TRY(tsn_value_fragment(json, accept, out));
    if (*out == NULL || is_all_strings(tsn_fragment_slice(*out))) return TOCSIN_OK;
    tsn_fragment_release(*out);
    *out = NULL;
    return TOCSIN_E_TYPE;
}

tocsin_status tsn_value_origin(tsn_slice json, tsn_origin **out)
{
    *out = NULL;
    tsn_fragment *text;
    TSN_TRY(tsn_value_fragment(json, TSN_VALUE_OBJECT_OR_NULL, &text));
    if (text == NULL) return TOCSIN_OK;
    tocsin_status st = tsn_origin_new(tsn_fragment_slice(text), out);
    tsn_fragment_release(text);
    return st;
}

tocsin_status tsn_value_string(tsn_slice raw, size_t max, tsn_fragment **out)
{
    *out = NULL;
    if (tsn_slice_absent(raw)) return TOCSIN_OK;
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_json_append_cut(&text, raw, max);
    tocsin_status st = tsn_buf_status(&text);
    if (st >= 0) {
        *out = tsn_fragment_new(tsn_buf_view(&text));
        if (*out == NULL) st = TOCSIN_E_NOMEM;
    }
    tsn_buf_fini(&text);
    return st;
}

bool tsn_value_context_is_reserved(tsn_slice key)
{
    return tsn_slice_equal(key, TSN_LIT("trace")) || tsn_slice_equal(key, TSN_LIT("flags"));
}
