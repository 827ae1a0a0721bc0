/* The one door to memory. Every block of the library comes from here, so that a test can fail the
 * n-th request and a host can bring its own allocator. Any thread. */
#ifndef TSN_BASE_ALLOC_H
#define TSN_BASE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NULL: no memory, or a size that overflows. Size 0 gives a block that may be freed. Contents are
 * undefined unless the name says otherwise. */
void *tsn_alloc(size_t size);
void *tsn_alloc_zero(size_t size);
void *tsn_alloc_array(size_t length, size_t size);
/* As realloc: NULL leaves `block` as it was. */
void *tsn_realloc(void *block, size_t size);
void *tsn_realloc_array(void *block, size_t length, size_t size);
/* NULL is allowed. */
void tsn_free(void *block);

/* Checked arithmetic on sizes: false, `*sum` untouched, if the result does not fit. */
bool tsn_size_add(size_t left, size_t right, size_t *sum);
bool tsn_size_mul(size_t left, size_t right, size_t *product);

/* The functions behind the door; all three or none. */
typedef struct tsn_alloc_hooks {
    void *(*alloc)(size_t size);
    void *(*resize)(void *block, size_t size);
    void (*release)(void *block);
} tsn_alloc_hooks;

/* NULL restores the C library's. To be called while no block is held. */
void tsn_alloc_set_hooks(const tsn_alloc_hooks *hooks);

/* Fault injection: from now on the n-th request (1 is the next) is refused; with `from_then_on`
 * every later one too. 0 switches it off. */
void tsn_alloc_fail_nth(uint64_t nth, bool from_then_on);
/* Whether a request was refused on purpose since the last call of tsn_alloc_fail_nth. */
bool tsn_alloc_did_fail(void);
/* Blocks handed out and not freed yet since tsn_alloc_track(true), which starts at 0; false stops
 * counting. */
void tsn_alloc_track(bool on);
int64_t tsn_alloc_live(void);

#endif
