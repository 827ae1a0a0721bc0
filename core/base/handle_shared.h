/* The process's table of handles, made at the first call that needs it; and the annex, a table for
 * handles with which less can be done, made at the first of those. A number of the annex is foreign
 * to the table, so whoever looks a handle up there pays nothing for there being others, and filling
 * the annex up leaves the table as it is. Any thread. */
#ifndef TSN_BASE_HANDLE_SHARED_H
#define TSN_BASE_HANDLE_SHARED_H

#include <stdatomic.h>

#include "base/handle.h"
#include "base/house.h"

/* For the functions below alone. NULL until the table is made. */
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

/* For those who hold something of it, so that it has been made. */
static inline tsn_handle_table *tsn_handle_shared_made(void)
{
    return atomic_load_explicit(&tsn_handle_shared_table, memory_order_acquire);
}

/* NULL: not made yet. */
tsn_handle_table *tsn_handle_annex(void);
/* The annex, made if need be; what is found in it may be released through the table. `table_ops`
 * and `ops` are the same at every call. NULL: no memory. It is never freed. */
tsn_handle_table *tsn_handle_annex_make(const tsn_handle_ops *table_ops, const tsn_handle_ops *ops);

/* 10 bits that tell this copy of the library from another in the process. */
uint32_t tsn_handle_shared_nonce(void);

#endif
