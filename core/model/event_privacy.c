/* A user is copied whole unless it asks the server for the address; a request is gone through
 * member by member, headers and environment one level deeper. Names compare without case, and in
 * the environment as CGI spells them: HTTP_X_REAL_IP is the header x-real-ip. */
#include "model/event_members.h"

#include "base/house.h"
#include "model/event_text.h"

#define AUTO_ADDRESS "\"{{auto}}\""

static const tsn_slice private_names[] = {
    {"cookie", 6},
    {"cookies", 7},
    {"set-cookie", 10},
    {"authorization", 13},
    {"proxy-authorization", 19},
    {"x-forwarded-for", 15},
    {"x-real-ip", 9},
    {"x-api-key", 9},
    {"remote_addr", 11},
};

static bool is_private_data_wanted(const tsn_event_source *source)
{
    return source->config->send_default_pii || !source->cuts.on;
}

static char folded(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte == '_' ? '-' : byte;
}

static bool is_same_name(tsn_slice left, tsn_slice right)
{
    if (left.len != right.len) return false;
    for (size_t i = 0; i < left.len; i++) {
        if (folded(left.data[i]) != folded(right.data[i])) return false;
    }
    return true;
}

static bool is_private_name(tsn_slice name)
{
    tsn_slice prefix = tsn_slice_sub(name, 0, 5);
    if (tsn_slice_equal_nocase(prefix, TSN_LIT("http_"))) name = tsn_slice_sub(name, 5, name.len);
    for (size_t i = 0; i < TSN_ARRAY_LEN(private_names); i++) {
        if (is_same_name(name, private_names[i])) return true;
    }
    return false;
}

/* A header of a list: ["Cookie","a=b"]. */
static bool is_private_pair(tsn_slice pair)
{
    tsn_json_walk walk = tsn_json_walk_of(pair);
    tsn_slice key;
    tsn_slice name;
    return tsn_json_is(pair, TSN_JSON_ARRAY) && tsn_json_next(&walk, &key, &name) &&
           is_private_name(tsn_json_string_body(name));
}

/* Appends the object's members, or the array's items, that are not private, as one container.
 * False: none is left. */
static bool write_public(tsn_slice container, unsigned levels, const tsn_cuts *cuts, tsn_buf *out)
{
    bool is_object = tsn_json_is(container, TSN_JSON_OBJECT);
    tsn_json_walk walk = tsn_json_walk_of(container);
    tsn_opening opening = tsn_text_open(out, is_object ? TSN_LIT("{") : TSN_LIT("["));
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (is_object ? is_private_name(key) : is_private_pair(value)) continue;
        if (is_object) tsn_text_key(out, key);
        tsn_shape_copy_value(value, levels - 1, cuts, out);
        tsn_text_comma(out);
    }
    return tsn_text_close(out, opening, is_object ? TSN_LIT("}") : TSN_LIT("]"));
}

static bool is_nested(tsn_slice key, tsn_slice value)
{
    bool has_names =
        tsn_slice_equal(key, TSN_LIT("headers")) || tsn_slice_equal(key, TSN_LIT("env"));
    return has_names && (tsn_json_is(value, TSN_JSON_OBJECT) || tsn_json_is(value, TSN_JSON_ARRAY));
}

static void write_public_request(tsn_slice request, const tsn_cuts *cuts, tsn_buf *out)
{
    tsn_json_walk walk = tsn_json_walk_of(request);
    tsn_opening object = tsn_text_open(out, TSN_LIT("\"request\":{"));
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (is_private_name(key)) continue;
        size_t start = out->len;
        tsn_text_key(out, key);
        if (!is_nested(key, value)) {
            tsn_shape_copy_value(value, TSN_EVENT_LEVELS_MAX - 1, cuts, out);
        } else if (!write_public(value, TSN_EVENT_LEVELS_MAX - 1, cuts, out)) {
            tsn_buf_truncate(out, start);
            continue;
        }
        tsn_text_comma(out);
    }
    tsn_text_close(out, object, TSN_LIT("},"));
}

void tsn_event_write_request(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice request = source->body[TSN_MEMBER_REQUEST];
    if (tsn_slice_absent(request)) request = tsn_event_layer_text(source, TSN_SCOPE_REQUEST);
    if (request.len <= 2) return;
    if (!is_private_data_wanted(source)) {
        write_public_request(request, &source->cuts, out);
        return;
    }
    tsn_text_put(out, TSN_LIT("\"request\":"));
    tsn_shape_copy_value(request, TSN_EVENT_LEVELS_MAX, &source->cuts, out);
    tsn_text_comma(out);
}

/* A member that is `{{auto}}` cannot be where no brace is but the first. */
static bool may_ask_for_address(tsn_slice user)
{
    tsn_slice members = tsn_slice_sub(user, 1, user.len);
    return tsn_slice_find(members, '{') < members.len &&
           tsn_slice_contains(members, TSN_LIT(AUTO_ADDRESS));
}

static void write_user_without_auto(tsn_slice user, const tsn_cuts *cuts, tsn_buf *out)
{
    tsn_json_walk walk = tsn_json_walk_of(user);
    tsn_opening object = tsn_text_open(out, TSN_LIT("\"user\":{"));
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        bool is_address = tsn_slice_equal(key, TSN_LIT("ip_address"));
        if (is_address && tsn_slice_equal(value, TSN_LIT(AUTO_ADDRESS))) continue;
        tsn_text_key(out, key);
        tsn_shape_copy_value(value, TSN_EVENT_LEVELS_MAX - 1, cuts, out);
        tsn_text_comma(out);
    }
    tsn_text_close(out, object, TSN_LIT("},"));
}

void tsn_event_write_user(tsn_event_source *source, tsn_buf *out)
{
    tsn_slice user = source->body[TSN_MEMBER_USER];
    bool is_own = !tsn_slice_absent(user);
    if (!is_own) user = tsn_event_layer_text(source, TSN_SCOPE_USER);
    if (user.len <= 2) return;
    if (!is_private_data_wanted(source) && may_ask_for_address(user)) {
        write_user_without_auto(user, &source->cuts, out);
    } else if (is_own) {
        tsn_text_put(out, TSN_LIT("\"user\":"));
        tsn_shape_copy_value(user, TSN_EVENT_LEVELS_MAX, &source->cuts, out);
        tsn_text_comma(out);
    } else {
        tsn_text_member(out, TSN_LIT("\"user\":"), user);
    }
}
