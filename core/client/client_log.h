/* Takes a client's log lines to the `log` hook. */
#ifndef TSN_CLIENT_CLIENT_LOG_H
#define TSN_CLIENT_CLIENT_LOG_H

#include "client/client.h"

/* Before the first line. Nothing to do without a `log` hook. */
void tsn_client_log_attach(tsn_client *client);
/* Says why a client does not open (D-2), to the hook or standard error; there is no client yet. */
void tsn_client_log_refusal(tsn_settings *settings, const char *problem);

#endif
