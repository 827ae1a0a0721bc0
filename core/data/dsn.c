/* The text is copied once, cut at its query, and then only sliced: every part of a parsed DSN
 * points into that copy. Each step takes its piece and answers with what is wrong with it, or NULL.
 * What passed is visible ASCII without anything that could end a header line or a URL's authority,
 * so that nothing needs escaping later. */
#include "data/dsn.h"

#include <string.h>

#include "base/alloc.h"
#include "base/house.h"
#include "data/limits.h"

enum {
    KEY_MAX = 128,
    HOST_MAX = 253,
    ID_DIGITS_MAX = 20, /* of a project or an organisation */
    PORT_MAX = 65535,
    PORT_HTTP = 80,
    PORT_HTTPS = 443,
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_alnum(char byte)
{
    return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_hex_letter(char byte)
{
    return (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

static bool is_key_byte(char byte)
{
    return is_alnum(byte) || byte == '.' || byte == '_' || byte == '~' || byte == '-';
}

static bool is_host_byte(char byte)
{
    return is_alnum(byte) || byte == '.' || byte == '_' || byte == '-';
}

static bool is_ipv6_byte(char byte)
{
    return is_digit(byte) || is_hex_letter(byte) || byte == ':' || byte == '.';
}

static bool is_visible(char byte)
{
    return byte > 0x20 && byte < 0x7f;
}

/* Whether there is at least one byte and `accept` takes each. */
static bool consists_of(tsn_slice text, bool (*accept)(char byte))
{
    for (size_t i = 0; i < text.len; i++) {
        if (!accept(text.data[i])) return false;
    }
    return text.len > 0;
}

static bool is_id(tsn_slice text)
{
    return text.len <= ID_DIGITS_MAX && consists_of(text, is_digit);
}

static void to_lower(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] >= 'A' && text[i] <= 'Z') text[i] = (char)(text[i] - 'A' + 'a');
    }
}

static size_t find_any(tsn_slice text, const char *bytes)
{
    size_t at = 0;
    while (at < text.len && strchr(bytes, text.data[at]) == NULL) at++;
    return at;
}

static const char *take_scheme(tsn_dsn *dsn, tsn_slice *text)
{
    size_t colon = tsn_slice_find(*text, ':');
    tsn_slice rest = tsn_slice_sub(*text, colon, text->len);
    if (!tsn_slice_starts_with(rest, TSN_LIT("://"))) return "no scheme followed by \"://\"";
    dsn->scheme = tsn_slice_sub(*text, 0, colon);
    to_lower(dsn->memory, colon);
    bool is_https = tsn_slice_equal(dsn->scheme, TSN_LIT("https"));
    if (!is_https && !tsn_slice_equal(dsn->scheme, TSN_LIT("http"))) {
        return "the scheme is neither http nor https";
    }
    dsn->port = is_https ? PORT_HTTPS : PORT_HTTP;
    dsn->is_default_port = true;
    *text = tsn_slice_sub(rest, 3, rest.len);
    return NULL;
}

static const char *parse_user(tsn_dsn *dsn, tsn_slice user)
{
    tsn_slice secret = user;
    dsn->key = tsn_slice_split(&secret, ':');
    dsn->secret = secret.len > 0 ? secret : TSN_SLICE_ABSENT;
    if (dsn->key.len == 0) return "no key before the \"@\"";
    if (dsn->key.len > KEY_MAX) return "the key is longer than 128 bytes";
    if (!consists_of(dsn->key, is_key_byte)) return "the key holds a byte that no key has";
    if (secret.len > 0 && !consists_of(secret, is_key_byte)) {
        return "the secret holds a byte that no secret has";
    }
    return NULL;
}

static const char *parse_port(tsn_dsn *dsn, tsn_slice port)
{
    uint64_t number;
    if (port.len == 0) return "no port after the colon";
    if (!consists_of(port, is_digit)) return "the port is not a number";
    if (!tsn_slice_to_u64(port, &number) || number < 1 || number > PORT_MAX) {
        return "the port is not between 1 and 65535";
    }
    dsn->is_default_port = number == dsn->port;
    dsn->port = (uint16_t)number;
    return NULL;
}

/* Splits "host:port"; the colons of a bracketed address are not meant. */
static const char *split_host(tsn_slice text, tsn_slice *host, tsn_slice *port)
{
    size_t len = tsn_slice_find(text, ':');
    if (text.len > 0 && text.data[0] == '[') {
        len = tsn_slice_find(text, ']') + 1;
        if (len > text.len) return "the bracket of the IPv6 address is not closed";
    }
    *host = tsn_slice_sub(text, 0, len);
    *port = TSN_SLICE_ABSENT;
    if (len == text.len) return NULL;
    if (text.data[len] != ':') return "something other than a port follows the host";
    *port = tsn_slice_sub(text, len + 1, text.len);
    return NULL;
}

static bool is_ipv6(tsn_slice host)
{
    tsn_slice inside = tsn_slice_sub(host, 1, host.len - 1);
    tsn_slice rest = inside;
    tsn_slice_split(&rest, ':');
    return consists_of(inside, is_ipv6_byte) && tsn_slice_find(rest, ':') < rest.len;
}

/* o17.ingest.example: the first label names the organisation. */
static tsn_slice org_of_host(tsn_slice host)
{
    tsn_slice rest = host;
    tsn_slice label = tsn_slice_split(&rest, '.');
    tsn_slice id = tsn_slice_sub(label, 1, label.len);
    if (tsn_slice_absent(rest) || label.data[0] != 'o' || !is_id(id)) return TSN_SLICE_ABSENT;
    for (size_t i = 0; i < id.len; i++) {
        if (id.data[i] != '0') return id;
    }
    return TSN_SLICE_ABSENT;
}

static const char *parse_host(tsn_dsn *dsn, tsn_slice text)
{
    tsn_slice port = TSN_SLICE_ABSENT;
    const char *problem = split_host(text, &dsn->host, &port);
    if (problem != NULL) return problem;
    if (dsn->host.len == 0) return "no host after the \"@\"";
    if (dsn->host.len > HOST_MAX) return "the host is longer than 253 bytes";
    if (dsn->host.data[0] == '[') {
        if (!is_ipv6(dsn->host)) return "the brackets hold no IPv6 address";
    } else if (!consists_of(dsn->host, is_host_byte)) {
        return "the host holds a byte that no host has";
    }
    to_lower(dsn->memory + (dsn->host.data - dsn->memory), dsn->host.len);
    dsn->org_id = org_of_host(dsn->host);
    return tsn_slice_absent(port) ? NULL : parse_port(dsn, port);
}

static const char *take_authority(tsn_dsn *dsn, tsn_slice *text)
{
    size_t len = tsn_slice_find(*text, '/');
    tsn_slice host = tsn_slice_sub(*text, 0, len);
    tsn_slice user = tsn_slice_split(&host, '@');
    if (tsn_slice_absent(host)) return "no key followed by \"@\"";
    if (tsn_slice_find(host, '@') < host.len) return "more than one \"@\" before the path";
    *text = tsn_slice_sub(*text, len, text->len);
    const char *problem = parse_user(dsn, user);
    return problem != NULL ? problem : parse_host(dsn, host);
}

static const char *parse_path(tsn_dsn *dsn, tsn_slice path)
{
    while (path.len > 0 && path.data[path.len - 1] == '/') path.len--;
    if (path.len == 0) return "no project id after the last slash";
    size_t slash = path.len;
    while (path.data[slash - 1] != '/') slash--;
    dsn->prefix = tsn_slice_sub(path, 0, slash - 1);
    dsn->project = tsn_slice_sub(path, slash, path.len);
    if (!is_id(dsn->project)) return "the project id after the last slash is not 1 to 20 digits";
    bool ends_in_slash = dsn->prefix.len > 0 && dsn->prefix.data[dsn->prefix.len - 1] == '/';
    if (ends_in_slash || tsn_slice_contains(dsn->prefix, TSN_LIT("//"))) {
        return "the path has an empty segment";
    }
    return NULL;
}

static const char *parse(tsn_dsn *dsn, tsn_slice text)
{
    const char *problem = take_scheme(dsn, &text);
    if (problem == NULL) problem = take_authority(dsn, &text);
    return problem != NULL ? problem : parse_path(dsn, text);
}

static const char *check_bytes(tsn_slice text)
{
    if (text.len > TSN_DSN_SIZE_MAX) return "longer than 2048 bytes";
    if (!consists_of(text, is_visible)) return "a blank, control or non-ASCII byte inside";
    return NULL;
}

tocsin_status tsn_dsn_parse(tsn_dsn *dsn, tsn_slice text, const char **problem)
{
    const char *ignored;
    if (problem == NULL) problem = &ignored;
    *problem = NULL;
    memset(dsn, 0, sizeof *dsn);
    text = tsn_slice_trim(text);
    if (text.len == 0) return TOCSIN_DISABLED;
    if ((*problem = check_bytes(text)) != NULL) return TOCSIN_E_DSN;
    text = tsn_slice_sub(text, 0, find_any(text, "?#"));
    dsn->memory = tsn_alloc(text.len);
    if (dsn->memory == NULL) return TOCSIN_E_NOMEM;
    if (text.len > 0) memcpy(dsn->memory, text.data, text.len);
    *problem = parse(dsn, (tsn_slice){dsn->memory, text.len});
    if (*problem == NULL) return TOCSIN_OK;
    tsn_dsn_fini(dsn);
    return TOCSIN_E_DSN;
}

void tsn_dsn_fini(tsn_dsn *dsn)
{
    tsn_free(dsn->memory);
    memset(dsn, 0, sizeof *dsn);
}

static void append_host(const tsn_dsn *dsn, tsn_buf *out)
{
    tsn_buf_slice(out, dsn->host);
    if (!dsn->is_default_port) {
        tsn_buf_byte(out, ':');
        tsn_buf_u64(out, dsn->port);
    }
    tsn_buf_slice(out, dsn->prefix);
}

void tsn_dsn_append_url(const tsn_dsn *dsn, tsn_buf *out)
{
    tsn_buf_slice(out, dsn->scheme);
    TSN_BUF_LIT(out, "://");
    append_host(dsn, out);
    TSN_BUF_LIT(out, "/api/");
    tsn_buf_slice(out, dsn->project);
    TSN_BUF_LIT(out, "/envelope/");
}

void tsn_dsn_append_public(const tsn_dsn *dsn, tsn_buf *out)
{
    tsn_buf_slice(out, dsn->scheme);
    TSN_BUF_LIT(out, "://");
    tsn_buf_slice(out, dsn->key);
    tsn_buf_byte(out, '@');
    append_host(dsn, out);
    tsn_buf_byte(out, '/');
    tsn_buf_slice(out, dsn->project);
}

/* What stands between scheme and path, without user and password; the scheme is absent if there is
 * none. */
static tsn_slice authority_of(tsn_slice url, tsn_slice *scheme)
{
    size_t colon = tsn_slice_find(url, ':');
    tsn_slice rest = tsn_slice_sub(url, colon, url.len);
    *scheme = TSN_SLICE_ABSENT;
    if (tsn_slice_starts_with(rest, TSN_LIT("://"))) {
        *scheme = tsn_slice_sub(url, 0, colon);
        url = tsn_slice_sub(rest, 3, rest.len);
    } else if (tsn_slice_starts_with(url, TSN_LIT("//"))) {
        url = tsn_slice_sub(url, 2, url.len);
    }
    tsn_slice authority = tsn_slice_sub(url, 0, find_any(url, "/?#"));
    size_t user = tsn_slice_find(authority, '@');
    while (user < authority.len) {
        authority = tsn_slice_sub(authority, user + 1, authority.len);
        user = tsn_slice_find(authority, '@');
    }
    return authority;
}

/* Of a scheme that is not known, or of none, the DSN's own: in doubt it is the DSN's host. */
static uint64_t port_of(const tsn_dsn *dsn, tsn_slice scheme, tsn_slice port)
{
    uint64_t number;
    if (port.len > 0 && tsn_slice_to_u64(port, &number)) return number;
    if (tsn_slice_equal_nocase(scheme, TSN_LIT("http"))) return PORT_HTTP;
    return tsn_slice_equal_nocase(scheme, TSN_LIT("https")) ? PORT_HTTPS : dsn->port;
}

/* A name may end in the dot of the root and is the same name. */
static tsn_slice without_root(tsn_slice host)
{
    return host.len > 0 && host.data[host.len - 1] == '.' ? tsn_slice_sub(host, 0, host.len - 1)
                                                          : host;
}

bool tsn_dsn_is_at(const tsn_dsn *dsn, tsn_slice url)
{
    tsn_slice scheme, host, port;
    tsn_slice authority = authority_of(tsn_slice_trim(url), &scheme);
    if (split_host(authority, &host, &port) != NULL) return false;
    return tsn_slice_equal_nocase(without_root(host), without_root(dsn->host)) &&
           port_of(dsn, scheme, port) == dsn->port;
}
