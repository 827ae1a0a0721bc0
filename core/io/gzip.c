/* Setting a stream up costs a quarter of a megabyte, so it is kept; the output's bound is known
 * before the first byte, so there is one reservation a body and no loop around deflate but for
 * pieces that are longer than zlib counts. */
#include "io/gzip.h"

#include <zlib.h>

#include "base/alloc.h"

enum {
    LEVEL = 1,
    WINDOW = 15,
    AS_GZIP = 16,
    MEMORY = 8,
};
#define CHUNK_MAX ((size_t)1 << 30)

struct tsn_gzip {
    z_stream stream;
    tsn_buf *out;
};

static void *allocate(void *context, unsigned count, unsigned size)
{
    (void)context;
    return tsn_alloc_array(count, size);
}

static void release(void *context, void *block)
{
    (void)context;
    tsn_free(block);
}

tsn_gzip *tsn_gzip_new(void)
{
    tsn_gzip *gzip = tsn_alloc_zero(sizeof *gzip);
    if (gzip == NULL) return NULL;
    gzip->stream.zalloc = allocate;
    gzip->stream.zfree = release;
    int error = deflateInit2(&gzip->stream, LEVEL, Z_DEFLATED, WINDOW + AS_GZIP, MEMORY,
                             Z_DEFAULT_STRATEGY);
    if (error == Z_OK) return gzip;
    tsn_free(gzip);
    return NULL;
}

void tsn_gzip_free(tsn_gzip *gzip)
{
    if (gzip == NULL) return;
    deflateEnd(&gzip->stream);
    tsn_free(gzip);
}

void tsn_gzip_begin(tsn_gzip *gzip, size_t size, tsn_buf *out)
{
    gzip->out = out;
    deflateReset(&gzip->stream);
    tsn_buf_reserve(out, deflateBound(&gzip->stream, size));
}

/* One call of deflate into the room that is reserved; more is made if it did not do. */
static int compress_some(tsn_gzip *gzip, int flush)
{
    tsn_buf *out = gzip->out;
    if (out->cap == out->len && !tsn_buf_reserve(out, 1)) return Z_MEM_ERROR;
    size_t room = out->cap - out->len < CHUNK_MAX ? out->cap - out->len : CHUNK_MAX;
    gzip->stream.next_out = (Bytef *)out->data + out->len;
    gzip->stream.avail_out = (uInt)room;
    int outcome = deflate(&gzip->stream, flush);
    out->len += room - gzip->stream.avail_out;
    return outcome;
}

void tsn_gzip_add(tsn_gzip *gzip, tsn_slice piece)
{
    while (piece.len > 0 && !gzip->out->failed) {
        size_t len = piece.len < CHUNK_MAX ? piece.len : CHUNK_MAX;
        gzip->stream.next_in = (z_const Bytef *)(uintptr_t)piece.data;
        gzip->stream.avail_in = (uInt)len;
        while (gzip->stream.avail_in > 0 && compress_some(gzip, Z_NO_FLUSH) == Z_OK) continue;
        piece = tsn_slice_sub(piece, len, piece.len);
    }
}

tocsin_status tsn_gzip_end(tsn_gzip *gzip)
{
    int outcome;
    gzip->stream.avail_in = 0;
    do {
        outcome = gzip->out->failed ? Z_MEM_ERROR : compress_some(gzip, Z_FINISH);
    } while (outcome == Z_OK || outcome == Z_BUF_ERROR);
    return outcome == Z_STREAM_END ? TOCSIN_OK : TOCSIN_E_NOMEM;
}
