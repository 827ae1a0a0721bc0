/* Which threads are inside which hooks, so that a capture from inside its own hook is refused
 * (scopes 6.3, R21) without a thread-local. One list a client. */
#ifndef TSN_CLIENT_CHAIN_H
#define TSN_CLIENT_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/event.h"

struct tsn_cell;
struct tsn_prepared;

typedef struct tsn_chains tsn_chains;

/* One capture whose hooks run. It lies in what the hooks are shown, not on the stack, since a hook
 * may never return: longjmp and exceptions of other languages pass over it. */
typedef struct tsn_chain {
    _Atomic(struct tsn_chain *) next; /* guarded by the list's lock */
    uint64_t id;
    uint64_t thread;
    const struct tsn_cell *cells[TSN_LAYERS_MAX];
    size_t count;
    int lone;        /* tsn_chain_lone */
    uintptr_t frame; /* of the hook's call, see hooks.h; 0: none runs; its thread's alone */
    /* What the caller would have to end after the hook; NULL: nothing. For unreturned.h. */
    struct tsn_prepared *prepared;
    struct tsn_cell *cell; /* a reference */
} tsn_chain;

/* Hooks that no capture is refused for, but that are not entered twice by one thread. */
typedef enum tsn_chain_lone {
    TSN_CHAIN_OF_CAPTURE, /* none of them */
    TSN_CHAIN_LOG,
    TSN_CHAIN_BREADCRUMB
} tsn_chain_lone;

tsn_chains *tsn_chains_new(void);
void tsn_chains_free(tsn_chains *chains);
/* In a child of fork, while it has one thread: hooks that run there still are those of this thread
 * alone. */
void tsn_chains_start_afresh(tsn_chains *chains);

void tsn_chain_enter(tsn_chains *chains, tsn_chain *chain, struct tsn_cell *const *cells,
                     size_t count);
/* The same around `log` and `before_breadcrumb`. False, nothing entered: the calling thread is
 * inside that hook already, and what the hook itself causes is not shown to it. */
bool tsn_chain_enter_lone(tsn_chains *chains, tsn_chain *chain, tsn_chain_lone which);
void tsn_chain_leave(tsn_chains *chains, tsn_chain *chain);
/* Takes an entry of the calling thread's out whose hook did not return and never will: the stack
 * that it ran on is used for something else by now. NULL: none. */
tsn_chain *tsn_chain_take_left(tsn_chains *chains);
/* Takes any out, when nobody is inside a hook any more. NULL: none. */
tsn_chain *tsn_chain_take_rest(tsn_chains *chains);
/* Whether a hook runs anywhere in the client, or has been left. False is true of the calling
 * thread in any case. */
bool tsn_chains_any(const tsn_chains *chains);
/* Whether the calling thread is inside a hook of a chain that `cell` belongs to (as a layer, or
 * forked from one since), or eight hooks deep. Costs one atomic load while no hook runs anywhere in
 * the client. */
bool tsn_chain_blocks(tsn_chains *chains, const struct tsn_cell *cell);
/* The chain that a fork of `cell` by the calling thread belongs to; 0: none. */
uint64_t tsn_chain_of_fork(tsn_chains *chains, const struct tsn_cell *cell);

#endif
