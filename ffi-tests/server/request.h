/* One request as it came, and what is to be said about it. */
#ifndef SRV_REQUEST_H
#define SRV_REQUEST_H

#include "envelope.h"

struct srv_request {
    size_t number;     /* counts ingest requests from 1 */
    size_t connection; /* counts connections that carried one, from 1 */
    char *method;
    char *path;     /* without query */
    cJSON *headers; /* names in lower case; text, or a list of text for a repeated one */
    bool has_query_key;
    struct srv_text body;
};

struct srv_verdict {
    int status;      /* what the request deserves; 0: it was not read */
    const char *why; /* NULL: nothing wrong. A constant text */
};

/* What the server was told to insist on. */
struct srv_demands {
    const char *key;     /* NULL: any */
    const char *project; /* NULL: any */
};

/* Judges the request by the rules of the wire protocol's sections 2 and 3. `plain` gets the
 * unpacked body, `envelope` what could be read of it; both are the caller's to free whatever the
 * verdict, and the envelope borrows from `plain`. */
struct srv_verdict srv_request_judge(const struct srv_request *request,
                                     const struct srv_demands *demands, struct srv_text *plain,
                                     struct srv_envelope *envelope);

/* Whether the path is one that takes envelopes; `project` gets its digits (empty: Spotlight's
 * /stream). */
bool srv_path_takes_envelopes(const char *path, struct srv_span *project);

/* Value of a header that came exactly once, or NULL. `name` in lower case. */
const char *srv_request_header(const struct srv_request *request, const char *name);

void srv_request_free(struct srv_request *request);

#endif
