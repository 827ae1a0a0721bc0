/* The members that are unions of the body's and the layers' maps: tags and extra. Per key the
 * layers win over the body (R15). Private to the event_ files. */
#ifndef TSN_MODEL_EVENT_MAPS_H
#define TSN_MODEL_EVENT_MAPS_H

#include "model/event_source.h"

tsn_event_writer tsn_event_write_tags;
tsn_event_writer tsn_event_write_extra;

/* Appends the union of the layers' maps, each member with a comma. */
void tsn_event_write_layer_maps(const tsn_event_source *source, tsn_scope_map map, tsn_buf *out);
/* Whether a layer has that key. */
bool tsn_event_is_in_layers(const tsn_event_source *source, tsn_scope_map map, tsn_slice key);

#endif
