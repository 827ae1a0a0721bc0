/* Everything that is the same for all requests of a client, spelled once. What comes from outside
 * is checked byte by byte before it gets near a header line: a line break there would be a header
 * of somebody else's choice. */
#include "wire/request.h"

#include <string.h>

#include "base/alloc.h"
#include "base/house.h"

static bool is_visible(char byte)
{
    return byte > 0x20 && byte < 0x7f;
}

/* A name or version must not end the product token, nor its field in the authentication line. */
static bool is_product_byte(char byte)
{
    return is_visible(byte) && byte != ',' && byte != '/' && byte != '"' && byte != '\\';
}

static bool consists_of(tsn_slice text, bool (*accept)(char byte))
{
    for (size_t i = 0; i < text.len; i++) {
        if (!accept(text.data[i])) return false;
    }
    return text.len > 0;
}

static bool is_http_url(tsn_slice url)
{
    tsn_slice rest = url;
    tsn_slice scheme = tsn_slice_split(&rest, ':');
    bool is_http = tsn_slice_equal_nocase(scheme, TSN_LIT("http")) ||
                   tsn_slice_equal_nocase(scheme, TSN_LIT("https"));
    return is_http && consists_of(url, is_visible) && rest.len > 2 &&
           tsn_slice_starts_with(rest, TSN_LIT("//")) && rest.data[2] != '/';
}

/* Takes the text over as a C string; the buffer is left empty. */
static tocsin_status take_text(tsn_buf *buf, char **text)
{
    if (tsn_buf_terminate(buf) == NULL) {
        tsn_buf_fini(buf);
        return TOCSIN_E_NOMEM;
    }
    *text = buf->data;
    tsn_buf_init(buf);
    return TOCSIN_OK;
}

static tocsin_status add_header(tsn_request *request, tsn_buf *line)
{
    TSN_CHECK(request->header_count < TSN_REQUEST_HEADERS_MAX);
    TSN_TRY(take_text(line, &request->headers[request->header_count]));
    request->header_count++;
    return TOCSIN_OK;
}

static void append_product(tsn_buf *out, tsn_slice name, tsn_slice version)
{
    tsn_buf_slice(out, name);
    tsn_buf_byte(out, '/');
    tsn_buf_slice(out, version);
}

/* H-3; some servers compare its first bytes, so the spelling is fixed. */
static tocsin_status add_auth(tsn_request *request, const tsn_dsn *dsn, tsn_slice name,
                              tsn_slice version)
{
    tsn_buf line = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&line, "X-Sentry-Auth: Sentry sentry_key=");
    tsn_buf_slice(&line, dsn->key);
    TSN_BUF_LIT(&line, ", sentry_version=7, sentry_client=");
    append_product(&line, name, version);
    if (!tsn_slice_absent(dsn->secret)) {
        TSN_BUF_LIT(&line, ", sentry_secret=");
        tsn_buf_slice(&line, dsn->secret);
    }
    return add_header(request, &line);
}

static tocsin_status add_common(tsn_request *request, tsn_slice name, tsn_slice version)
{
    tsn_buf line = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&line, "User-Agent: ");
    append_product(&line, name, version);
    TSN_TRY(add_header(request, &line));
    TSN_BUF_LIT(&line, "Content-Type: application/x-sentry-envelope");
    return add_header(request, &line);
}

static tocsin_status begin(tsn_request *request, tsn_slice name, tsn_slice version)
{
    memset(request, 0, sizeof *request);
    bool is_fit = consists_of(name, is_product_byte) && consists_of(version, is_product_byte);
    return is_fit ? TOCSIN_OK : TOCSIN_E_ARG;
}

tocsin_status tsn_request_init_dsn(tsn_request *request, const tsn_dsn *dsn, tsn_slice name,
                                   tsn_slice version)
{
    tsn_buf url = TSN_BUF_EMPTY;
    TSN_TRY(begin(request, name, version));
    tsn_dsn_append_url(dsn, &url);
    tocsin_status st = take_text(&url, &request->url);
    if (st == TOCSIN_OK) st = add_auth(request, dsn, name, version);
    if (st == TOCSIN_OK) st = add_common(request, name, version);
    if (st != TOCSIN_OK) tsn_request_fini(request);
    return st;
}

tocsin_status tsn_request_init_spotlight(tsn_request *request, tsn_slice url, tsn_slice name,
                                         tsn_slice version)
{
    tsn_buf copy = TSN_BUF_EMPTY;
    TSN_TRY(begin(request, name, version));
    if (!is_http_url(url)) return TOCSIN_E_ARG;
    tsn_buf_slice(&copy, url);
    tocsin_status st = take_text(&copy, &request->url);
    if (st == TOCSIN_OK) st = add_common(request, name, version);
    if (st != TOCSIN_OK) tsn_request_fini(request);
    return st;
}

void tsn_request_fini(tsn_request *request)
{
    for (size_t i = 0; i < request->header_count; i++) tsn_free(request->headers[i]);
    tsn_free(request->url);
    memset(request, 0, sizeof *request);
}

static bool has_secret_of(tsn_slice header, tsn_slice text)
{
    while (!tsn_slice_absent(header)) {
        tsn_slice value = tsn_slice_split(&header, ',');
        tsn_slice name = tsn_slice_split(&value, '=');
        bool is_secret = tsn_slice_contains(name, TSN_LIT("sentry_key")) ||
                         tsn_slice_contains(name, TSN_LIT("sentry_secret"));
        if (is_secret && value.len > 0 && tsn_slice_contains(text, value)) return true;
    }
    return false;
}

bool tsn_request_is_quoted(const tsn_request *request, tsn_slice text)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (has_secret_of(tsn_slice_of(request->headers[i]), text)) return true;
    }
    return false;
}
