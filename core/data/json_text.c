/* Text is appended in runs: everything that may stand in a string as it is, well-formed UTF-8
 * included, is passed over, and what was passed over is copied when something comes that has to
 * be spelled differently. */
#include "data/json_text.h"

#include "base/house.h"
#include "base/utf8.h"
#include "data/json_escape.h"
#include "data/json_scan.h"

#define CUT_MARK "..."
#define CUT_MARK_LEN (sizeof CUT_MARK - 1)

/* Length of the code point at `at`, or of an ill-formed part, which will be one. */
static size_t step(const char *at, const char *end, bool *is_bad)
{
    *is_bad = *at == '\0';
    if ((signed char)*at > 0) return 1;
    size_t bad = 0;
    size_t len = tsn_utf8_sequence((tsn_slice){at, (size_t)(end - at)}, &bad);
    *is_bad = len == 0;
    return len == 0 ? bad : len;
}

/* Appends other than as it is: an ill-formed part or a byte that needs an escape. */
static void append_special(tsn_buf *out, char byte, bool is_bad)
{
    if (is_bad) {
        tsn_utf8_append_code_point(out, 0);
    } else {
        tsn_json_append_escape(out, (unsigned char)byte);
    }
}

/* From `run` on, of which `at` is the first that may not stay as it is. */
static TSN_APART void append_mixed(tsn_buf *out, const char *run, const char *at, const char *end)
{
    while (at < end) {
        bool is_bad;
        size_t len = step(at, end, &is_bad);
        if (is_bad || len == 1) {
            tsn_buf_append(out, run, (size_t)(at - run));
            append_special(out, *at, is_bad);
            run = at + len;
        }
        at = tsn_json_skip_plain(at + len, end);
    }
    tsn_buf_append(out, run, (size_t)(end - run));
}

inline bool tsn_json_is_plain_text(tsn_slice raw)
{
    return tsn_json_is_plain_run(raw.data, raw.len);
}

void tsn_json_append_escaped(tsn_buf *out, tsn_slice raw)
{
    if (raw.len == 0) return;
    const char *end = raw.data + raw.len;
    const char *at = tsn_json_skip_plain(raw.data, end);
    if (at < end) {
        append_mixed(out, raw.data, at, end);
    } else {
        tsn_buf_append(out, raw.data, raw.len);
    }
}

void tsn_json_append_string(tsn_buf *out, tsn_slice raw)
{
    tsn_buf_byte(out, '"');
    tsn_json_append_escaped(out, raw);
    tsn_buf_byte(out, '"');
}

/* Bytes of the first `count` code points. */
static size_t prefix(tsn_slice raw, size_t count)
{
    const char *at = raw.data;
    const char *end = at + raw.len;
    while (at < end && count > 0) {
        bool is_bad;
        at += step(at, end, &is_bad);
        count--;
    }
    return (size_t)(at - raw.data);
}

void tsn_json_append_cut(tsn_buf *out, tsn_slice raw, size_t max)
{
    TSN_ASSERT(max == 0 || max > CUT_MARK_LEN);
    bool is_whole = max == 0 || raw.len <= max || prefix(raw, max) == raw.len;
    if (is_whole) {
        tsn_json_append_string(out, raw);
        return;
    }
    tsn_buf_byte(out, '"');
    tsn_json_append_escaped(out, (tsn_slice){raw.data, prefix(raw, max - CUT_MARK_LEN)});
    TSN_BUF_LIT(out, CUT_MARK "\"");
}

void tsn_json_append_comma(tsn_buf *out)
{
    if (out->len == 0) return;
    char last = out->data[out->len - 1];
    if (last != '{' && last != '[') tsn_buf_byte(out, ',');
}

void tsn_json_append_key(tsn_buf *out, tsn_slice key)
{
    tsn_json_append_comma(out);
    tsn_buf_byte(out, '"');
    tsn_buf_slice(out, key);
    TSN_BUF_LIT(out, "\":");
}
