/* The server throws an unacceptable release, dist or environment away in silence; here such a value
 * of an event gives way to the client's, which was checked when it was opened. */
#include "model/event_release.h"

#include "base/house.h"
#include "data/json_text.h"
#include "data/limits.h"
#include "model/event_members.h"
#include "model/event_text.h"

static bool is_dot_or(tsn_slice text, tsn_slice word)
{
    return tsn_slice_equal(text, TSN_LIT(".")) || tsn_slice_equal(text, TSN_LIT("..")) ||
           tsn_slice_equal_nocase(text, word);
}

static bool is_name(tsn_slice text, size_t max, tsn_slice reserved)
{
    if (text.len == 0 || text.len > max || is_dot_or(text, reserved)) return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte < 0x20 || byte == 0x7f || byte == '/' || byte == '\\') return false;
    }
    return true;
}

bool tsn_release_is_valid(tsn_slice text)
{
    return is_name(text, TSN_RELEASE_MAX, TSN_LIT("latest"));
}

bool tsn_environment_is_valid(tsn_slice text)
{
    return is_name(text, TSN_ENVIRONMENT_MAX, TSN_LIT("none"));
}

static bool is_dist_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '.' || byte == '-';
}

bool tsn_dist_is_valid(tsn_slice text)
{
    if (text.len == 0 || text.len > TSN_DIST_MAX) return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_dist_byte(text.data[i])) return false;
    }
    return true;
}

/* Appends the body's value, trimmed, if it is valid. */
static bool write_checked(tsn_slice head, tsn_slice value, bool (*is_valid)(tsn_slice),
                          tsn_buf *out)
{
    tsn_buf decoded = TSN_BUF_EMPTY;
    tsn_json_decode(value, &decoded);
    tsn_slice text = tsn_slice_trim(tsn_buf_view(&decoded));
    bool is_written = is_valid(text);
    if (is_written) {
        tsn_text_put(out, head);
        tsn_json_append_string(out, text);
        tsn_text_comma(out);
    }
    if (decoded.failed) out->failed = true;
    tsn_buf_fini(&decoded);
    return is_written;
}

/* `fallback` is written if the body has no value that will do. */
static void write_name(const tsn_event_source *source, tsn_slice head, tsn_slice own,
                       tsn_slice fallback, bool (*is_valid)(tsn_slice), tsn_buf *out)
{
    if (own.len > 0 && !source->cuts.on) {
        tsn_text_member(out, head, own);
        return;
    }
    if (own.len > 0 && write_checked(head, own, is_valid, out)) return;
    if (own.len > 0 || source->is_filled) tsn_text_member(out, head, fallback);
}

void tsn_event_write_release(tsn_event_source *source, tsn_buf *out)
{
    write_name(source, TSN_LIT("\"release\":"), source->body[TSN_MEMBER_RELEASE],
               source->config->release, tsn_release_is_valid, out);
}

void tsn_event_write_dist(tsn_event_source *source, tsn_buf *out)
{
    write_name(source, TSN_LIT("\"dist\":"), source->body[TSN_MEMBER_DIST], source->config->dist,
               tsn_dist_is_valid, out);
}

void tsn_event_write_environment(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice fallback = source->config->environment;
    write_name(source, TSN_LIT("\"environment\":"), source->body[TSN_MEMBER_ENVIRONMENT],
               fallback.len > 0 ? fallback : TSN_LIT("\"production\""), tsn_environment_is_valid,
               out);
}

void tsn_event_write_server_name(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice name = source->body[TSN_MEMBER_SERVER_NAME];
    if (name.len <= 2 && source->is_filled) name = source->config->server_name;
    if (name.len <= 2) return;
    tsn_text_put(out, TSN_LIT("\"server_name\":"));
    tsn_json_copy_cut(name, source->cuts.on ? TSN_SERVER_NAME_MAX : 0, out);
    tsn_text_comma(out);
}
