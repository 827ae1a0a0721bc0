/* A DSN, parsed and checked: where events go and with which key (D-1 to D-9). */
#ifndef TSN_DATA_DSN_H
#define TSN_DATA_DSN_H

#include "base/buf.h"
#include "base/slice.h"

typedef struct tsn_dsn {
    char *memory;     /* owned; the slices below point into it */
    tsn_slice scheme; /* "http" or "https" */
    tsn_slice key;
    tsn_slice secret; /* absent if there was none or an empty one */
    tsn_slice host;   /* lower case, brackets included */
    uint16_t port;
    bool is_default_port;
    tsn_slice prefix;  /* "" or "/pre/fix" */
    tsn_slice project; /* digits */
    tsn_slice org_id;  /* from the host, or absent */
} tsn_dsn;

/* TOCSIN_OK; TOCSIN_DISABLED: absent or blank (`*dsn` is zeroed); TOCSIN_E_DSN: malformed, and
 * `*problem` (may be NULL) says why in a static text without any part of the DSN ("no project id
 * after the last slash"); TOCSIN_E_NOMEM. */
tocsin_status tsn_dsn_parse(tsn_dsn *dsn, tsn_slice text, const char **problem);
void tsn_dsn_fini(tsn_dsn *dsn);
/* scheme://host[:port]prefix/api/project/envelope/ (D-7) */
void tsn_dsn_append_url(const tsn_dsn *dsn, tsn_buf *out);
/* Rebuilt without secret, query and fragment, for the envelope header (D-9). */
void tsn_dsn_append_public(const tsn_dsn *dsn, tsn_buf *out);
/* Whether `url` leads to the DSN's host and port. */
bool tsn_dsn_is_at(const tsn_dsn *dsn, tsn_slice url);

#endif
