/* Puts a scripted answer, or the one that was deserved, on the wire. */
#ifndef SRV_ANSWER_H
#define SRV_ANSWER_H

#include "request.h"
#include "script.h"

#include <microhttpd.h>

/* What the answer leaves open comes from the verdict and `body`, which is taken. The result is the
 * request handler's. */
enum MHD_Result srv_answer_send(struct MHD_Connection *connection, const struct srv_answer *answer,
                                struct srv_verdict verdict, struct srv_text *body);

/* Ends the connection without an answer; with a reset if so scripted. The result is the request
 * handler's. */
enum MHD_Result srv_answer_hang_up(struct MHD_Connection *connection,
                                   const struct srv_answer *answer);

#endif
