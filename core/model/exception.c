/* First the values worth writing are found, then their ids, then each is written. The mechanism is
 * written last in a value, because the ids in it are ours. */
#include "model/exception.h"

#include "base/house.h"
#include "model/event_text.h"
#include "model/exception_chain.h"
#include "model/mechanism.h"
#include "model/stacktrace.h"

static bool is_usable(tsn_slice value)
{
    return tsn_json_is(value, TSN_JSON_OBJECT) &&
           (tsn_json_is(tsn_json_get(value, TSN_LIT("type")), TSN_JSON_STRING) ||
            tsn_json_is(tsn_json_get(value, TSN_LIT("value")), TSN_JSON_STRING));
}

/* Makes room by dropping the oldest cause. */
static void add_value(tsn_exceptions *found, tsn_slice value)
{
    if (found->count == TSN_EXCEPTIONS_MAX) {
        memmove(found->values, found->values + 1, (TSN_EXCEPTIONS_MAX - 1) * sizeof *found->values);
        found->count--;
    }
    found->values[found->count++] = value;
}

void tsn_exceptions_find(tsn_slice exception, tsn_exceptions *found)
{
    found->count = 0;
    found->has_unusable = false;
    tsn_slice list = tsn_shape_list(exception, TSN_LIT("values"));
    if (tsn_slice_absent(list)) {
        found->has_unusable = !is_usable(exception);
        if (!found->has_unusable) add_value(found, exception);
        return;
    }
    tsn_json_walk walk = tsn_json_walk_of(list);
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (is_usable(value)) {
            add_value(found, value);
        } else {
            found->has_unusable = true;
        }
    }
}

tsn_slice tsn_exceptions_raised(tsn_slice exception)
{
    tsn_exceptions found;
    tsn_exceptions_find(exception, &found);
    return found.count > 0 ? found.values[found.count - 1] : TSN_SLICE_ABSENT;
}

#define STRING TSN_JSON_ONLY(TSN_JSON_STRING)

static const tsn_shape_row rows[] = {
    {TSN_SHAPE_KEY("type"), STRING, TSN_EXCEPTION_TYPE_MAX, NULL},
    {TSN_SHAPE_KEY("value"), STRING, 0, tsn_shape_message},
    {TSN_SHAPE_KEY("module"), STRING, TSN_EXCEPTION_MODULE_MAX, NULL},
    {TSN_SHAPE_KEY("thread_id"), STRING | TSN_JSON_ONLY(TSN_JSON_NUMBER), 0, NULL},
    {TSN_SHAPE_KEY("stacktrace"), TSN_JSON_ONLY(TSN_JSON_OBJECT) | TSN_JSON_ONLY(TSN_JSON_ARRAY), 0,
     tsn_stacktrace_write},
    {TSN_SHAPE_KEY("mechanism"), 0, 0, NULL},
};

static void write_frames(tsn_slice frames, const tsn_cuts *cuts, tsn_buf *out)
{
    size_t start = out->len;
    tsn_text_put(out, TSN_LIT("\"stacktrace\":"));
    if (tsn_stacktrace_write(frames, cuts, out)) {
        tsn_text_comma(out);
    } else {
        tsn_buf_truncate(out, start);
    }
}

static bool has_frames(tsn_slice value)
{
    tsn_slice stacktrace = tsn_json_get(value, TSN_LIT("stacktrace"));
    return tsn_json_count(tsn_shape_list(stacktrace, TSN_LIT("frames"))) > 0;
}

bool tsn_exceptions_write(const tsn_exceptions *exceptions, tsn_slice frames, const tsn_cuts *cuts,
                          tsn_buf *out)
{
    tsn_exception_link links[TSN_EXCEPTIONS_MAX];
    tsn_exception_chain(exceptions->values, exceptions->count, links);
    tsn_opening list = tsn_text_open(out, TSN_LIT("{\"values\":["));
    for (size_t i = 0; i < exceptions->count; i++) {
        tsn_slice value = exceptions->values[i];
        tsn_buf_byte(out, '{');
        tsn_shape_copy(rows, TSN_ARRAY_LEN(rows), value, cuts, out);
        bool is_raised = i + 1 == exceptions->count;
        if (is_raised && !has_frames(value)) write_frames(frames, cuts, out);
        tsn_text_put(out, TSN_LIT("\"mechanism\":"));
        tsn_mechanism_write(tsn_json_get(value, TSN_LIT("mechanism")), &links[i], cuts, out);
        tsn_text_put(out, TSN_LIT("},"));
    }
    return tsn_text_close(out, list, TSN_LIT("]}"));
}
