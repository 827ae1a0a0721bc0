/* A table that gives objects numbers which outsiders may keep, forge, close twice or use from any
 * thread.
 *
 * A handle is 53 bits: kind 3, instance nonce 10, generation 20, index 20; exact in a double, above
 * 0. Slots are never freed, so looking one up is always safe; a word in each slot holds generation,
 * kind, open bit and the number of running calls, and changes by compare-and-swap only. Closing
 * clears the open bit; whoever brings the count of running calls to zero after that (the closer, if
 * none runs) drops the table's reference to the object. Generations start at random; a slot whose
 * generations are used up is reused only when no other is left. All functions: any thread, no lock
 * held while a drop function runs. */
#ifndef TSN_BASE_HANDLE_H
#define TSN_BASE_HANDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/house.h"

#define TSN_HANDLE_KIND_BITS 3
#define TSN_HANDLE_NONCE_BITS 10
#define TSN_HANDLE_GENERATION_BITS 20
#define TSN_HANDLE_INDEX_BITS 20
#define TSN_HANDLE_KINDS (1 << TSN_HANDLE_KIND_BITS)
#define TSN_HANDLE_KIND_ANY 0

_Static_assert(TSN_HANDLE_KIND_BITS + TSN_HANDLE_NONCE_BITS + TSN_HANDLE_GENERATION_BITS +
                       TSN_HANDLE_INDEX_BITS <=
                   53,
               "a handle must survive a double");

/* A closed handle's slot whose object waits to be handed out again; see handle_shelf.h. */
typedef struct tsn_handle_kept {
    struct tsn_handle_slot *slot;
    uint32_t index;
    uint64_t word; /* the slot's own from now on: closed, with the next generation */
} tsn_handle_kept;

/* How the table counts references to the objects of one kind. Both may call back into the table. */
typedef struct tsn_handle_ops {
    void (*retain)(void *object);
    void (*drop)(void *object);
    /* NULL, or asked when a handle is closed: true takes slot and reference over, and `drop` is not
     * called. */
    bool (*keep)(void *object, const tsn_handle_kept *kept);
} tsn_handle_ops;

typedef struct tsn_handle_table tsn_handle_table;

typedef struct tsn_handle_config {
    const tsn_handle_ops *ops; /* TSN_HANDLE_KINDS entries, by kind; outlive the table */
    uint32_t nonce;            /* this copy of the library; cut to 10 bits */
    uint32_t seed;             /* where generations start */
    uint32_t generation_bits;  /* 1 to 20; less than 20 in tests of wrap-around only */
    uint32_t capacity;         /* most handles, 1 to 2^20; a closed one counts while in use */
} tsn_handle_config;

/* NULL: no memory. Memory for slots comes in chunks as it is needed and stays. */
tsn_handle_table *tsn_handle_table_new(const tsn_handle_config *config);
/* No call may be running. Drops what is still open. */
void tsn_handle_table_free(tsn_handle_table *table);
/* From here on what was found in `twin`, a table with another nonce, may be released through
 * `table` too. Once, and `twin` is there as long as `table` is used. */
void tsn_handle_table_pair(tsn_handle_table *table, tsn_handle_table *twin);

/* A running call's claim on an object. */
typedef struct tsn_handle_hold {
    void *object;
    int64_t handle;
    struct tsn_handle_slot *slot;
} tsn_handle_hold;

/* Whether it is a live one of this table, at this very moment. For those who know that its object
 * is still there if it is. */
bool tsn_handle_is_open(const tsn_handle_table *table, int64_t handle);
/* Gives back a slot that was taken over by `keep`, and is on no shelf. */
void tsn_handle_free_kept(tsn_handle_table *table, const tsn_handle_kept *kept);

int tsn_handle_hold_kind(const tsn_handle_hold *hold);

/* Takes over the caller's reference to `object`, also on failure (then drops it). The new handle,
 * or TOCSIN_E_LIMIT, TOCSIN_E_NOMEM. `kind` 1 to 7. */
int64_t tsn_handle_add(tsn_handle_table *table, int kind, void *object);

/* Finds a live object of `kind` (or of any kind) and keeps it alive until tsn_handle_release.
 * TOCSIN_OK; a negative number that is a tocsin_status is returned as it is, any other negative one
 * as TOCSIN_E_STALE; TOCSIN_E_STALE, TOCSIN_E_KIND, TOCSIN_E_FOREIGN. */
tocsin_status tsn_handle_find(tsn_handle_table *table, int64_t handle, int kind,
                              tsn_handle_hold *hold);
void tsn_handle_release(tsn_handle_table *table, tsn_handle_hold *hold);
/* Both halves of it. True: the call was the last on a handle that was closed meanwhile, and the
 * other half is due. That one takes values, so that holds may stay in registers. */
bool tsn_handle_let_go(const tsn_handle_hold *hold);
TSN_COLD void tsn_handle_retire(tsn_handle_table *table, int64_t handle,
                                struct tsn_handle_slot *slot);

/* A second handle to the same object, of any kind. The errors of find and add. */
int64_t tsn_handle_dup(tsn_handle_table *table, int64_t handle);
/* TOCSIN_OK or the errors of find. Running calls on the object go on undisturbed. */
tocsin_status tsn_handle_close(tsn_handle_table *table, int64_t handle, int kind);
/* Closes each handle whose object is meant; looks at every slot that was ever used. */
void tsn_handle_close_those(tsn_handle_table *table,
                            bool (*is_meant)(const void *object, const void *key), const void *key);
/* Live handles of a kind, counted one by one. */
int64_t tsn_handle_count(const tsn_handle_table *table, int kind);

#endif
