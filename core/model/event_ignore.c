/* Ignoring looks at the raised exception alone: what `ignore_errors` names is compared with its
 * type and with `type: value`, as raw text. */
#include "model/event.h"

#include "data/json_walk.h"
#include "model/exception.h"

static tsn_slice raised_in(tsn_slice body)
{
    tsn_slice exception = tsn_json_get_set(body, TSN_LIT("exception"));
    return exception.len > 0 ? tsn_exceptions_raised(exception) : TSN_SLICE_ABSENT;
}

static bool meets(tsn_slice pattern, tsn_slice type, tsn_slice full)
{
    if (pattern.len == 0) return false;
    bool has_star = tsn_slice_find(pattern, '*') < pattern.len;
    if (!has_star) return tsn_slice_contains(full, pattern);
    return tsn_slice_glob(type, pattern) || tsn_slice_glob(full, pattern);
}

/* Appends `type: value`, or what there is of it; returns the length of the type. */
static size_t append_title(tsn_slice raised, tsn_buf *out)
{
    tsn_json_decode(tsn_json_get(raised, TSN_LIT("type")), out);
    size_t type_len = out->len;
    tsn_slice value = tsn_json_get(raised, TSN_LIT("value"));
    bool has_value = tsn_json_is(value, TSN_JSON_STRING);
    if (type_len > 0 && has_value) TSN_BUF_LIT(out, ": ");
    tsn_json_decode(value, out);
    return type_len;
}

bool tsn_event_is_ignored(tsn_slice body, const tsn_slice *patterns, size_t count)
{
    if (count == 0) return false;
    tsn_slice raised = raised_in(body);
    if (tsn_slice_absent(raised)) return false;
    tsn_buf title = TSN_BUF_EMPTY;
    size_t type_len = append_title(raised, &title);
    tsn_slice full = tsn_buf_view(&title);
    bool is_ignored = false;
    for (size_t i = 0; i < count && !title.failed && !is_ignored; i++) {
        is_ignored = meets(patterns[i], tsn_slice_sub(full, 0, type_len), full);
    }
    tsn_buf_fini(&title);
    return is_ignored;
}

bool tsn_event_raised_type(tsn_slice body, tsn_buf *out)
{
    tsn_slice raised = raised_in(body);
    if (tsn_slice_absent(raised)) return false;
    tsn_json_decode(tsn_json_get(raised, TSN_LIT("type")), out);
    return true;
}
