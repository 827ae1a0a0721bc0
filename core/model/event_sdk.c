/* The body's, else the origin's, else the client's own, which is copied; one without a name counts
 * for nothing. The integrations of the others are sorted and named once, and their settings get
 * from the client's what they say nothing about, so that the server does not fill in addresses by
 * itself. */
#include "model/event_members.h"

#include "base/house.h"
#include "model/event_text.h"

#define INTEGRATIONS_MAX 100 /* tocsin: names of one event; so picking the next one stays cheap */

static int compare(tsn_slice left, tsn_slice right)
{
    size_t len = left.len < right.len ? left.len : right.len;
    int order = memcmp(left.data, right.data, len);
    return order != 0 ? order : left.len < right.len ? -1 : left.len > right.len;
}

/* The smallest string of the list above `last`; absent: there is none. */
static tsn_slice next_name(tsn_slice list, tsn_slice last)
{
    tsn_json_walk walk = tsn_json_walk_of(list);
    tsn_slice best = TSN_SLICE_ABSENT;
    tsn_slice key;
    tsn_slice name;
    while (tsn_json_next(&walk, &key, &name)) {
        if (!tsn_json_is(name, TSN_JSON_STRING)) continue;
        if (!tsn_slice_absent(last) && compare(name, last) <= 0) continue;
        if (tsn_slice_absent(best) || compare(name, best) < 0) best = name;
    }
    return best;
}

static bool write_integrations(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out)
{
    (void)cuts;
    tsn_opening list = tsn_text_open(out, TSN_LIT("["));
    tsn_slice name = next_name(value, TSN_SLICE_ABSENT);
    for (size_t i = 0; i < INTEGRATIONS_MAX && !tsn_slice_absent(name); i++) {
        tsn_text_member(out, TSN_LIT(""), name);
        name = next_name(value, name);
    }
    return tsn_text_close(out, list, TSN_LIT("]"));
}

static const tsn_shape_row rows[] = {
    {TSN_SHAPE_KEY("name"), TSN_JSON_ONLY(TSN_JSON_STRING), 0, NULL},
    {TSN_SHAPE_KEY("version"), TSN_JSON_ONLY(TSN_JSON_STRING), 0, NULL},
    {TSN_SHAPE_KEY("integrations"), TSN_JSON_ONLY(TSN_JSON_ARRAY), 0, write_integrations},
    {TSN_SHAPE_KEY("features"), TSN_JSON_ONLY(TSN_JSON_ARRAY), 0, NULL},
    {TSN_SHAPE_KEY("packages"), TSN_JSON_ONLY(TSN_JSON_ARRAY), 0, NULL},
    {TSN_SHAPE_KEY("settings"), 0, 0, NULL},
};

static void write_settings(const tsn_event_source *source, tsn_slice own, tsn_buf *out)
{
    tsn_slice ours = tsn_json_get(source->config->sdk, TSN_LIT("settings"));
    tsn_slice infer_ip = tsn_json_get(ours, TSN_LIT("infer_ip"));
    tsn_opening settings = tsn_text_open(out, TSN_LIT("\"settings\":{"));
    if (tsn_json_is(own, TSN_JSON_OBJECT)) tsn_shape_copy(NULL, 0, own, &source->cuts, out);
    bool is_missing = tsn_slice_absent(tsn_json_get_set(own, TSN_LIT("infer_ip")));
    if (source->is_filled && is_missing) tsn_text_member(out, TSN_LIT("\"infer_ip\":"), infer_ip);
    tsn_text_close(out, settings, TSN_LIT("},"));
}

static bool has_name(tsn_slice sdk)
{
    return tsn_json_string_body(tsn_json_get(sdk, TSN_LIT("name"))).len > 0;
}

void tsn_event_write_sdk(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice sdk = source->body[TSN_MEMBER_SDK];
    if (!has_name(sdk) && source->origin != NULL) sdk = source->origin->sdk;
    if (!has_name(sdk)) {
        if (source->is_filled) tsn_text_member(out, TSN_LIT("\"sdk\":"), source->config->sdk);
        return;
    }
    tsn_opening object = tsn_text_open(out, TSN_LIT("\"sdk\":{"));
    tsn_shape_copy(rows, TSN_ARRAY_LEN(rows), sdk, &source->cuts, out);
    write_settings(source, tsn_json_get(sdk, TSN_LIT("settings")), out);
    tsn_text_close(out, object, TSN_LIT("},"));
}
