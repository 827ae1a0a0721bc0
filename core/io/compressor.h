/* How bodies are compressed, if at all: one of the ways that there are, made when it is first
 * needed. One thread at a time. */
#ifndef TSN_IO_COMPRESSOR_H
#define TSN_IO_COMPRESSOR_H

#include "base/diag.h"
#include "io/gzip.h"
#include "io/zstd.h"

typedef enum tsn_compression {
    TSN_COMPRESSION_NONE,
    TSN_COMPRESSION_GZIP,
    TSN_COMPRESSION_ZSTD,
} tsn_compression;

/* All zero is a fresh one. */
typedef struct tsn_compressor {
    tsn_gzip *gzip;
    tsn_zstd *zstd;
    bool uses_zstd;  /* as it was opened last */
    bool lacks_zstd; /* said once; gzip takes its place */
    tsn_buf packed;  /* where the bound of what may come out finds room; kept unless it is large */
} tsn_compressor;

void tsn_compressor_fini(tsn_compressor *compressor);
/* Makes it ready; false: bodies go plain, because they shall or for want of memory. */
bool tsn_compressor_open(tsn_compressor *compressor, tsn_compression compression, tsn_diag *diag);
/* The request's header line; it is open. */
const char *tsn_compressor_header(const tsn_compressor *compressor);

/* Begins a body of exactly `size` plain bytes. */
void tsn_compressor_begin(tsn_compressor *compressor, size_t size);
void tsn_compressor_add(tsn_compressor *compressor, tsn_slice piece);
/* Appends the whole body to `out`, in no more memory than it needs. TOCSIN_OK or TOCSIN_E_NOMEM. */
tocsin_status tsn_compressor_end(tsn_compressor *compressor, tsn_buf *out);

#endif
