/* The only place that knows which ways there are. */
#include "io/compressor.h"

#include "wire/request.h"

#define KEPT_MAX ((size_t)256 * 1024)

void tsn_compressor_fini(tsn_compressor *compressor)
{
    tsn_gzip_free(compressor->gzip);
    tsn_zstd_free(compressor->zstd);
    tsn_buf_fini(&compressor->packed);
    *compressor = (tsn_compressor){.gzip = NULL};
}

static bool open_zstd(tsn_compressor *compressor, tsn_diag *diag)
{
    if (compressor->zstd == NULL && !compressor->lacks_zstd) {
        compressor->zstd = tsn_zstd_new();
        compressor->lacks_zstd = compressor->zstd == NULL;
        if (compressor->lacks_zstd) {
            tsn_diag_note(diag, TOCSIN_LEVEL_WARNING, "compression.no_zstd",
                          "compression: libzstd.so.1 cannot be opened; gzip is used");
        }
    }
    return compressor->zstd != NULL;
}

bool tsn_compressor_open(tsn_compressor *compressor, tsn_compression compression, tsn_diag *diag)
{
    if (compression == TSN_COMPRESSION_NONE) return false;
    compressor->uses_zstd = compression == TSN_COMPRESSION_ZSTD && open_zstd(compressor, diag);
    if (compressor->uses_zstd) return true;
    if (compressor->gzip == NULL) compressor->gzip = tsn_gzip_new();
    return compressor->gzip != NULL;
}

const char *tsn_compressor_header(const tsn_compressor *compressor)
{
    return compressor->uses_zstd ? TSN_REQUEST_ZSTD_HEADER : TSN_REQUEST_GZIP_HEADER;
}

void tsn_compressor_begin(tsn_compressor *compressor, size_t size)
{
    tsn_buf_clear(&compressor->packed);
    if (compressor->uses_zstd) {
        tsn_zstd_begin(compressor->zstd, size, &compressor->packed);
    } else {
        tsn_gzip_begin(compressor->gzip, size, &compressor->packed);
    }
}

void tsn_compressor_add(tsn_compressor *compressor, tsn_slice piece)
{
    if (compressor->uses_zstd) {
        tsn_zstd_add(compressor->zstd, piece);
    } else {
        tsn_gzip_add(compressor->gzip, piece);
    }
}

static tocsin_status end(tsn_compressor *compressor)
{
    return compressor->uses_zstd ? tsn_zstd_end(compressor->zstd) : tsn_gzip_end(compressor->gzip);
}

tocsin_status tsn_compressor_end(tsn_compressor *compressor, tsn_buf *out)
{
    tocsin_status st = end(compressor);
    if (st == TOCSIN_OK) {
        tsn_buf_slice(out, tsn_buf_view(&compressor->packed));
        st = tsn_buf_status(out);
    }
    if (compressor->packed.cap > KEPT_MAX) tsn_buf_fini(&compressor->packed);
    return st;
}
