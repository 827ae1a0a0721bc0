/* Which threads are inside which hooks, so that a capture from inside its own hook is refused
 * (scopes 6.3, R21) without a thread-local. One list a client. */
#ifndef TSN_CLIENT_CHAIN_H
#define TSN_CLIENT_CHAIN_H

#include "client/scope_cell.h"
#include "model/event.h"

typedef struct tsn_chains tsn_chains;

/* One capture whose hooks run; lives on its thread's stack. */
typedef struct tsn_chain {
    _Atomic(struct tsn_chain *) next; /* guarded by the list's lock */
    uint64_t id;
    uint64_t thread;
    const tsn_cell *cells[TSN_LAYERS_MAX];
    size_t count;
    int lone; /* tsn_chain_lone */
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

void tsn_chain_enter(tsn_chains *chains, tsn_chain *chain, tsn_cell *const *cells, size_t count);
/* The same around `log` and `before_breadcrumb`. False, nothing entered: the calling thread is
 * inside that hook already, and what the hook itself causes is not shown to it. */
bool tsn_chain_enter_lone(tsn_chains *chains, tsn_chain *chain, tsn_chain_lone which);
void tsn_chain_leave(tsn_chains *chains, tsn_chain *chain);
/* Whether the calling thread is inside a hook of a chain that `cell` belongs to (as a layer, or
 * forked from one since), or eight hooks deep. Costs one atomic load while no hook runs anywhere in
 * the client. */
bool tsn_chain_blocks(tsn_chains *chains, const tsn_cell *cell);
/* The chain that a fork of `cell` by the calling thread belongs to; 0: none. */
uint64_t tsn_chain_of_fork(tsn_chains *chains, const tsn_cell *cell);

#endif
