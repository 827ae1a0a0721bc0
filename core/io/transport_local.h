/* Whole envelopes to standard output or to the end of a file, as they are; each is answered as
 * delivered once it is written. */
#ifndef TSN_IO_TRANSPORT_LOCAL_H
#define TSN_IO_TRANSPORT_LOCAL_H

#include "io/transport.h"

/* `path` NULL: standard output; else borrowed, opened by the first transfer. NULL: no memory. */
tsn_transport *tsn_transport_local_new(const char *path);

#endif
