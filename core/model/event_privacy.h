/* The members that tell about a person: user and request. Without `send_default_pii` the limiting
 * pass takes out what was gathered automatically and identifies somebody (4.2). Private to the
 * event_ files. */
#ifndef TSN_MODEL_EVENT_PRIVACY_H
#define TSN_MODEL_EVENT_PRIVACY_H

#include "model/event_source.h"

tsn_event_writer tsn_event_write_user;
tsn_event_writer tsn_event_write_request;

#endif
