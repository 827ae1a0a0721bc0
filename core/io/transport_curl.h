/* HTTP through libcurl: several transfers at a time over kept-alive connections, all on one thread
 * (H-1, H-6 to H-12). */
#ifndef TSN_IO_TRANSPORT_CURL_H
#define TSN_IO_TRANSPORT_CURL_H

#include "io/transport.h"

/* Texts are NUL-terminated, NULL: unset; all borrowed for the transport's life. */
typedef struct tsn_curl_config {
    unsigned max_connections;
    bool tcp_keep_alive;
    int64_t connect_timeout_ms;
    int64_t transfer_timeout_ms;
    const char *http_proxy; /* "": none; NULL: as libcurl finds it in the environment */
    const char *https_proxy;
    const char *ca_certs;
    const char *cert_file;
    const char *key_file;
} tsn_curl_config;

/* Once, before the first transport; any thread, again and again. TOCSIN_E_SYSTEM. */
tocsin_status tsn_transport_curl_prepare(void);
/* NULL: no memory or no descriptors. */
tsn_transport *tsn_transport_curl_new(const tsn_curl_config *config);

#endif
