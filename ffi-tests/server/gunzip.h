/* Unpacking of request bodies. Pure, any thread. */
#ifndef SRV_GUNZIP_H
#define SRV_GUNZIP_H

#include "text.h"

/* Whether the bytes begin as a gzip member does. */
bool srv_is_gzip(struct srv_span bytes);

/* Appends the unpacked bytes of exactly one gzip member; NULL, or what is wrong (a constant text).
 */
const char *srv_gunzip(struct srv_text *out, struct srv_span packed);

#endif
