/* Body compression by libzstd at level 1, if the system has it: half of the time that gzip takes
 * and fewer bytes, for servers that are known to take it. The library is opened when it is first
 * wanted, so that nothing depends on it. One context used again and again; one thread at a time. */
#ifndef TSN_IO_ZSTD_H
#define TSN_IO_ZSTD_H

#include "base/buf.h"
#include "base/slice.h"

typedef struct tsn_zstd tsn_zstd;

/* NULL: the system has no libzstd, or no memory. */
tsn_zstd *tsn_zstd_new(void);
/* NULL is allowed. */
void tsn_zstd_free(tsn_zstd *zstd);

/* Begins a body of exactly `size` plain bytes; its compressed bytes are appended to `out`. */
void tsn_zstd_begin(tsn_zstd *zstd, size_t size, tsn_buf *out);
void tsn_zstd_add(tsn_zstd *zstd, tsn_slice piece);
/* TOCSIN_OK: `out` has the whole body; TOCSIN_E_NOMEM: it is to be thrown away. */
tocsin_status tsn_zstd_end(tsn_zstd *zstd);

#endif
