/* The side door for tests: paths that begin with an underscore.
 *
 *   GET  /_requests?wait=N&timeout_ms=T  every line kept, as a JSON array; waits until N requests
 *                                        came, at most T ms (5000 if not given)
 *   GET  /_events?wait=N&timeout_ms=T    only lines with an event; waits until N events came
 *   GET  /_event?id=HEX&timeout_ms=T     the JSON of that event, as it came; 404 if it did not
 *   GET  /_count                         {"connections":n,"requests":n,"envelopes":n,"events":n,
 *                                        "malformed":n,"aborted":n,"bytes":n,"busy":n,"scripted":n}
 *   POST /_control                       a script, see script.h; 400 and the reason if it is none
 *   POST /_release                       lets every answer go that is held now
 *   POST /_reset                         forgets requests, counts and the script
 *   POST /_quit                          ends the server
 *
 * A wait that ends in vain still answers 200 with what there is: the test says what it misses. */
#ifndef SRV_CONTROL_H
#define SRV_CONTROL_H

#include "server.h"

struct srv_reply {
    int status;
    struct srv_text body;
};

bool srv_control_owns(const char *path);

/* `query` is an object of texts. The body is the caller's to free. Takes the server's lock. */
struct srv_reply srv_control_answer(struct srv_server *server, const struct srv_request *request,
                                    const cJSON *query);

#endif
