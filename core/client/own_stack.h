/* The calling thread's stack as an event carries it (option attach_stacktrace). */
#ifndef TSN_CLIENT_OWN_STACK_H
#define TSN_CLIENT_OWN_STACK_H

#include "base/buf.h"
#include "client/settings.h"

typedef struct tsn_own_stack {
    tsn_buf trace;   /* {"frames":[..],..}; empty: none */
    tsn_buf threads; /* {"values":[..]} with the trace in it */
    tsn_buf images;  /* {"images":[..]} */
} tsn_own_stack;

#define TSN_OWN_STACK_EMPTY ((tsn_own_stack){TSN_BUF_EMPTY, TSN_BUF_EMPTY, TSN_BUF_EMPTY})

/* Without tocsin's own frames. A stack that cannot be walked leaves all three empty. TOCSIN_OK,
 * TOCSIN_E_NOMEM. */
tocsin_status tsn_own_stack_take(const tsn_settings *settings, tsn_own_stack *stack);
void tsn_own_stack_fini(tsn_own_stack *stack);
/* Absent if there is none. */
tsn_slice tsn_own_stack_trace(const tsn_own_stack *stack);
tsn_slice tsn_own_stack_threads(const tsn_own_stack *stack);
tsn_slice tsn_own_stack_images(const tsn_own_stack *stack);

#endif
