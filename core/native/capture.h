/* The stack of the calling thread as addresses. They are return addresses: the call itself stands
 * just before each, so code is looked up at the address less one, and a stack trace made from them
 * says `TSN_CAPTURE_ADJUSTMENT`. Nothing allocates. Any thread, but no signal handler. */
#ifndef TSN_NATIVE_CAPTURE_H
#define TSN_NATIVE_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

/* Most frames that are worth asking for. */
#define TSN_CAPTURE_MAX 1000
/* Value of `instruction_addr_adjustment` for what tsn_capture_stack returns. */
#define TSN_CAPTURE_ADJUSTMENT "all"

/* Fills in at most `cap` (and TSN_CAPTURE_MAX) addresses, innermost first, beginning with the
 * caller's own frame once `skip` are left out. How many; 0 too where no stack can be walked. */
size_t tsn_capture_stack(uintptr_t *addresses, size_t cap, size_t skip);

/* Removes the innermost frames that lie in the image that tocsin itself is part of, up to the first
 * outside. If all do (tocsin is linked into the program), nothing is removed. How many are left. */
size_t tsn_capture_drop_library(uintptr_t *addresses, size_t count);

#endif
