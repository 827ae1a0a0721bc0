/* What one canonical value means: text, cut text, numbers, truth. In a canonical string every
 * escape stands for one code point, and a short one is two bytes long, a \u00xx six, so text can
 * be counted without being decoded. */
#include "data/json_walk.h"

#include "base/house.h"
#include "data/json_escape.h"
#include "data/json_number.h"
#include "data/json_scan.h"

#define CUT_MARK "..."
#define CUT_MARK_LEN (sizeof CUT_MARK - 1)

tsn_slice tsn_json_string_body(tsn_slice value)
{
    if (!tsn_json_is(value, TSN_JSON_STRING)) return TSN_SLICE_ABSENT;
    TSN_ASSERT(value.len >= 2);
    return (tsn_slice){value.data + 1, value.len - 2};
}

void tsn_json_decode(tsn_slice value, tsn_buf *out)
{
    tsn_slice body = tsn_json_string_body(value);
    if (body.len == 0) return;
    const char *end = body.data + body.len;
    const char *run = body.data;
    const char *at;
    while ((at = tsn_json_skip_unquoted(run, end)) < end) {
        tsn_buf_append(out, run, (size_t)(at - run));
        tsn_buf_byte(out, tsn_json_unescape(at, &run));
    }
    tsn_buf_append(out, run, (size_t)(end - run));
}

static size_t step(const char *at)
{
    unsigned char lead = (unsigned char)*at;
    if (lead == '\\') return at[1] == 'u' ? 6 : 2;
    if (lead < 0xc0) return 1;
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* Bytes of the first `count` code points of a string's body. */
static size_t prefix(tsn_slice body, size_t count)
{
    size_t len = 0;
    for (; len < body.len && count > 0; count--) len += step(body.data + len);
    TSN_ASSERT(len <= body.len);
    return len;
}

bool tsn_json_copy_cut(tsn_slice value, size_t max, tsn_buf *out)
{
    TSN_ASSERT(max == 0 || max > CUT_MARK_LEN);
    tsn_slice body = tsn_json_string_body(value);
    bool is_whole = max == 0 || body.len <= max || prefix(body, max) == body.len;
    if (is_whole) {
        tsn_buf_slice(out, value);
        return false;
    }
    tsn_buf_byte(out, '"');
    tsn_buf_append(out, body.data, prefix(body, max - CUT_MARK_LEN));
    TSN_BUF_LIT(out, CUT_MARK "\"");
    return true;
}

bool tsn_json_to_i64(tsn_slice value, int64_t *out)
{
    return tsn_json_is(value, TSN_JSON_NUMBER) && tsn_slice_to_i64(value, out);
}

bool tsn_json_to_double(tsn_slice value, double *out)
{
    return tsn_json_is(value, TSN_JSON_NUMBER) && tsn_json_number_value(value, out);
}

bool tsn_json_to_bool(tsn_slice value, bool *out)
{
    if (!tsn_json_is(value, TSN_JSON_BOOL)) return false;
    *out = value.data[0] == 't';
    return true;
}
