/* Which SDK made the event. The client's own object is copied as it is: its integrations are
 * sorted, its settings stand last. Private to the event_ files. */
#ifndef TSN_MODEL_EVENT_SDK_H
#define TSN_MODEL_EVENT_SDK_H

#include "model/event_source.h"

tsn_event_writer tsn_event_write_sdk;

#endif
