/* A captured stack as JSON: its frames, and the images they lie in. To be called on the thread
 * whose stack it is, before it returns from there (native/modules_elf.h says why). Any thread;
 * reads parts of files of images that carry no build id. */
#ifndef TSN_NATIVE_STACK_JSON_H
#define TSN_NATIVE_STACK_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "native/in_app.h"

typedef struct tsn_stack_rules {
    tsn_in_app_rules in_app;
    size_t max_frames;
} tsn_stack_rules;

/* Takes frames out of the middle until `max` are left, one more at the innermost end than at the
 * other if `max` is odd. How many are left. For a caller that wants frames and images to agree to
 * the letter. */
size_t tsn_stack_cut(uintptr_t *addresses, size_t count, size_t max);

/* Appends a JSON list of at most `max_frames` frames, the outermost first; `addresses` are
 * innermost first. No address gives an empty list, which an event must not carry: then leave the
 * stack trace out. A stack trace of these frames needs "instruction_addr_adjustment":
 * TSN_CAPTURE_ADJUSTMENT. TOCSIN_OK, TOCSIN_E_NOMEM. */
tocsin_status tsn_stack_write_frames(tsn_buf *out, const uintptr_t *addresses, size_t count,
                                     const tsn_stack_rules *rules);

/* Appends {"images":[...]}, what an event carries as `debug_meta`, for the images that hold one of
 * the addresses. TOCSIN_OK, TOCSIN_E_NOMEM. */
tocsin_status tsn_stack_write_images(tsn_buf *out, const uintptr_t *addresses, size_t count);

#endif
