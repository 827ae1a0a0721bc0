/* Unpacking of request bodies that zstd packed. Pure, any thread. */
#ifndef SRV_UNZSTD_H
#define SRV_UNZSTD_H

#include "text.h"

/* Appends the unpacked bytes of exactly one frame that says how long it is; NULL, or what is wrong
 * (a constant text). */
const char *srv_unzstd(struct srv_text *out, struct srv_span packed);

#endif
