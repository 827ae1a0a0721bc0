/* The layers' maps taken together: the innermost one that has a key wins. Private to the event_
 * files. */
#ifndef TSN_MODEL_EVENT_MAPS_H
#define TSN_MODEL_EVENT_MAPS_H

#include "model/event_source.h"

/* Appends the union of the layers' maps, each member with a comma. */
void tsn_event_write_layer_maps(const tsn_event_source *source, tsn_scope_map map, tsn_buf *out);
/* Whether a layer has that key; `hash` is tsn_slice_hash of it. */
bool tsn_event_is_in_layers(const tsn_event_source *source, tsn_scope_map map, tsn_slice key,
                            uint32_t hash);

#endif
