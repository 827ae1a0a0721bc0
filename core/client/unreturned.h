/* Hooks that never returned: a longjmp, or an exception of another language, passed over them and
 * over tocsin. What they were shown ends here, when their thread calls again. */
#ifndef TSN_CLIENT_UNRETURNED_H
#define TSN_CLIENT_UNRETURNED_H

#include "client/client.h"

/* Ends what hooks of the calling thread have left behind: an event is lost as `before_send`, a
 * breadcrumb or log line is dropped, and all that was kept for them goes. The caller keeps the
 * client. Costs one atomic load while no hook runs anywhere in the client. */
void tsn_unreturned_end(tsn_client *client);
/* The client goes: what other threads left, too. */
void tsn_unreturned_end_all(tsn_client *client);

#endif
