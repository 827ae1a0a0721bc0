/* `trace` stands first and `flags` last, because both are the core's own; between them the body's
 * contexts that no layer hides, the origin's runtime, the layers' union, and of the client's
 * defaults what is still missing. In this order a second writing changes nothing. */
#include "model/event_members.h"

#include "base/house.h"
#include "model/event_flags.h"
#include "model/event_maps.h"
#include "model/event_text.h"

static void write_trace(const tsn_event_source *source, tsn_buf *out)
{
    tsn_slice own = tsn_json_get(source->body[TSN_MEMBER_CONTEXTS], TSN_LIT("trace"));
    bool is_own = tsn_json_is(own, TSN_JSON_OBJECT);
    if (!is_own && source->parts->propagation == NULL) return;
    tsn_text_put(out, TSN_LIT("\"trace\":"));
    if (is_own) {
        tsn_shape_copy_value(own, TSN_EVENT_LEVELS_MAX - 1, &source->cuts, out);
    } else {
        tsn_propagation_append_context(source->parts->propagation, out);
    }
    tsn_text_comma(out);
}

static bool is_reserved(tsn_slice key)
{
    return tsn_slice_equal(key, TSN_LIT("trace")) || tsn_slice_equal(key, TSN_LIT("flags"));
}

static void write_own(const tsn_event_source *source, tsn_buf *out)
{
    tsn_json_walk walk = tsn_json_walk_of(source->body[TSN_MEMBER_CONTEXTS]);
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (!tsn_json_is(value, TSN_JSON_OBJECT) || is_reserved(key)) continue;
        if (tsn_event_is_in_layers(source, TSN_SCOPE_CONTEXTS, key, tsn_slice_hash(key))) continue;
        tsn_text_key(out, key);
        tsn_shape_copy_value(value, TSN_EVENT_LEVELS_MAX - 1, &source->cuts, out);
        tsn_text_comma(out);
    }
}

static bool is_in_body(const tsn_event_source *source, tsn_slice key)
{
    return tsn_json_is(tsn_json_get(source->body[TSN_MEMBER_CONTEXTS], key), TSN_JSON_OBJECT);
}

static bool has_origin_runtime(const tsn_event_source *source)
{
    return source->origin != NULL && source->origin->runtime.len > 0;
}

static bool is_given(const tsn_event_source *source, tsn_slice key, uint32_t hash)
{
    return is_in_body(source, key) || tsn_event_is_in_layers(source, TSN_SCOPE_CONTEXTS, key, hash);
}

static void write_runtime(const tsn_event_source *source, tsn_buf *out)
{
    tsn_slice key = TSN_LIT("runtime");
    if (!has_origin_runtime(source) || is_given(source, key, tsn_slice_hash(key))) return;
    tsn_text_member(out, TSN_LIT("\"runtime\":"), source->origin->runtime);
}

static void write_defaults(const tsn_event_source *source, tsn_buf *out)
{
    if (!source->is_filled) return;
    tsn_pmap_iter iter = tsn_pmap_iter_of(source->config->contexts);
    tsn_member member;
    while (tsn_pmap_next(&iter, &member)) {
        bool is_runtime = tsn_slice_equal(member.key, TSN_LIT("runtime"));
        if (is_runtime && has_origin_runtime(source)) continue;
        if (!is_given(source, member.key, member.hash)) tsn_text_put(out, member.text);
    }
}

static void write_flags(const tsn_event_source *source, tsn_buf *out)
{
    bool has_own = !tsn_slice_absent(source->body[TSN_MEMBER_CONTEXTS]);
    if (!has_own && !tsn_event_has_flags(source)) return;
    size_t start = out->len;
    tsn_text_put(out, TSN_LIT("\"flags\":"));
    if (tsn_event_write_flags(source, out)) return;
    tsn_slice own = tsn_json_get(source->body[TSN_MEMBER_CONTEXTS], TSN_LIT("flags"));
    if (!tsn_json_is(own, TSN_JSON_OBJECT)) {
        tsn_buf_truncate(out, start);
        return;
    }
    tsn_shape_copy_value(own, TSN_EVENT_LEVELS_MAX - 1, &source->cuts, out);
    tsn_text_comma(out);
}

void tsn_event_write_contexts(tsn_event_source *source, tsn_buf *out)
{
    tsn_opening object = tsn_text_open(out, TSN_LIT("\"contexts\":{"));
    write_trace(source, out);
    write_own(source, out);
    write_runtime(source, out);
    tsn_event_write_layer_maps(source, TSN_SCOPE_CONTEXTS, out);
    write_defaults(source, out);
    write_flags(source, out);
    tsn_text_close(out, object, TSN_LIT("},"));
}
