/* Option flush_at_exit: what is queued when the program ends gets a bounded time to leave. */
#ifndef TSN_CLIENT_FLUSH_AT_EXIT_H
#define TSN_CLIENT_FLUSH_AT_EXIT_H

struct tsn_client;

/* From now on the client is closed when the program exits, within its shutdown_timeout; 0 does
 * nothing. Keeps no reference. Any thread. */
void tsn_flush_at_exit_add(struct tsn_client *client);
/* When the last reference to the client has gone, before its memory goes. Nothing if it was never
 * added. */
void tsn_flush_at_exit_remove(struct tsn_client *client);

#endif
