/* The feature flags of an event: those of the layers merged (P-40). Private to the event_ files. */
#ifndef TSN_MODEL_EVENT_FLAGS_H
#define TSN_MODEL_EVENT_FLAGS_H

#include "model/event_source.h"

/* Whether any layer has one. */
bool tsn_event_has_flags(const tsn_event_source *source);
/* Appends `{"values":[..]},`, most recent last, at most TSN_FLAGS_MAX: setting the inner layers'
 * flags one after another on the outer ones'. False: no layer has flags. */
bool tsn_event_write_flags(const tsn_event_source *source, tsn_buf *out);

#endif
