/* Release, environment and dist: names that the server would take away if they broke its rules
 * (protocol: attributes). */
#ifndef TSN_CLIENT_SETTINGS_NAMES_H
#define TSN_CLIENT_SETTINGS_NAMES_H

#include "client/settings.h"

/* Trims them; one that the server would refuse is unset (the environment: "production"), and
 * `warnings` gets a line. TOCSIN_OK, TOCSIN_E_NOMEM. */
tocsin_status tsn_settings_check_names(tsn_settings *settings, tsn_buf *warnings);

#endif
