/* Tags are the one part of an event that the server throws away when it does not like them, so they
 * are made acceptable when they are set: a key is cleaned or refused, a value is shortened, never
 * refused. Only the first few hundred bytes of a value can survive the cut, so no more than these
 * are looked at. */
#include "model/tag.h"

#include "base/house.h"
#include "data/json_scan.h"
#include "data/json_text.h"
#include "data/json_walk.h"

/* One code point more than may stay, so that the cut sees there was more, and one that clipping may
 * have split. */
#define VALUE_BYTES ((TSN_TAG_VALUE_MAX + 2) * 4)

/* Bytes of a key as bits of their value: of 0x20 to 0x3f the digits, '-', '.', ':', of 0x40 to 0x7f
 * the letters and '_'. */
static bool is_key_byte(char byte)
{
    static const uint32_t allowed[8] = {0, 0x07ff6000, 0x87fffffe, 0x07fffffe};
    unsigned value = (unsigned char)byte;
    return allowed[value >> 5] >> (value & 31) & 1;
}

static tsn_slice trim_spaces(tsn_slice text)
{
    while (text.len > 0 && text.data[0] == ' ') text = tsn_slice_sub(text, 1, text.len);
    while (text.len > 0 && text.data[text.len - 1] == ' ') text.len--;
    return text;
}

bool tsn_tag_key(tsn_slice raw, char memory[TSN_TAG_KEY_MAX], tsn_slice *key)
{
    tsn_slice trimmed = trim_spaces(raw);
    if (trimmed.len == 0 || trimmed.len > TSN_TAG_KEY_MAX) return false;
    bool has_space = false;
    for (size_t i = 0; i < trimmed.len; i++) {
        char byte = trimmed.data[i];
        if (!is_key_byte(byte) && byte != ' ') return false;
        has_space |= byte == ' ';
        memory[i] = byte == ' ' ? '-' : byte;
    }
    *key = has_space ? (tsn_slice){memory, trimmed.len} : trimmed;
    return true;
}

/* Short plain ASCII, which is nearly every tag, becomes what it is, between quotes. */
static bool is_plain(tsn_slice raw)
{
    const char *end = raw.data + raw.len;
    return raw.len <= TSN_TAG_VALUE_MAX && tsn_json_skip_plain(raw.data, end) == end;
}

static void append_quoted(tsn_buf *out, tsn_slice raw)
{
    if (!tsn_buf_reserve(out, raw.len + 2)) return;
    char *at = out->data + out->len;
    at[0] = '"';
    if (raw.len > 0) memcpy(at + 1, raw.data, raw.len);
    at[raw.len + 1] = '"';
    out->len += raw.len + 2;
}

void tsn_tag_append_value(tsn_buf *out, tsn_slice raw)
{
    if (is_plain(raw)) {
        append_quoted(out, raw);
        return;
    }
    char memory[VALUE_BYTES];
    size_t len = raw.len < VALUE_BYTES ? raw.len : VALUE_BYTES;
    for (size_t i = 0; i < len; i++) {
        char byte = raw.data[i];
        memory[i] = byte == '\r' || byte == '\n' ? ' ' : byte;
    }
    tsn_json_append_cut(out, (tsn_slice){memory, len}, TSN_TAG_VALUE_MAX);
}

static void append_decoded(tsn_buf *out, tsn_slice value)
{
    tsn_buf text;
    tsn_buf_init(&text);
    tsn_json_decode(value, &text);
    if (text.failed) {
        out->failed = true;
    } else {
        tsn_tag_append_value(out, tsn_buf_view(&text));
    }
    tsn_buf_fini(&text);
}

/* A string without escapes that is short in bytes is what it would become. */
static bool is_fine_as_it_is(tsn_slice value)
{
    tsn_slice body = tsn_json_string_body(value);
    return body.len <= TSN_TAG_VALUE_MAX && tsn_slice_find(body, '\\') == body.len;
}

bool tsn_tag_append_json_value(tsn_buf *out, tsn_slice value)
{
    switch (tsn_json_type_of(value)) {
    case TSN_JSON_BOOL:
    case TSN_JSON_NUMBER:
        tsn_buf_slice(out, value);
        return true;
    case TSN_JSON_STRING:
        if (is_fine_as_it_is(value)) {
            tsn_buf_slice(out, value);
        } else {
            append_decoded(out, value);
        }
        return true;
    default:
        return false;
    }
}
