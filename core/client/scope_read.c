/* A scope's data as JSON, for people and bindings that want to look. */
#include "client/client.h"
#include "client/client_config.h"
#include "client/scope_cell.h"
#include "data/json_text.h"
#include "data/json_walk.h"

tocsin_status tsn_cell_write(tsn_cell *cell, tsn_buf *out)
{
    tsn_scope *value = tsn_cell_snapshot(cell);
    tsn_scope_write(value, out);
    tsn_scope_release(value);
    return tsn_buf_status(out);
}

/* Members that belong to one capture, not to scopes. */
static bool is_of_a_capture(tsn_slice key)
{
    return tsn_slice_equal(key, TSN_LIT("event_id")) || tsn_slice_equal(key, TSN_LIT("timestamp"));
}

static void copy_scope_members(tsn_slice event, tsn_buf *out)
{
    tsn_json_walk walk = tsn_json_walk_of(event);
    tsn_slice key, value;
    tsn_buf_byte(out, '{');
    while (tsn_json_next(&walk, &key, &value)) {
        if (is_of_a_capture(key)) continue;
        tsn_json_append_key(out, key);
        tsn_buf_slice(out, value);
    }
    tsn_buf_byte(out, '}');
}

tocsin_status tsn_cell_write_merged(tsn_cell *cell, tsn_buf *out)
{
    tsn_cell *cells[TSN_LAYERS_MAX];
    tsn_scope *values[TSN_LAYERS_MAX];
    tsn_event_parts parts = {.body = TSN_LIT("{}")};
    parts.layer_count = tsn_cell_layers(cell, NULL, cells);
    for (size_t i = 0; i < parts.layer_count; i++) {
        values[i] = tsn_cell_snapshot(cells[i]);
        parts.layers[i] = values[i];
        if (values[i]->propagation != NULL) parts.propagation = values[i]->propagation;
    }
    tsn_buf event = TSN_BUF_EMPTY;
    tocsin_status st = tsn_event_write(&parts, &cell->client->config->event, 0, &event);
    if (st >= 0) copy_scope_members(tsn_buf_view(&event), out);
    tsn_buf_fini(&event);
    for (size_t i = 0; i < parts.layer_count; i++) tsn_scope_release(values[i]);
    return st < 0 ? st : tsn_buf_status(out);
}
