/* Body compression, gzip at level 1, one stream used again and again. One thread at a time. */
#ifndef TSN_IO_GZIP_H
#define TSN_IO_GZIP_H

#include "base/buf.h"
#include "base/slice.h"

typedef struct tsn_gzip tsn_gzip;

/* NULL: no memory. */
tsn_gzip *tsn_gzip_new(void);
/* NULL is allowed. */
void tsn_gzip_free(tsn_gzip *gzip);

/* Begins a body of at most `size` plain bytes; its compressed bytes are appended to `out`. */
void tsn_gzip_begin(tsn_gzip *gzip, size_t size, tsn_buf *out);
void tsn_gzip_add(tsn_gzip *gzip, tsn_slice piece);
/* TOCSIN_OK: `out` has the whole body; TOCSIN_E_NOMEM: it is to be thrown away. */
tocsin_status tsn_gzip_end(tsn_gzip *gzip);

#endif
