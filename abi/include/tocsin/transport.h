/* A transport of the program's own: with the option `transport` = `pull` the client sends nothing
 * itself. The program takes finished envelopes, brings them to a server however it likes, and says
 * what came of each; queue, limits and reports work as ever.
 *
 *   while ((envelope = tocsin_client_next_envelope(client, -1)) >= 0) {
 *       ... tocsin_envelope_text(envelope, buf, cap), send it ...
 *       tocsin_envelope_done(envelope, 200, NULL, -1);
 *   } */
#ifndef TOCSIN_TRANSPORT_H
#define TOCSIN_TRANSPORT_H

#include <tocsin/types.h>

TOCSIN_BEGIN_DECLS

/* The next envelope to be sent, at most `timeout_ms` later (0: at once; below 0: whenever one
 * comes); 0 if none came in time. While a rate limit or a pause after failures holds back what is
 * there, or `max_connections` envelopes are out, it waits too. The handle is the caller's, who
 * gives it to `tocsin_envelope_done`. Any thread; may block. The handle errors; TOCSIN_E_CLOSED:
 * the client is closed or not active and nothing is left; TOCSIN_E_UNSUPPORTED: another transport;
 * TOCSIN_E_LIMIT; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_envelope tocsin_client_next_envelope(tocsin_client client, int64_t timeout_ms);

/* The bytes to send, the same at every call; attachments may put any bytes into them, NUL too.
 * `buf` is the caller's. Any thread. The handle errors; TOCSIN_E_CLOSED: another handle to the
 * envelope was given to `tocsin_envelope_done`. Since 1.0. */
TOCSIN_API tocsin_length tocsin_envelope_text(tocsin_envelope envelope, char *buf, int64_t buf_cap);

/* What became of the envelope: the server's HTTP status, or 0 if there was no answer, in which case
 * it comes again later. `headers` are the answer's, one "Name: value" a line, or absent; those
 * about limits are obeyed. They are borrowed. The handle is closed whatever this returns; one that
 * is closed without this call counts as no answer. Any thread. The handle errors; TOCSIN_E_CLOSED:
 * already said through another handle; TOCSIN_E_RANGE: no such HTTP status, taken as no answer; the
 * text errors. Since 1.0. */
TOCSIN_API tocsin_status tocsin_envelope_done(tocsin_envelope envelope, int32_t http_status,
                                              const char *headers, int64_t headers_len);

TOCSIN_END_DECLS

#endif
