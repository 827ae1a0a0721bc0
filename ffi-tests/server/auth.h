/* The X-Sentry-Auth header, exactly as H-3 spells it. Pure, any thread. */
#ifndef SRV_AUTH_H
#define SRV_AUTH_H

#include "text.h"

/* Borrowed from the header's value. */
struct srv_auth {
    struct srv_span key;
    struct srv_span client; /* NAME/VERSION */
    struct srv_span secret; /* data NULL: none was sent */
};

/* NULL and a filled `out`, or what is wrong (a constant text). `value` may be NULL: no such header.
 */
const char *srv_auth_read(struct srv_auth *out, const char *value);

/* The public key and the project in a DSN text; false if it does not look like one or carries a
 * secret. */
bool srv_dsn_parts(const char *dsn, struct srv_span *key, struct srv_span *project);

#endif
