/* What a careful writer would have done otherwise. The server accepts these envelopes, as others
 * do, and notes them. */
#ifndef SRV_LINT_H
#define SRV_LINT_H

#include "request.h"

/* A list of texts, the caller's to delete; empty if there is nothing to say. `ingest` is false for
 * Spotlight's path, where a DSN is not needed. */
cJSON *srv_lint(const struct srv_envelope *envelope, bool ingest);

#endif
