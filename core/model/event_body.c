/* Bodies are made to look like what a caller may give as a whole event, so that there is one way
 * from a body to an event. */
#include "model/event.h"

#include "data/json_text.h"
#include "data/json_walk.h"
#include "data/limits.h"
#include "model/event_text.h"
#include "model/exception.h"
#include "model/level.h"

static const tsn_cuts no_cuts = {.on = false};

static char *put(char *at, tsn_slice text)
{
    memcpy(at, text.data, text.len);
    return at + text.len;
}

/* Between quotes, the first of which is there. What the event may not have is not kept either: a
 * message of many megabytes would find no room in the queue. */
static void append_message(tsn_buf *out, tsn_slice text)
{
    if (text.len <= TSN_MESSAGE_MAX) {
        tsn_json_append_escaped(out, text);
        return;
    }
    tsn_buf_truncate(out, out->len - 1);
    tsn_json_append_cut(out, text, TSN_MESSAGE_MAX);
    if (!out->failed) tsn_buf_truncate(out, out->len - 1);
}

void tsn_event_append_message_body(tsn_buf *out, tsn_slice text, int32_t level, tsn_slice threads,
                                   tsn_slice debug_meta)
{
    const tsn_slice head = TSN_LIT("{\"logentry\":{\"formatted\":\"");
    const tsn_slice middle = TSN_LIT("\"},\"level\":\"");
    tsn_slice name = tsn_level_name(level == TOCSIN_LEVEL_UNSET ? TOCSIN_LEVEL_INFO : level);
    tsn_text_put(out, head);
    if (out->failed) return;
    append_message(out, text);
    if (!tsn_buf_reserve(out, middle.len + name.len + 2)) return;
    char *end = put(put(out->data + out->len, middle), name);
    memcpy(end, "\",", 2);
    out->len = (size_t)(end + 2 - out->data);
    tsn_text_member(out, TSN_LIT("\"threads\":"), threads);
    tsn_text_member(out, TSN_LIT("\"debug_meta\":"), debug_meta);
    if (out->failed) return;
    out->data[out->len - 1] = '}';
}

/* All that stands around the text of a plain body. */
#define PLAIN_ENTRY_AT (sizeof "{\"logentry\":" - 1)
#define PLAIN_HEAD "{\"logentry\":{\"formatted\":\""
#define PLAIN_MIDDLE ",\"level\":"
#define PLAIN_TAIL(level) TSN_LIT_INIT("\"}" PLAIN_MIDDLE "\"" level "\"}")
#define PLAIN_HEAD_LEN (sizeof PLAIN_HEAD - 1)

static const tsn_slice plain_tails[] = {
    [TOCSIN_LEVEL_UNSET] = PLAIN_TAIL("info"),  [TOCSIN_LEVEL_DEBUG] = PLAIN_TAIL("debug"),
    [TOCSIN_LEVEL_INFO] = PLAIN_TAIL("info"),   [TOCSIN_LEVEL_WARNING] = PLAIN_TAIL("warning"),
    [TOCSIN_LEVEL_ERROR] = PLAIN_TAIL("error"), [TOCSIN_LEVEL_FATAL] = PLAIN_TAIL("fatal"),
};

inline size_t tsn_event_plain_body_len(tsn_slice text, int32_t level)
{
    return PLAIN_HEAD_LEN + text.len + plain_tails[level].len;
}

inline void tsn_event_put_plain_body(char *at, tsn_slice text, int32_t level)
{
    memcpy(at, PLAIN_HEAD, PLAIN_HEAD_LEN);
    put(put(at + PLAIN_HEAD_LEN, text), plain_tails[level]);
}

void tsn_event_split_plain_body(tsn_slice body, tsn_slice *logentry, tsn_slice *level)
{
    const char *end = body.data + body.len - 1;
    const char *quote = end - 2;
    while (*quote != '"') quote--;
    *level = (tsn_slice){quote, (size_t)(end - quote)};
    const char *entry = body.data + PLAIN_ENTRY_AT;
    *logentry = (tsn_slice){entry, (size_t)(quote - entry) - (sizeof PLAIN_MIDDLE - 1)};
}

tocsin_status tsn_event_append_exception_body(tsn_buf *out, tsn_slice exception, tsn_slice frames,
                                              tsn_slice debug_meta)
{
    tsn_exceptions found;
    tsn_exceptions_find(exception, &found);
    if (found.count == 0 || found.has_unusable) return TOCSIN_E_TYPE;
    tsn_text_put(out, TSN_LIT("{\"exception\":"));
    tsn_exceptions_write(&found, frames, &no_cuts, out);
    tsn_text_put(out, TSN_LIT(",\"level\":\"error\","));
    tsn_text_member(out, TSN_LIT("\"debug_meta\":"), debug_meta);
    if (out->failed) return TOCSIN_E_NOMEM;
    out->data[out->len - 1] = '}';
    return TOCSIN_OK;
}

static bool is_error_type(tsn_slice type)
{
    static const tsn_slice names[] = {{"error", 5}, {"event", 5}, {"default", 7}};
    for (size_t i = 0; i < TSN_ARRAY_LEN(names); i++) {
        if (tsn_slice_equal(tsn_json_string_body(type), names[i])) return true;
    }
    return false;
}

tocsin_status tsn_event_check_body(tsn_slice body, tsn_id *id, bool *has_id)
{
    tsn_slice own_id = tsn_json_string_body(tsn_json_get(body, TSN_LIT("event_id")));
    *has_id = own_id.len > 0 && tsn_id_parse(own_id, true, id);
    tsn_slice type = tsn_json_get_set(body, TSN_LIT("type"));
    return tsn_slice_absent(type) || is_error_type(type) ? TOCSIN_OK : TOCSIN_E_UNSUPPORTED;
}

bool tsn_event_has_own_trace(tsn_slice body)
{
    tsn_slice contexts = tsn_json_get(body, TSN_LIT("contexts"));
    return tsn_json_is(tsn_json_get(contexts, TSN_LIT("trace")), TSN_JSON_OBJECT);
}
