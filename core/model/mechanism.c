/* The one required member is the type; a mechanism without one, and an exception without mechanism,
 * was captured by a plain call. */
#include "model/mechanism.h"

#include "base/house.h"
#include "model/event_text.h"

static bool write_type(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out)
{
    tsn_json_copy_cut(value, cuts->on ? TSN_MECHANISM_TYPE_MAX : 0, out);
    return tsn_json_string_body(value).len > 0;
}

static bool write_help_link(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out)
{
    (void)cuts;
    tsn_slice link = tsn_json_string_body(value);
    tsn_text_put(out, value);
    return tsn_slice_starts_with(link, TSN_LIT("http://")) ||
           tsn_slice_starts_with(link, TSN_LIT("https://"));
}

static bool write_source(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out)
{
    (void)cuts;
    tsn_slice source = tsn_json_string_body(value);
    tsn_text_put(out, value);
    return source.len > 0 && tsn_slice_find(source, ' ') == source.len;
}

#define STRING TSN_JSON_ONLY(TSN_JSON_STRING)

static const tsn_shape_row rows[] = {
    {TSN_SHAPE_KEY("type"), STRING, 0, write_type},
    {TSN_SHAPE_KEY("handled"), TSN_JSON_ONLY(TSN_JSON_BOOL), 0, NULL},
    {TSN_SHAPE_KEY("description"), STRING, TSN_MESSAGE_MAX, NULL},
    {TSN_SHAPE_KEY("help_link"), STRING, 0, write_help_link},
    {TSN_SHAPE_KEY("source"), STRING, 0, write_source},
    {TSN_SHAPE_KEY("synthetic"), TSN_JSON_ONLY(TSN_JSON_BOOL), 0, tsn_shape_true},
    {TSN_SHAPE_KEY("data"), TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, NULL},
    {TSN_SHAPE_KEY("meta"), TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, NULL},
    {TSN_SHAPE_KEY("exception_id"), 0, 0, NULL},
    {TSN_SHAPE_KEY("parent_id"), 0, 0, NULL},
    {TSN_SHAPE_KEY("is_exception_group"), 0, 0, NULL},
};

void tsn_mechanism_write(tsn_slice mechanism, const tsn_exception_link *link, const tsn_cuts *cuts,
                         tsn_buf *out)
{
    tsn_opening object = tsn_text_open(out, TSN_LIT("{"));
    tsn_slice type = tsn_json_string_body(tsn_json_get(mechanism, TSN_LIT("type")));
    if (type.len == 0) tsn_text_put(out, TSN_LIT("\"type\":\"generic\","));
    if (tsn_json_is(mechanism, TSN_JSON_OBJECT)) {
        tsn_shape_copy(rows, TSN_ARRAY_LEN(rows), mechanism, cuts, out);
    } else {
        tsn_text_put(out, TSN_LIT("\"handled\":true,"));
    }
    tsn_exception_link_write(link, out);
    tsn_text_close(out, object, TSN_LIT("}"));
}
