/* A filename is data and never a path on disk: whatever stands before the last slash or backslash
 * is taken off, control bytes too, and what remains may not be empty, "." or "..". Other odd names
 * (bidirectional marks, blanks) are somebody's real filenames and pass. */
#include "model/attachment.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/json_text.h"
#include "data/json_walk.h"

typedef struct content_type {
    const char *extension;
    const char *name;
} content_type;

static const content_type content_types[] = {
    {"txt", "text/plain"},        {"log", "text/plain"},        {"md", "text/markdown"},
    {"csv", "text/csv"},          {"html", "text/html"},        {"htm", "text/html"},
    {"css", "text/css"},          {"js", "text/javascript"},    {"json", "application/json"},
    {"xml", "application/xml"},   {"yaml", "application/yaml"}, {"yml", "application/yaml"},
    {"pdf", "application/pdf"},   {"zip", "application/zip"},   {"gz", "application/gzip"},
    {"tar", "application/x-tar"}, {"dmp", "application/x-dmp"}, {"png", "image/png"},
    {"jpg", "image/jpeg"},        {"jpeg", "image/jpeg"},       {"gif", "image/gif"},
    {"svg", "image/svg+xml"},     {"webp", "image/webp"},
};

static tsn_slice guess_content_type(tsn_slice filename)
{
    tsn_slice rest = filename;
    tsn_slice extension = TSN_SLICE_ABSENT;
    tsn_slice_split(&rest, '.');
    while (!tsn_slice_absent(rest)) extension = tsn_slice_split(&rest, '.');
    for (size_t i = 0; i < TSN_ARRAY_LEN(content_types); i++) {
        if (tsn_slice_equal_nocase(extension, tsn_slice_of(content_types[i].extension))) {
            return tsn_slice_of(content_types[i].name);
        }
    }
    return TSN_LIT("application/octet-stream");
}

static tsn_slice base_name(tsn_slice path)
{
    for (size_t at = path.len; at > 0; at--) {
        if (path.data[at - 1] == '/' || path.data[at - 1] == '\\') {
            return tsn_slice_sub(path, at, path.len);
        }
    }
    return path;
}

static bool is_control(char byte)
{
    return (unsigned char)byte < 0x20 || byte == 0x7f;
}

/* Appends the decoded string `path` reduced to a filename. */
static tocsin_status append_filename(tsn_buf *out, tsn_slice path)
{
    tsn_buf text;
    tsn_buf_init(&text);
    tsn_json_decode(path, &text);
    tsn_slice name = base_name(tsn_buf_view(&text));
    for (size_t i = 0; i < name.len; i++) {
        if (!is_control(name.data[i])) tsn_buf_byte(out, name.data[i]);
    }
    tocsin_status st = tsn_buf_status(&text);
    tsn_buf_fini(&text);
    TSN_TRY(st);
    TSN_TRY(tsn_buf_status(out));
    tsn_slice left = tsn_buf_view(out);
    bool is_name = left.len > 0 && !tsn_slice_equal(left, TSN_LIT(".")) &&
                   !tsn_slice_equal(left, TSN_LIT(".."));
    return is_name ? TOCSIN_OK : TOCSIN_E_RANGE;
}

static tsn_fragment *string_fragment(tsn_slice raw)
{
    tsn_buf json;
    tsn_buf_init(&json);
    tsn_json_append_string(&json, raw);
    tsn_fragment *fragment = json.failed ? NULL : tsn_fragment_new(tsn_buf_view(&json));
    tsn_buf_fini(&json);
    return fragment;
}

static tocsin_status set_names(tsn_attachment *attachment, tsn_slice path, tsn_slice type)
{
    tsn_buf name;
    tsn_buf_init(&name);
    tocsin_status st = append_filename(&name, path);
    if (st != TOCSIN_OK) goto done;
    st = TOCSIN_E_NOMEM;
    attachment->filename = string_fragment(tsn_buf_view(&name));
    if (attachment->filename == NULL) goto done;
    attachment->content_type = tsn_slice_absent(type)
                                   ? string_fragment(guess_content_type(tsn_buf_view(&name)))
                                   : tsn_fragment_new(type);
    if (attachment->content_type != NULL) st = TOCSIN_OK;
done:
    tsn_buf_fini(&name);
    return st;
}

static char *copy_path(tsn_slice value)
{
    tsn_buf text;
    tsn_buf_init(&text);
    tsn_json_decode(value, &text);
    const char *terminated = tsn_buf_terminate(&text);
    char *path = terminated == NULL ? NULL : tsn_alloc(text.len + 1);
    if (path != NULL) memcpy(path, terminated, text.len + 1);
    tsn_buf_fini(&text);
    return path;
}

/* The members of the description; absent ones are absent. */
typedef struct description {
    tsn_slice filename;
    tsn_slice path;
    tsn_slice content_type;
    tsn_slice type;
    bool add_to_transactions;
} description;

static bool get_string(tsn_slice json, tsn_slice name, tsn_slice *value)
{
    *value = tsn_json_get_set(json, name);
    return tsn_slice_absent(*value) || tsn_json_is(*value, TSN_JSON_STRING);
}

static tocsin_status read_description(tsn_slice json, description *what)
{
    *what = (description){.filename = TSN_SLICE_ABSENT};
    if (tsn_json_is_null(json)) return TOCSIN_OK;
    if (!tsn_json_is(json, TSN_JSON_OBJECT)) return TOCSIN_E_TYPE;
    if (!get_string(json, TSN_LIT("filename"), &what->filename) ||
        !get_string(json, TSN_LIT("path"), &what->path) ||
        !get_string(json, TSN_LIT("content_type"), &what->content_type) ||
        !get_string(json, TSN_LIT("attachment_type"), &what->type)) {
        return TOCSIN_E_TYPE;
    }
    if (tsn_slice_equal(what->type, TSN_LIT("\"event.attachment\""))) {
        what->type = TSN_SLICE_ABSENT;
    }
    tsn_slice flag = tsn_json_get_set(json, TSN_LIT("add_to_transactions"));
    bool is_fine = tsn_slice_absent(flag) || tsn_json_to_bool(flag, &what->add_to_transactions);
    return is_fine ? TOCSIN_OK : TOCSIN_E_TYPE;
}

static tocsin_status fill(tsn_attachment *attachment, tsn_slice bytes, const description *what)
{
    bool is_named = !tsn_slice_absent(what->filename);
    TSN_TRY(set_names(attachment, is_named ? what->filename : what->path, what->content_type));
    if (tsn_slice_absent(bytes)) {
        attachment->path = copy_path(what->path);
    } else {
        attachment->bytes = tsn_fragment_new(bytes);
    }
    if (attachment->path == NULL && attachment->bytes == NULL) return TOCSIN_E_NOMEM;
    if (tsn_slice_absent(what->type)) return TOCSIN_OK;
    attachment->type = tsn_fragment_new(what->type);
    return attachment->type == NULL ? TOCSIN_E_NOMEM : TOCSIN_OK;
}

static tsn_attachment *attachment_alloc(bool add_to_transactions)
{
    tsn_attachment *attachment = tsn_alloc_zero(sizeof *attachment);
    if (attachment == NULL) return NULL;
    tsn_rc_init(&attachment->rc);
    attachment->add_to_transactions = add_to_transactions;
    return attachment;
}

tocsin_status tsn_attachment_new(tsn_slice bytes, tsn_slice json, tsn_attachment **out)
{
    *out = NULL;
    description what;
    TSN_TRY(read_description(json, &what));
    if (tsn_slice_absent(tsn_slice_absent(bytes) ? what.path : what.filename)) return TOCSIN_E_ARG;
    tsn_attachment *attachment = attachment_alloc(what.add_to_transactions);
    if (attachment == NULL) return TOCSIN_E_NOMEM;
    tocsin_status st = fill(attachment, bytes, &what);
    if (st == TOCSIN_OK) {
        *out = attachment;
    } else {
        tsn_attachment_release(attachment);
    }
    return st;
}

tsn_attachment *tsn_attachment_with_bytes(const tsn_attachment *attachment, tsn_slice bytes)
{
    tsn_attachment *copy = attachment_alloc(attachment->add_to_transactions);
    if (copy == NULL) return NULL;
    copy->filename = tsn_fragment_retain(attachment->filename);
    copy->content_type = tsn_fragment_retain(attachment->content_type);
    copy->type = tsn_fragment_retain(attachment->type);
    copy->bytes = tsn_fragment_new(bytes);
    if (copy->bytes != NULL) return copy;
    tsn_attachment_release(copy);
    return NULL;
}

tsn_attachment *tsn_attachment_retain(tsn_attachment *attachment)
{
    tsn_rc_retain(&attachment->rc);
    return attachment;
}

void tsn_attachment_release(tsn_attachment *attachment)
{
    if (attachment == NULL || !tsn_rc_release(&attachment->rc)) return;
    tsn_fragment_release(attachment->bytes);
    tsn_fragment_release(attachment->filename);
    tsn_fragment_release(attachment->content_type);
    tsn_fragment_release(attachment->type);
    tsn_free(attachment->path);
    tsn_free(attachment);
}

static size_t own_size(const tsn_attachment *attachment)
{
    size_t path = attachment->path == NULL ? 0 : strlen(attachment->path) + 1;
    return sizeof *attachment + path + tsn_fragment_size(attachment->bytes) +
           tsn_fragment_size(attachment->filename) + tsn_fragment_size(attachment->content_type) +
           tsn_fragment_size(attachment->type);
}

size_t tsn_attachment_weigh(tsn_attachment *attachment)
{
    return tsn_weight_hold(&attachment->weight, own_size(attachment));
}

size_t tsn_attachment_unweigh(tsn_attachment *attachment)
{
    return tsn_weight_drop(&attachment->weight, own_size(attachment));
}

static void kind_retain(void *item)
{
    tsn_attachment_retain(item);
}

static void kind_release(void *item)
{
    tsn_attachment_release(item);
}

const tsn_plist_kind tsn_attachment_kind = {kind_retain, kind_release};
