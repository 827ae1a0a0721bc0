/* What makes a tag acceptable (scopes: limits). Pure. */
#ifndef TSN_MODEL_TAG_H
#define TSN_MODEL_TAG_H

#include "base/buf.h"
#include "base/slice.h"
#include "data/limits.h"

/* Ends trimmed of blanks, inner blanks to '-', then 1 to 200 of [A-Za-z0-9_.:-]; false:
 * unacceptable. The key needs no escaping in JSON. `key` may point into `memory` or into `raw`. */
bool tsn_tag_key(tsn_slice raw, char memory[TSN_TAG_KEY_MAX], tsn_slice *key);
/* Appends the value as a JSON string: repaired, CR and LF to blanks, over 200 code points cut to
 * 197 and "...". */
void tsn_tag_append_value(tsn_buf *out, tsn_slice raw);
/* The same for a canonical JSON value of an event's tag: strings by the rule above, booleans and
 * numbers as they are; false: the tag is to be left out (null, array, object). */
bool tsn_tag_append_json_value(tsn_buf *out, tsn_slice value);

#endif
