/* HTTP by libmicrohttpd, one thread a connection: a scripted delay may simply sleep. */
#ifndef SRV_HTTP_H
#define SRV_HTTP_H

#include "server.h"

#include <stdint.h>

struct srv_http; /* opaque */

/* Listens on 127.0.0.1; port 0 lets the system choose. NULL: the port is not to be had. */
struct srv_http *srv_http_start(struct srv_server *server, uint16_t port);
uint16_t srv_http_port(const struct srv_http *http);

/* Ends waits and delays, then all connections. */
void srv_http_stop(struct srv_http *http);

#endif
