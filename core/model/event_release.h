/* The texts the server accepts for release, dist and environment (4.2). Pure. */
#ifndef TSN_MODEL_EVENT_RELEASE_H
#define TSN_MODEL_EVENT_RELEASE_H

#include "base/slice.h"

/* Whether raw, trimmed text will do: 1 to 200 bytes without slash, backslash and control bytes, not
 * `.`, `..` or `latest` (any case). */
bool tsn_release_is_valid(tsn_slice text);
/* 1 to 64 of [A-Za-z0-9_.-]. */
bool tsn_dist_is_valid(tsn_slice text);
/* 1 to 64 bytes as a release's, not `.`, `..` or `none` (any case). */
bool tsn_environment_is_valid(tsn_slice text);

#endif
