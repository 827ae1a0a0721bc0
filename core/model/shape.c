/* One loop over an object's members, one look-up each. A member is first written and then taken
 * back if its writer declines, which saves every writer from deciding twice. Depth is looked at
 * before a value is rewritten, because hardly any is too deep. */
#include "model/shape.h"

#include "base/house.h"
#include "data/json_normal.h"
#include "data/json_scan.h"
#include "model/event_text.h"

#define CUT_MIN 4 /* shortest text that can end in "..." */

static const tsn_shape_row *find_row(const tsn_shape_row *rows, size_t count, tsn_slice key)
{
    for (size_t i = 0; i < count; i++) {
        if (tsn_slice_equal(rows[i].key, key)) return &rows[i];
    }
    return NULL;
}

static bool write_value(const tsn_shape_row *row, tsn_slice value, const tsn_cuts *cuts,
                        tsn_buf *out)
{
    if (row == NULL) {
        tsn_shape_copy_value(value, TSN_EVENT_LEVELS_MAX, cuts, out);
        return true;
    }
    if (row->write != NULL) return row->write(value, cuts, out);
    if (row->max > 0 && tsn_json_is(value, TSN_JSON_STRING)) {
        tsn_json_copy_cut(value, cuts->on ? row->max : 0, out);
        return true;
    }
    tsn_shape_copy_value(value, TSN_EVENT_LEVELS_MAX, cuts, out);
    return true;
}

static bool is_accepted(const tsn_shape_row *row, tsn_slice value)
{
    tsn_json_type type = tsn_json_type_of(value);
    if (type == TSN_JSON_NULL) return false;
    return row == NULL || (row->accept & TSN_JSON_ONLY(type)) != 0;
}

void tsn_shape_copy(const tsn_shape_row *rows, size_t count, tsn_slice object, const tsn_cuts *cuts,
                    tsn_buf *out)
{
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        const tsn_shape_row *row = find_row(rows, count, key);
        if (!is_accepted(row, value)) continue;
        size_t start = out->len;
        tsn_text_key(out, key);
        if (write_value(row, value, cuts, out)) {
            tsn_text_comma(out);
        } else {
            tsn_buf_truncate(out, start);
        }
    }
}

static bool is_deeper(tsn_slice value, unsigned levels)
{
    const char *end = value.data + value.len;
    unsigned depth = 0;
    for (const char *at = value.data; at < end; at++) {
        if (*at == '"') {
            at = tsn_json_skip_body(at + 1, end);
        } else if (*at == '{' || *at == '[') {
            if (++depth > levels) return true;
        } else if (*at == '}' || *at == ']') {
            depth--;
        }
    }
    return false;
}

void tsn_shape_copy_value(tsn_slice value, unsigned levels, const tsn_cuts *cuts, tsn_buf *out)
{
    if (!cuts->on || !is_deeper(value, levels)) {
        tsn_text_put(out, value);
        return;
    }
    tocsin_status st = tsn_json_normalise(value, TSN_JSON_ANY, levels, out, NULL);
    if (st == TOCSIN_E_NOMEM) out->failed = true;
    /* Repaired text can be longer than text that is read; such a value could not have been sent
     * anyway. */
    if (st == TOCSIN_E_SIZE) tsn_text_put(out, TSN_LIT("\"<truncated>\""));
}

bool tsn_shape_message(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out)
{
    size_t max = cuts->text > 0 && cuts->text < TSN_MESSAGE_MAX ? cuts->text : TSN_MESSAGE_MAX;
    tsn_json_copy_cut(value, !cuts->on ? 0 : max < CUT_MIN ? CUT_MIN : max, out);
    return true;
}

bool tsn_shape_true(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out)
{
    (void)cuts;
    tsn_text_put(out, value);
    return value.data[0] == 't';
}

tsn_slice tsn_shape_list(tsn_slice value, tsn_slice key)
{
    if (tsn_json_is(value, TSN_JSON_ARRAY)) return value;
    tsn_slice list = tsn_json_get(value, key);
    return tsn_json_is(list, TSN_JSON_ARRAY) ? list : TSN_SLICE_ABSENT;
}
