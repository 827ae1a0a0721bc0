/* Each thread goes through the table; the three members that depend on other threads or on the
 * exception are decided before. */
#include "model/threads.h"

#include "base/house.h"
#include "model/event_text.h"
#include "model/exception.h"
#include "model/stacktrace.h"

#define STRING TSN_JSON_ONLY(TSN_JSON_STRING)
#define BOOL TSN_JSON_ONLY(TSN_JSON_BOOL)

static const tsn_shape_row rows[] = {
    {TSN_SHAPE_KEY("id"), STRING | TSN_JSON_ONLY(TSN_JSON_NUMBER), 0, NULL},
    {TSN_SHAPE_KEY("name"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("main"), BOOL, 0, NULL},
    {TSN_SHAPE_KEY("state"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("held_locks"), TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, NULL},
    {TSN_SHAPE_KEY("crashed"), 0, 0, NULL},
    {TSN_SHAPE_KEY("current"), 0, 0, NULL},
    {TSN_SHAPE_KEY("stacktrace"), 0, 0, NULL},
};

typedef struct thread_marks {
    bool has_crashed;
    bool has_current;
} thread_marks;

/* Appends a boolean; true only for the first thread that claims it. */
static bool write_mark(tsn_slice thread, tsn_slice key, bool *is_taken, tsn_buf *out)
{
    bool is_set;
    if (!tsn_json_to_bool(tsn_json_get(thread, key), &is_set) || (is_set && *is_taken))
        return false;
    *is_taken = *is_taken || is_set;
    tsn_text_key(out, key);
    tsn_text_put(out, is_set ? TSN_LIT("true,") : TSN_LIT("false,"));
    return is_set;
}

static bool is_stack_in_exception(tsn_slice thread, const tsn_exceptions *exceptions)
{
    tsn_slice id = tsn_json_get_set(thread, TSN_LIT("id"));
    for (size_t i = 0; i < exceptions->count && !tsn_slice_absent(id); i++) {
        tsn_slice value = exceptions->values[i];
        if (tsn_slice_equal(tsn_json_get(value, TSN_LIT("thread_id")), id) &&
            !tsn_slice_absent(tsn_json_get_set(value, TSN_LIT("stacktrace"))))
            return true;
    }
    return false;
}

static void write_stack(tsn_slice thread, const tsn_cuts *cuts, tsn_buf *out)
{
    size_t start = out->len;
    tsn_text_put(out, TSN_LIT("\"stacktrace\":"));
    if (tsn_stacktrace_write(tsn_json_get(thread, TSN_LIT("stacktrace")), cuts, out)) {
        tsn_text_comma(out);
    } else {
        tsn_buf_truncate(out, start);
    }
}

static void write_thread(tsn_slice thread, const tsn_exceptions *exceptions, thread_marks *marks,
                         const tsn_cuts *cuts, tsn_buf *out)
{
    tsn_opening object = tsn_text_open(out, TSN_LIT("{"));
    tsn_shape_copy(rows, TSN_ARRAY_LEN(rows), thread, cuts, out);
    bool is_crashed = write_mark(thread, TSN_LIT("crashed"), &marks->has_crashed, out);
    write_mark(thread, TSN_LIT("current"), &marks->has_current, out);
    if (!is_crashed || !is_stack_in_exception(thread, exceptions)) write_stack(thread, cuts, out);
    tsn_text_close(out, object, TSN_LIT("},"));
}

bool tsn_threads_write(tsn_slice threads, tsn_slice exception, const tsn_cuts *cuts, tsn_buf *out)
{
    tsn_exceptions exceptions;
    tsn_exceptions_find(exception, &exceptions);
    tsn_json_walk walk = tsn_json_walk_of(tsn_shape_list(threads, TSN_LIT("values")));
    thread_marks marks = {false, false};
    tsn_opening list = tsn_text_open(out, TSN_LIT("{\"values\":["));
    tsn_slice key;
    tsn_slice thread;
    while (tsn_json_next(&walk, &key, &thread)) {
        if (tsn_json_is(thread, TSN_JSON_OBJECT))
            write_thread(thread, &exceptions, &marks, cuts, out);
    }
    return tsn_text_close(out, list, TSN_LIT("]}"));
}
