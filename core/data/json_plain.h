/* The quick look at an object that is canonical already and uncommon in nothing: short ASCII
 * without escapes or blanks between its parts, as serializers write it. */
#ifndef TSN_DATA_JSON_PLAIN_H
#define TSN_DATA_JSON_PLAIN_H

#include "data/json_normal.h"

/* Copies `text` behind the contents of `out` and fills in `places`. False: the text is something
 * else, or too large for a quick look, and the contents of `out` are as they were (it may be marked
 * as failed). With containers deeper than `keep_levels` (0: no limit) it is something else. */
bool tsn_json_take_plain(tsn_slice text, unsigned keep_levels, tsn_buf *out,
                         tsn_json_places *places);

#endif
