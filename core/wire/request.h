/* Where envelopes are POSTed and with which headers (H-1 to H-7, S-1). Made once a client,
 * immutable afterwards, so any thread may read it. Content-Length and Expect are the transport's.
 */
#ifndef TSN_WIRE_REQUEST_H
#define TSN_WIRE_REQUEST_H

#include "base/slice.h"
#include "data/dsn.h"

#define TSN_REQUEST_HEADERS_MAX 3
/* One is added when, and only when, the body is compressed. */
#define TSN_REQUEST_GZIP_HEADER "Content-Encoding: gzip"
#define TSN_REQUEST_ZSTD_HEADER "Content-Encoding: zstd"
/* Bodies shorter than this are sent as they are. */
#define TSN_REQUEST_COMPRESSED_MIN 1024
#define TSN_SPOTLIGHT_URL "http://localhost:8969/stream"

typedef struct tsn_request {
    char *url;                              /* NUL-terminated; owned, like the headers */
    char *headers[TSN_REQUEST_HEADERS_MAX]; /* "Name: value"; holds the key: never log it */
    size_t header_count;
} tsn_request;

/* To the server of a DSN. `name` and `version` are the SDK's, of visible ASCII without ',' '/' '"'
 * or '\\'. TOCSIN_OK; TOCSIN_E_ARG: such a byte, or an empty text; TOCSIN_E_NOMEM. On an error
 * `request` is zeroed. */
tocsin_status tsn_request_init_dsn(tsn_request *request, const tsn_dsn *dsn, tsn_slice name,
                                   tsn_slice version);
/* To a Spotlight server: no authentication. TOCSIN_E_ARG also if `url` is not http or https, or has
 * a blank or control byte. */
tocsin_status tsn_request_init_spotlight(tsn_request *request, tsn_slice url, tsn_slice name,
                                         tsn_slice version);
void tsn_request_fini(tsn_request *request);

/* Whether the key or the secret of the DSN stands in `text`, as in an answer that quotes what it
 * was asked. */
bool tsn_request_is_quoted(const tsn_request *request, tsn_slice text);

#endif
