/* One small function a member: whose value counts, then how it is written. An empty value of the
 * body counts, so that it hides the layers' one, but is not written. */
#include "model/event_members.h"

#include "base/house.h"
#include "data/stamp.h"
#include "model/event_text.h"
#include "model/exception.h"
#include "model/level.h"
#include "model/threads.h"

static bool is_empty(tsn_slice value)
{
    return value.len <= 2; /* "", [], {}, absent */
}

static void write_cut(const tsn_event_source *source, tsn_slice head, tsn_slice value, size_t max,
                      tsn_buf *out)
{
    if (is_empty(value)) return;
    tsn_text_put(out, head);
    tsn_json_copy_cut(value, source->cuts.on ? max : 0, out);
    tsn_text_comma(out);
}

void tsn_event_write_id(tsn_event_source *source, tsn_buf *out)
{
    tsn_text_put(out, TSN_LIT("\"event_id\":\""));
    tsn_id_append(out, &source->parts->id);
    tsn_text_put(out, TSN_LIT("\","));
}

void tsn_event_write_timestamp(tsn_event_source *source, tsn_buf *out)
{
    int64_t time_us = source->parts->timestamp_us;
    tsn_slice own = source->body[TSN_MEMBER_TIMESTAMP];
    if (own.len > 0) tsn_stamp_parse_json(own, &time_us);
    tsn_text_put(out, TSN_LIT("\"timestamp\":\""));
    tsn_stamp_append_us(out, time_us);
    tsn_text_put(out, TSN_LIT("\","));
}

void tsn_event_write_platform(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice platform = source->body[TSN_MEMBER_PLATFORM];
    if (is_empty(platform) && source->origin != NULL) platform = source->origin->platform;
    if (is_empty(platform) && source->is_filled) platform = source->config->platform;
    if (!is_empty(platform)) tsn_text_member(out, TSN_LIT("\"platform\":"), platform);
}

void tsn_event_write_level(tsn_event_source *source, tsn_buf *out)
{
    int32_t level = TOCSIN_LEVEL_UNSET;
    for (size_t i = source->parts->layer_count; i-- > 0 && level == TOCSIN_LEVEL_UNSET;) {
        level = source->parts->layers[i]->level;
    }
    if (level == TOCSIN_LEVEL_UNSET && source->parts->is_plain) {
        tsn_text_member(out, TSN_LIT("\"level\":"), source->body[TSN_MEMBER_LEVEL]);
        return;
    }
    if (level == TOCSIN_LEVEL_UNSET)
        level = tsn_level_find(tsn_json_string_body(source->body[TSN_MEMBER_LEVEL]));
    if (level == TOCSIN_LEVEL_UNSET && source->is_filled) level = TOCSIN_LEVEL_ERROR;
    tsn_slice name = tsn_level_name(level);
    if (name.len == 0) return;
    tsn_text_put(out, TSN_LIT("\"level\":\""));
    tsn_text_put(out, name);
    tsn_text_put(out, TSN_LIT("\","));
}

void tsn_event_write_logger(tsn_event_source *source, tsn_buf *out)
{
    write_cut(source, TSN_LIT("\"logger\":"), source->body[TSN_MEMBER_LOGGER], TSN_LOGGER_MAX, out);
}

/* The pair of name and source that counts (R1): the body's if it has a name, else that of the
 * innermost layer with a name. */
static tsn_slice transaction_of(const tsn_event_source *source, tsn_slice *name_source)
{
    tsn_slice name = source->body[TSN_MEMBER_TRANSACTION];
    *name_source = tsn_json_get(source->body[TSN_MEMBER_TRANSACTION_INFO], TSN_LIT("source"));
    for (size_t i = source->parts->layer_count; i-- > 0 && tsn_slice_absent(name);) {
        tsn_fragment *const *texts = source->parts->layers[i]->texts;
        name = tsn_fragment_slice(texts[TSN_SCOPE_TRANSACTION]);
        *name_source = tsn_fragment_slice(texts[TSN_SCOPE_TRANSACTION_SOURCE]);
    }
    return name;
}

void tsn_event_write_transaction(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice name_source;
    tsn_slice name = transaction_of(source, &name_source);
    if (!is_empty(name)) source->transaction_source = name_source;
    write_cut(source, TSN_LIT("\"transaction\":"), name, TSN_TRANSACTION_MAX, out);
}

void tsn_event_write_transaction_info(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice name_source = source->transaction_source;
    if (is_empty(name_source) || !tsn_json_is(name_source, TSN_JSON_STRING)) return;
    tsn_text_put(out, TSN_LIT("\"transaction_info\":{\"source\":"));
    tsn_text_put(out, name_source);
    tsn_text_put(out, TSN_LIT("},"));
}

static void write_message(const tsn_event_source *source, tsn_slice head, tsn_slice text,
                          tsn_buf *out)
{
    tsn_text_put(out, head);
    tsn_shape_message(text, &source->cuts, out);
    tsn_text_comma(out);
}

typedef struct logentry {
    tsn_slice formatted; /* string, or absent */
    tsn_slice message;   /* string, or absent */
    tsn_slice params;    /* list or object, or absent */
} logentry;

static logentry read_logentry(tsn_slice object)
{
    logentry entry = {TSN_SLICE_ABSENT, TSN_SLICE_ABSENT, TSN_SLICE_ABSENT};
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        tsn_json_type type = tsn_json_type_of(value);
        if (type == TSN_JSON_STRING && tsn_slice_equal(key, TSN_LIT("formatted")))
            entry.formatted = value;
        if (type == TSN_JSON_STRING && tsn_slice_equal(key, TSN_LIT("message")))
            entry.message = value;
        bool is_container = type == TSN_JSON_OBJECT || type == TSN_JSON_ARRAY;
        if (is_container && tsn_slice_equal(key, TSN_LIT("params"))) entry.params = value;
    }
    return entry;
}

/* The template and its parameters go only together; a template alone is the message. */
static void write_logentry_members(const tsn_event_source *source, const logentry *entry,
                                   tsn_buf *out)
{
    bool has_template = entry->message.len > 0 && entry->params.len > 0;
    tsn_slice formatted = entry->formatted;
    if (formatted.len == 0 && !has_template) formatted = entry->message;
    if (formatted.len > 0) write_message(source, TSN_LIT("\"formatted\":"), formatted, out);
    if (!has_template) return;
    write_message(source, TSN_LIT("\"message\":"), entry->message, out);
    tsn_text_put(out, TSN_LIT("\"params\":"));
    tsn_shape_copy_value(entry->params, TSN_EVENT_LEVELS_MAX, &source->cuts, out);
    tsn_text_comma(out);
}

/* Nothing of a plain one is cut if it has no more bytes than code points are allowed. */
static bool is_whole(const tsn_event_source *source, tsn_slice plain)
{
    size_t text_len = plain.len - (sizeof "{\"formatted\":\"\"}" - 1);
    const tsn_cuts *cuts = &source->cuts;
    return !cuts->on || cuts->text == 0 || text_len <= cuts->text;
}

void tsn_event_write_logentry(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice value = source->body[TSN_MEMBER_LOGENTRY];
    if (source->parts->is_plain && is_whole(source, value)) {
        tsn_text_member(out, TSN_LIT("\"logentry\":"), value);
        return;
    }
    if (tsn_slice_absent(value)) value = source->body[TSN_MEMBER_MESSAGE];
    if (tsn_slice_absent(value)) return;
    logentry entry = read_logentry(value);
    if (tsn_json_is(value, TSN_JSON_STRING)) entry.formatted = value;
    tsn_opening object = tsn_text_open(out, TSN_LIT("\"logentry\":{"));
    write_logentry_members(source, &entry, out);
    tsn_text_close(out, object, TSN_LIT("},"));
}

void tsn_event_write_exception(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice exception = source->body[TSN_MEMBER_EXCEPTION];
    if (tsn_slice_absent(exception)) return;
    tsn_exceptions found;
    tsn_exceptions_find(exception, &found);
    size_t start = out->len;
    tsn_text_put(out, TSN_LIT("\"exception\":"));
    if (tsn_exceptions_write(&found, TSN_SLICE_ABSENT, &source->cuts, out)) {
        tsn_text_comma(out);
    } else {
        tsn_buf_truncate(out, start);
    }
}

void tsn_event_write_threads(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice threads = source->body[TSN_MEMBER_THREADS];
    if (tsn_slice_absent(threads)) return;
    size_t start = out->len;
    tsn_text_put(out, TSN_LIT("\"threads\":"));
    if (tsn_threads_write(threads, source->body[TSN_MEMBER_EXCEPTION], &source->cuts, out)) {
        tsn_text_comma(out);
    } else {
        tsn_buf_truncate(out, start);
    }
}

void tsn_event_write_debug_meta(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice meta = source->body[TSN_MEMBER_DEBUG_META];
    if (tsn_slice_absent(meta) && source->is_filled) meta = source->config->debug_meta;
    if (is_empty(meta)) return;
    bool is_list = tsn_json_is(meta, TSN_JSON_ARRAY);
    tsn_buf_slice(out,
                  is_list ? TSN_LIT("\"debug_meta\":{\"images\":") : TSN_LIT("\"debug_meta\":"));
    tsn_shape_copy_value(meta, TSN_EVENT_LEVELS_MAX - (is_list ? 1 : 0), &source->cuts, out);
    tsn_text_put(out, is_list ? TSN_LIT("},") : TSN_LIT(","));
}

void tsn_event_write_fingerprint(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice fingerprint = source->body[TSN_MEMBER_FINGERPRINT];
    if (tsn_slice_absent(fingerprint))
        fingerprint = tsn_event_layer_text(source, TSN_SCOPE_FINGERPRINT);
    if (is_empty(fingerprint)) return;
    tsn_json_walk walk = tsn_json_walk_of(fingerprint);
    tsn_opening list = tsn_text_open(out, TSN_LIT("\"fingerprint\":["));
    tsn_slice key;
    tsn_slice part;
    while (tsn_json_next(&walk, &key, &part)) {
        if (tsn_json_is(part, TSN_JSON_STRING)) tsn_text_member(out, TSN_LIT(""), part);
    }
    tsn_text_close(out, list, TSN_LIT("],"));
}

void tsn_event_write_modules(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice modules = source->body[TSN_MEMBER_MODULES];
    if (tsn_slice_absent(modules) && source->origin != NULL) modules = source->origin->modules;
    if (is_empty(modules)) return;
    tsn_text_put(out, TSN_LIT("\"modules\":"));
    tsn_shape_copy_value(modules, TSN_EVENT_LEVELS_MAX, &source->cuts, out);
    tsn_text_comma(out);
}

void tsn_event_write_errors(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice errors = source->body[TSN_MEMBER_ERRORS];
    if (is_empty(errors)) return;
    tsn_text_put(out, TSN_LIT("\"errors\":"));
    tsn_shape_copy_value(errors, TSN_EVENT_LEVELS_MAX, &source->cuts, out);
    tsn_text_comma(out);
}
