/* A scope's own data, for people and tests to look at: the parts in a fixed order, each under the
 * name it has in an event. What was never set, or is empty again, is left out. */
#include "data/json_text.h"
#include "model/level.h"
#include "model/scope.h"

static const char *const map_names[TSN_SCOPE_MAPS] = {
    [TSN_SCOPE_TAGS] = "tags",
    [TSN_SCOPE_EXTRA] = "extra",
    [TSN_SCOPE_CONTEXTS] = "contexts",
};

static const char *const text_names[TSN_SCOPE_TEXTS] = {
    [TSN_SCOPE_USER] = "user",
    [TSN_SCOPE_REQUEST] = "request",
    [TSN_SCOPE_FINGERPRINT] = "fingerprint",
    [TSN_SCOPE_TRANSACTION] = "transaction",
    [TSN_SCOPE_TRANSACTION_SOURCE] = "transaction_info",
};

static void drop_comma(tsn_buf *out)
{
    if (!out->failed && out->data[out->len - 1] == ',') tsn_buf_truncate(out, out->len - 1);
}

static void write_maps(const tsn_scope *scope, tsn_buf *out)
{
    for (int i = 0; i < TSN_SCOPE_MAPS; i++) {
        if (tsn_pmap_count(scope->maps[i]) == 0) continue;
        tsn_json_append_key(out, tsn_slice_of(map_names[i]));
        tsn_buf_byte(out, '{');
        tsn_pmap_write(scope->maps[i], out);
        drop_comma(out);
        tsn_buf_byte(out, '}');
    }
}

static void write_texts(const tsn_scope *scope, tsn_buf *out)
{
    for (int i = 0; i < TSN_SCOPE_TEXTS; i++) {
        if (scope->texts[i] == NULL) continue;
        bool is_source = i == TSN_SCOPE_TRANSACTION_SOURCE;
        tsn_json_append_key(out, tsn_slice_of(text_names[i]));
        if (is_source) TSN_BUF_LIT(out, "{\"source\":");
        tsn_buf_slice(out, tsn_fragment_slice(scope->texts[i]));
        if (is_source) tsn_buf_byte(out, '}');
    }
}

static void write_level(const tsn_scope *scope, tsn_buf *out)
{
    if (scope->level == TOCSIN_LEVEL_UNSET) return;
    tsn_json_append_key(out, TSN_LIT("level"));
    tsn_json_append_string(out, tsn_level_name(scope->level));
}

static void write_crumbs(const tsn_scope *scope, tsn_buf *out)
{
    if (tsn_pring_count(scope->crumbs) == 0) return;
    tsn_json_append_key(out, TSN_LIT("breadcrumbs"));
    TSN_BUF_LIT(out, "{\"values\":[");
    tsn_pring_cursor cursor = tsn_pring_cursor_of(scope->crumbs);
    tsn_crumb crumb;
    for (; tsn_pring_peek(&cursor, &crumb); tsn_pring_advance(&cursor)) {
        tsn_json_append_comma(out);
        tsn_buf_slice(out, crumb.json);
    }
    TSN_BUF_LIT(out, "]}");
}

static void write_crumb_count(const tsn_scope *scope, tsn_buf *out)
{
    uint64_t dropped = tsn_pring_dropped(scope->crumbs);
    if (dropped == 0) return;
    tsn_json_append_key(out, TSN_LIT("_meta"));
    TSN_BUF_LIT(out, "{\"breadcrumbs\":{\"\":{\"len\":");
    tsn_buf_u64(out, tsn_pring_count(scope->crumbs) + dropped);
    TSN_BUF_LIT(out, "}}}");
}

static void write_origin(const tsn_scope *scope, tsn_buf *out)
{
    if (scope->origin == NULL) return;
    tsn_json_append_key(out, TSN_LIT("origin"));
    tsn_buf_slice(out, tsn_fragment_slice(scope->origin->text));
}

static void write_flags(const tsn_scope *scope, tsn_buf *out)
{
    size_t count = tsn_plist_count(scope->flags);
    if (count == 0) return;
    tsn_json_append_key(out, TSN_LIT("flags"));
    tsn_buf_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        tsn_buf_slice(out, tsn_fragment_slice(tsn_plist_at(scope->flags, i)));
    }
    drop_comma(out);
    tsn_buf_byte(out, ']');
}

static void write_attachments(const tsn_scope *scope, tsn_buf *out)
{
    size_t count = tsn_plist_count(scope->attachments);
    if (count == 0) return;
    tsn_json_append_key(out, TSN_LIT("attachments"));
    tsn_buf_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        const tsn_attachment *attachment = tsn_plist_at(scope->attachments, i);
        tsn_json_append_comma(out);
        tsn_buf_slice(out, tsn_fragment_slice(attachment->filename));
    }
    tsn_buf_byte(out, ']');
}

static void write_trace(const tsn_scope *scope, tsn_buf *out)
{
    if (scope->propagation == NULL) return;
    tsn_json_append_key(out, TSN_LIT("trace"));
    tsn_propagation_append_context(scope->propagation, out);
}

void tsn_scope_write(const tsn_scope *scope, tsn_buf *out)
{
    static void (*const parts[])(const tsn_scope *, tsn_buf *) = {
        write_maps,  write_level,       write_texts, write_crumbs,      write_origin,
        write_flags, write_attachments, write_trace, write_crumb_count,
    };
    tsn_buf_byte(out, '{');
    for (size_t i = 0; i < TSN_ARRAY_LEN(parts); i++) parts[i](scope, out);
    tsn_buf_byte(out, '}');
}
