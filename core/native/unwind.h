/* The one thing that an unwinder does for us. Which one is linked is decided by the build; see
 * unwind_libgcc.c. */
#ifndef TSN_NATIVE_UNWIND_H
#define TSN_NATIVE_UNWIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Return addresses of the calling thread, innermost first, at most `cap`: beginning with `first`,
 * the frames further in being ours (should it not turn up within a few frames, beginning there),
 * and leaving out `skip` more. An address that is that of an interrupted instruction comes raised
 * by one, like a return address. How many. Any thread; not for signal handlers. */
size_t tsn_unwind(uintptr_t *addresses, size_t cap, uintptr_t first, size_t skip);

/* Whether the calling thread's stack is known up to beyond `frame`, a canonical frame address, and
 * `function` has no frame there. Any thread. */
bool tsn_unwind_misses(uintptr_t function, uintptr_t frame);

#endif
