/* What is the same for all transfers of a transport that speaks HTTP: what may be spoken, who is
 * trusted, times, sockets. The worker's thread. */
#ifndef TSN_IO_TRANSPORT_CURL_SETUP_H
#define TSN_IO_TRANSPORT_CURL_SETUP_H

#include "io/sockets.h"
#include "io/transport_curl.h"

/* `easy` is libcurl's easy handle. `config` and `sockets` are borrowed for as long as it is in use.
 * False: something could not be set, and the handle is of no use. */
bool tsn_curl_set_up(void *easy, const tsn_curl_config *config, tsn_sockets *sockets);

/* libcurl's multi handle; its own sockets do not survive exec, and are in `sockets`. NULL: no
 * memory or no descriptors. */
void *tsn_curl_multi_new(tsn_sockets *sockets);
/* After a transfer: whether another handle should be used for the next one. libcurl counts the
 * connections of a handle that were lost, over all its transfers, and fails the sixth instead of
 * connecting again; so one that had to connect has had its day. */
bool tsn_curl_is_spent(void *easy);

#endif
