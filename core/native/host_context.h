/* Facts about the system, the machine and the process, as the contexts that events carry. Gathered
 * once, when a client opens: it asks the system and reads a few small files, bounded and without
 * waiting. No name of a user or host, no address, argument, directory or environment variable is in
 * them but the locale and time zone that these set; what cannot be found out is left out. Any
 * thread. */
#ifndef TSN_NATIVE_HOST_CONTEXT_H
#define TSN_NATIVE_HOST_CONTEXT_H

#include "base/buf.h"

/* Each is the text of one JSON object; empty (no bytes): nothing is known, leave it out. */
typedef struct tsn_host_info {
    tsn_buf os;
    tsn_buf device;
    tsn_buf app;
    tsn_buf culture;
} tsn_host_info;

/* TOCSIN_OK, or TOCSIN_E_NOMEM with `out` empty. */
tocsin_status tsn_host_contexts(tsn_host_info *out);
void tsn_host_info_fini(tsn_host_info *info);

/* Appends the machine's own name, raw bytes; nothing if it has none. */
void tsn_host_name(tsn_buf *out);

#endif
