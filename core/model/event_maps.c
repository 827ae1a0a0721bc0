/* Most events bring no tags or extra of their own: then the maps are copied and nothing is looked
 * up. Else the body's members that no layer hides come first. Keys of tags may change, and may then
 * meet another one; only if one does, the body's tags are gathered in a map. */
#include "model/event_maps.h"

#include "base/house.h"
#include "model/event_members.h"
#include "model/event_text.h"
#include "model/tag.h"

void tsn_event_write_layer_maps(const tsn_event_source *source, tsn_scope_map map, tsn_buf *out)
{
    const tsn_pmap *maps[TSN_LAYERS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < source->parts->layer_count; i++) {
        const tsn_pmap *one = source->parts->layers[i]->maps[map];
        if (one != NULL) maps[count++] = one;
    }
    tsn_pmap_write_layers(maps, count, out);
}

bool tsn_event_is_in_layers(const tsn_event_source *source, tsn_scope_map map, tsn_slice key,
                            uint32_t hash)
{
    tsn_member member;
    for (size_t i = 0; i < source->parts->layer_count; i++) {
        const tsn_pmap *layer = source->parts->layers[i]->maps[map];
        if (layer != NULL && tsn_pmap_get_hashed(layer, key, hash, &member)) return true;
    }
    return false;
}

/* Whether no tag's key has to be changed; keys that are refused do not matter. */
static bool has_clean_keys(tsn_slice tags)
{
    tsn_json_walk walk = tsn_json_walk_of(tags);
    char memory[TSN_TAG_KEY_MAX];
    tsn_slice raw;
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &raw, &value)) {
        if (tsn_tag_key(raw, memory, &key) && !tsn_slice_equal(key, raw)) return false;
    }
    return true;
}

static void write_clean_tags(const tsn_event_source *source, tsn_slice tags, tsn_buf *out)
{
    tsn_json_walk walk = tsn_json_walk_of(tags);
    char memory[TSN_TAG_KEY_MAX];
    tsn_slice raw;
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &raw, &value)) {
        if (!tsn_tag_key(raw, memory, &key) ||
            tsn_event_is_in_layers(source, TSN_SCOPE_TAGS, key, tsn_slice_hash(key)))
            continue;
        size_t start = out->len;
        tsn_text_key(out, key);
        if (tsn_tag_append_json_value(out, value)) {
            tsn_text_comma(out);
        } else {
            tsn_buf_truncate(out, start);
        }
    }
}

/* Of two tags that come to have one key the later one stays. */
static tocsin_status gather_tags(tsn_slice tags, tsn_buf *value_text, tsn_pmap **map)
{
    tsn_json_walk walk = tsn_json_walk_of(tags);
    char memory[TSN_TAG_KEY_MAX];
    tsn_slice raw;
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &raw, &value)) {
        tsn_buf_clear(value_text);
        if (!tsn_tag_key(raw, memory, &key) || !tsn_tag_append_json_value(value_text, value))
            continue;
        TSN_TRY(tsn_buf_status(value_text));
        TSN_TRY(tsn_pmap_set(map, key, tsn_buf_view(value_text)));
    }
    return TOCSIN_OK;
}

static void write_changed_tags(const tsn_event_source *source, tsn_slice tags, tsn_buf *out)
{
    tsn_buf value_text = TSN_BUF_EMPTY;
    tsn_pmap *map = NULL;
    if (gather_tags(tags, &value_text, &map) != TOCSIN_OK) out->failed = true;
    tsn_pmap_iter iter = tsn_pmap_iter_of(map);
    tsn_member member;
    while (tsn_pmap_next(&iter, &member)) {
        if (!tsn_event_is_in_layers(source, TSN_SCOPE_TAGS, member.key, member.hash))
            tsn_text_put(out, member.text);
    }
    tsn_pmap_release(map);
    tsn_buf_fini(&value_text);
}

static void write_own_tags(const tsn_event_source *source, tsn_slice tags, tsn_buf *out)
{
    if (has_clean_keys(tags)) {
        write_clean_tags(source, tags, out);
    } else {
        write_changed_tags(source, tags, out);
    }
}

void tsn_event_write_tags(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice tags = source->body[TSN_MEMBER_TAGS];
    tsn_opening object = tsn_text_open(out, TSN_LIT("\"tags\":{"));
    if (tags.len > 0) write_own_tags(source, tags, out);
    tsn_event_write_layer_maps(source, TSN_SCOPE_TAGS, out);
    tsn_text_close(out, object, TSN_LIT("},"));
}

void tsn_event_write_extra(tsn_event_source *source, tsn_buf *out)
{
    tsn_json_walk walk = tsn_json_walk_of(source->body[TSN_MEMBER_EXTRA]);
    tsn_opening object = tsn_text_open(out, TSN_LIT("\"extra\":{"));
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (tsn_event_is_in_layers(source, TSN_SCOPE_EXTRA, key, tsn_slice_hash(key))) continue;
        tsn_text_key(out, key);
        tsn_shape_copy_value(value, TSN_EVENT_LEVELS_MAX - 1, &source->cuts, out);
        tsn_text_comma(out);
    }
    tsn_event_write_layer_maps(source, TSN_SCOPE_EXTRA, out);
    tsn_text_close(out, object, TSN_LIT("},"));
}
