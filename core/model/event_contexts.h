/* The contexts of an event (4.8; scopes: trace context, feature flags). Private to the event_
 * files. */
#ifndef TSN_MODEL_EVENT_CONTEXTS_H
#define TSN_MODEL_EVENT_CONTEXTS_H

#include "model/event_source.h"

tsn_event_writer tsn_event_write_contexts;

#endif
