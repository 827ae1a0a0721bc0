/* What is queued when the program ends: with option flush_at_exit it gets a bounded time to leave,
 * and with cache_dir it goes to disk. */
#ifndef TSN_CLIENT_FLUSH_AT_EXIT_H
#define TSN_CLIENT_FLUSH_AT_EXIT_H

struct tsn_client;

/* From now on the client is closed when the program exits, if its options ask for it: within
 * shutdown_timeout, or at once if it is only to store. Keeps no reference. Any thread. */
void tsn_flush_at_exit_add(struct tsn_client *client);
/* When the last reference to the client has gone, before its memory goes. Nothing if it was never
 * added. */
void tsn_flush_at_exit_remove(struct tsn_client *client);

#endif
