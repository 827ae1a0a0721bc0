/* What is used of libzstd has been the same since its release 1.4 and is written out here, so that
 * its header is not needed either. The output's bound is known before the first byte, so there is
 * one reservation a body. */
#include "io/zstd.h"

#include <dlfcn.h>
#include <string.h>

#include "base/alloc.h"
#include "base/house.h"
#include "io/exit_gate.h"

enum {
    LEVEL = 1,
    PARAMETER_LEVEL = 100,
    RESET_SESSION = 1,
    GO_ON = 0,
    END = 2,
};

typedef struct input {
    const void *bytes;
    size_t size;
    size_t position;
} input;

typedef struct output {
    void *bytes;
    size_t size;
    size_t position;
} output;

struct tsn_zstd {
    void *library;
    void *context;
    tsn_buf *out;
    bool has_failed;
    void *(*create)(void);
    size_t (*free)(void *context);
    size_t (*set_parameter)(void *context, int parameter, int value);
    size_t (*reset)(void *context, int what);
    size_t (*pledge)(void *context, unsigned long long size);
    size_t (*compress)(void *context, output *out, input *in, int how);
    size_t (*bound)(size_t size);
    unsigned (*is_error)(size_t code);
};

/* `function` is where a pointer to a function is. */
static bool find(void *library, const char *name, void *function)
{
    void *at = dlsym(library, name);
    memcpy(function, &at, sizeof at);
    return at != NULL;
}

static bool find_all(tsn_zstd *zstd)
{
    void *library = zstd->library;
    return find(library, "ZSTD_createCCtx", &zstd->create) &&
           find(library, "ZSTD_freeCCtx", &zstd->free) &&
           find(library, "ZSTD_CCtx_setParameter", &zstd->set_parameter) &&
           find(library, "ZSTD_CCtx_reset", &zstd->reset) &&
           find(library, "ZSTD_CCtx_setPledgedSrcSize", &zstd->pledge) &&
           find(library, "ZSTD_compressStream2", &zstd->compress) &&
           find(library, "ZSTD_compressBound", &zstd->bound) &&
           find(library, "ZSTD_isError", &zstd->is_error);
}

/* A child of fork inherits the loader as it is, so that none is born while it is at work. */
static void *open_library(void)
{
    if (!tsn_exit_gate_enter()) return NULL;
    void *library = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
    tsn_exit_gate_leave();
    return library;
}

static void close_library(void *library)
{
    if (library == NULL || !tsn_exit_gate_enter()) return;
    dlclose(library);
    tsn_exit_gate_leave();
}

tsn_zstd *tsn_zstd_new(void)
{
    tsn_zstd *zstd = tsn_alloc_zero(sizeof *zstd);
    if (zstd == NULL) return NULL;
    zstd->library = open_library();
    if (zstd->library != NULL && find_all(zstd)) zstd->context = zstd->create();
    bool is_set = zstd->context != NULL &&
                  !zstd->is_error(zstd->set_parameter(zstd->context, PARAMETER_LEVEL, LEVEL));
    if (is_set) return zstd;
    tsn_zstd_free(zstd);
    return NULL;
}

void tsn_zstd_free(tsn_zstd *zstd)
{
    if (zstd == NULL) return;
    if (zstd->context != NULL) (void)zstd->free(zstd->context);
    close_library(zstd->library);
    tsn_free(zstd);
}

void tsn_zstd_begin(tsn_zstd *zstd, size_t size, tsn_buf *out)
{
    zstd->out = out;
    bool ok = !zstd->is_error(zstd->reset(zstd->context, RESET_SESSION)) &&
              !zstd->is_error(zstd->pledge(zstd->context, size)) &&
              tsn_buf_reserve(out, zstd->bound(size));
    zstd->has_failed = !ok;
}

/* One call, into the room that is reserved; more is made if it did not do. What is left to be
 * written. */
static size_t compress_some(tsn_zstd *zstd, input *in, int how)
{
    tsn_buf *out = zstd->out;
    if (out->cap == out->len && !tsn_buf_reserve(out, 1)) zstd->has_failed = true;
    if (zstd->has_failed) return 0;
    output room = {out->data + out->len, out->cap - out->len, 0};
    size_t left = zstd->compress(zstd->context, &room, in, how);
    out->len += room.position;
    zstd->has_failed = zstd->is_error(left) != 0;
    return left;
}

void tsn_zstd_add(tsn_zstd *zstd, tsn_slice piece)
{
    input in = {piece.data, piece.len, 0};
    while (in.position < in.size && !zstd->has_failed) (void)compress_some(zstd, &in, GO_ON);
}

tocsin_status tsn_zstd_end(tsn_zstd *zstd)
{
    input none = {"", 0, 0};
    while (compress_some(zstd, &none, END) > 0 && !zstd->has_failed) continue;
    return zstd->has_failed ? TOCSIN_E_NOMEM : TOCSIN_OK;
}
