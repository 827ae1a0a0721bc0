/* Sockets that a library opens for itself without close-on-exec, and that it tells nobody of: here
 * libcurl's pair for waking up. They are found by what the library does with them, and only if
 * there is no doubt. One thread at a time. */
#ifndef TSN_IO_STRAY_SOCKETS_H
#define TSN_IO_STRAY_SOCKETS_H

#include <stdbool.h>

#include "io/sockets.h"

#define TSN_STRAY_FDS 1024 /* descriptors below this are looked at */

/* Which descriptors were free. */
typedef struct tsn_stray_sockets {
    bool was_free[TSN_STRAY_FDS];
} tsn_stray_sockets;

/* Before the library opens them. */
void tsn_stray_note(tsn_stray_sockets *stray);
/* After it. `fill` has the library write into the pair, `drain` read it empty again. The two ends
 * become close-on-exec and part of `sockets`. False: they were not found. */
bool tsn_stray_adopt(const tsn_stray_sockets *stray, tsn_sockets *sockets,
                     void (*fill)(void *context), void (*drain)(void *context), void *context);

#endif
