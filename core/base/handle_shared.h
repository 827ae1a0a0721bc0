/* The process's one table of handles, made at the first call that needs it. Any thread. */
#ifndef TSN_BASE_HANDLE_SHARED_H
#define TSN_BASE_HANDLE_SHARED_H

#include <stdatomic.h>

#include "base/handle.h"
#include "base/house.h"

/* For the function below alone. NULL until the table is made. */
extern _Atomic(tsn_handle_table *) tsn_handle_shared_table;

/* Makes it. */
TSN_COLD tsn_handle_table *tsn_handle_shared_make(const tsn_handle_ops *ops);

/* `ops` is the same at every call. NULL: no memory; the next call tries again. It is never freed.
 */
static inline tsn_handle_table *tsn_handle_shared(const tsn_handle_ops *ops)
{
    tsn_handle_table *table = atomic_load_explicit(&tsn_handle_shared_table, memory_order_acquire);
    return TSN_LIKELY(table != NULL) ? table : tsn_handle_shared_make(ops);
}

/* 10 bits that tell this copy of the library from another in the process. */
uint32_t tsn_handle_shared_nonce(void);

#endif
