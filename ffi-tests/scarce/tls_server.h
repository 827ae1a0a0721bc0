/* A server for TLS in a process of its own, so that the caller's OpenSSL is untouched. */
#ifndef SCARCE_TLS_SERVER_H
#define SCARCE_TLS_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct tls_server {
    pid_t process;
    int port;
    char certificate[64]; /* the file to trust */
} tls_server;

bool tls_server_start(tls_server *server);
void tls_server_end(const tls_server *server);

#endif
