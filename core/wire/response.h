/* What a server answered, and what follows from it for the envelope and the limits. One object a
 * transfer; not shared. Header lines are fed as they come in, interim and redirect blocks included;
 * those of a proxy's CONNECT must be kept away (a 200 there is no answer of the server). */
#ifndef TSN_WIRE_RESPONSE_H
#define TSN_WIRE_RESPONSE_H

#include "base/buf.h"
#include "base/slice.h"
#include "wire/ratelimit.h"

typedef enum tsn_verdict {
    TSN_VERDICT_DELIVERED,
    TSN_VERDICT_REFUSED_429, /* gone, and the server counts it: no report */
    TSN_VERDICT_DISCARD,     /* gone: send_error */
    TSN_VERDICT_RETRY,       /* no answer: keep, send again */
} tsn_verdict;

typedef struct tsn_response {
    int status; /* of the last status line; 0: none */
    bool has_all_headers;
    tsn_buf rate_limits; /* lines joined with commas */
    tsn_buf retry_after;
    tsn_buf error; /* X-Sentry-Error, for people */
} tsn_response;

/* All zero is a fresh one. */
#define TSN_RESPONSE_EMPTY ((tsn_response){.status = 0})
void tsn_response_fini(tsn_response *response);
/* Makes it fresh again and keeps its memory. */
void tsn_response_clear(tsn_response *response);
/* One line as received, with or without its CR LF: a status line (which forgets all before it),
 * "Name: value", or the empty line that ends a block. What is of no interest, too long (16 KiB in
 * all) or malformed is passed over. */
void tsn_response_header_line(tsn_response *response, tsn_slice line);
/* For transports that are told the pieces instead: a status, then headers. 0: there was no answer.
 */
void tsn_response_set_status(tsn_response *response, int status);
void tsn_response_set_header(tsn_response *response, tsn_slice name, tsn_slice value);
/* The transfer is over. If it failed and no final header block had arrived whole, there was no
 * answer; a body that was cut does not matter. */
void tsn_response_end(tsn_response *response, bool is_transfer_ok);
/* Whether the other side answered that it cannot do it now (5xx). */
bool tsn_response_is_broken(const tsn_response *response);
/* Whether it says that all is well and nothing else: judging it needs no time. */
bool tsn_response_is_plain_yes(const tsn_response *response);
/* Whether judging it may change limits. */
bool tsn_response_has_limits(const tsn_response *response);
/* The decision; also brings `limits` up to date (H-11). A status outside 100 to 599 is no answer.
 */
tsn_verdict tsn_response_judge(const tsn_response *response, bool retry_5xx, tsn_ratelimit *limits,
                               int64_t now_ms, int64_t unix_us);

#endif
