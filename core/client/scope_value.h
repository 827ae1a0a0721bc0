/* Values for scope fields, made from text that came from outside; shared by the single setters and
 * by update. Pure but for memory. Each returns TOCSIN_OK or what its line names, TOCSIN_E_NOMEM
 * besides; JSON: TOCSIN_E_JSON, _TYPE, _DEPTH, _SIZE. */
#ifndef TSN_CLIENT_SCOPE_VALUE_H
#define TSN_CLIENT_SCOPE_VALUE_H

#include "data/fragment.h"
#include "data/json_normal.h"
#include "data/pmap.h"
#include "model/origin.h"

#define TSN_VALUE_OBJECT_OR_NULL (TSN_JSON_ONLY(TSN_JSON_OBJECT) | TSN_JSON_ONLY(TSN_JSON_NULL))

/* The canonical form of `json`; absent or null: NULL. */
tocsin_status tsn_value_fragment(tsn_slice json, unsigned accept, tsn_fragment **out);
/* A list of texts; absent or null: NULL. */
tocsin_status tsn_value_fingerprint(tsn_slice json, tsn_fragment **out);
tocsin_status tsn_value_origin(tsn_slice json, tsn_origin **out);
/* Raw text as a JSON string of at most `max` code points; absent: NULL. */
tocsin_status tsn_value_string(tsn_slice raw, size_t max, tsn_fragment **out);
/* `trace` and `flags` belong to the core (R4). */
bool tsn_value_context_is_reserved(tsn_slice key);

#endif
