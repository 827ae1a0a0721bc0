/* A line is cut off, must be one JSON object from its first byte to its last, and says how many
 * bytes to take next. Only headers are ever looked into; a payload may be anything. */
#include "wire/envelope_read.h"

#include "base/house.h"
#include "data/json_normal.h"
#include "data/json_walk.h"
#include "data/stamp.h"

#define LENGTH_MAX UINT32_MAX

/* What is wrong with JSON does not matter here: any of it is a malformed envelope. */
static tocsin_status as_malformed(tocsin_status st)
{
    return st == TOCSIN_OK || st == TOCSIN_E_NOMEM ? st : TOCSIN_E_JSON;
}

/* The canonical form of an object without anything around it. */
static tocsin_status read_object(tsn_slice line, tsn_buf *canonical)
{
    tsn_buf_clear(canonical);
    if (line.len < 2 || line.data[0] != '{' || line.data[line.len - 1] != '}') return TOCSIN_E_JSON;
    return as_malformed(
        tsn_json_normalise(line, TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, canonical, NULL));
}

static tsn_slice take_line(tsn_slice *rest)
{
    tsn_slice line = tsn_slice_split(rest, '\n');
    if (tsn_slice_absent(*rest)) *rest = (tsn_slice){line.data + line.len, 0};
    return line;
}

tocsin_status tsn_envelope_read_header(tsn_envelope_reader *reader, tsn_slice text)
{
    *reader = (tsn_envelope_reader){.rest = text, .canonical = TSN_BUF_EMPTY};
    if (text.len == 0) return TOCSIN_E_JSON;
    reader->header = take_line(&reader->rest);
    return read_object(reader->header, &reader->canonical);
}

bool tsn_envelope_reader_done(const tsn_envelope_reader *reader)
{
    return reader->rest.len == 0;
}

/* Exactly `len` bytes, then the end or an LF, which is stepped over. */
static bool take_bytes(tsn_slice *rest, size_t len, tsn_slice *payload)
{
    if (rest->len < len) return false;
    if (rest->len > len && rest->data[len] != '\n') return false;
    *payload = tsn_slice_sub(*rest, 0, len);
    *rest = tsn_slice_sub(*rest, len + 1, rest->len);
    return true;
}

/* `length` is the header's, or absent. */
static bool take_payload(tsn_slice *rest, tsn_slice length, tsn_slice *payload)
{
    int64_t len;
    if (tsn_slice_absent(length)) {
        *payload = take_line(rest);
        return true;
    }
    if (!tsn_json_is(length, TSN_JSON_NUMBER) || !tsn_json_to_i64(length, &len)) return false;
    return len >= 0 && len <= LENGTH_MAX && take_bytes(rest, (size_t)len, payload);
}

tocsin_status tsn_envelope_read_next(tsn_envelope_reader *reader, tsn_envelope_read_item *item)
{
    TSN_CHECK(!tsn_envelope_reader_done(reader));
    item->head = take_line(&reader->rest);
    TSN_TRY(read_object(item->head, &reader->canonical));
    item->canonical = tsn_buf_view(&reader->canonical);
    tsn_slice type = tsn_json_get(item->canonical, TSN_LIT("type"));
    if (!tsn_json_is(type, TSN_JSON_STRING)) return TOCSIN_E_JSON;
    item->type = tsn_json_string_body(type);
    item->category = tsn_category_of_item(item->type);
    tsn_slice length = tsn_json_get(item->canonical, TSN_LIT("length"));
    return take_payload(&reader->rest, length, &item->payload) ? TOCSIN_OK : TOCSIN_E_JSON;
}

void tsn_envelope_reader_fini(tsn_envelope_reader *reader)
{
    tsn_buf_fini(&reader->canonical);
    *reader = (tsn_envelope_reader){.rest = TSN_SLICE_ABSENT};
}

tocsin_status tsn_envelope_check(tsn_slice text, size_t *item_count)
{
    tsn_envelope_reader reader;
    tsn_envelope_read_item item;
    size_t count = 0;
    tocsin_status st = tsn_envelope_read_header(&reader, text);
    for (; st == TOCSIN_OK && !tsn_envelope_reader_done(&reader); count++) {
        st = tsn_envelope_read_next(&reader, &item);
    }
    tsn_envelope_reader_fini(&reader);
    if (item_count != NULL) *item_count = st == TOCSIN_OK ? count : 0;
    return st;
}

static void append_other_members(tsn_buf *out, tsn_slice object, tsn_slice without)
{
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (tsn_slice_equal(key, without)) continue;
        tsn_buf_byte(out, '"');
        tsn_buf_slice(out, key);
        TSN_BUF_LIT(out, "\":");
        tsn_buf_slice(out, value);
        tsn_buf_byte(out, ',');
    }
}

tocsin_status tsn_envelope_append_restamped(tsn_buf *out, tsn_slice header, int64_t sent_at_us)
{
    tsn_buf canonical = TSN_BUF_EMPTY;
    size_t start = out->len;
    tocsin_status st = read_object(header, &canonical);
    if (st != TOCSIN_OK) goto done;
    tsn_buf_byte(out, '{');
    append_other_members(out, tsn_buf_view(&canonical), TSN_LIT("sent_at"));
    TSN_BUF_LIT(out, "\"sent_at\":\"");
    tsn_stamp_append_ms(out, sent_at_us);
    TSN_BUF_LIT(out, "\"}\n");
    st = tsn_buf_status(out);
    if (st != TOCSIN_OK) tsn_buf_truncate(out, start);
done:
    tsn_buf_fini(&canonical);
    return st;
}
