/* Growing bytes with a sticky failure: append as long as you like, look at `failed` once at the
 * end. */
#ifndef TSN_BASE_BUF_H
#define TSN_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/house.h"
#include "base/slice.h"

typedef struct tsn_buf {
    char *data; /* owned unless borrowed; not NUL-terminated unless tsn_buf_terminate was called */
    size_t len;
    size_t cap;
    bool failed;   /* an append found no memory; nothing was appended since */
    bool borrowed; /* `data` is an array of the caller's, until it grows too small */
} tsn_buf;

#define TSN_BUF_EMPTY ((tsn_buf){NULL, 0, 0, false, false})
/* Starts in an array of the caller's, which saves short texts an allocation. Such a buffer stays
 * where it is: it is not copied, handed on or taken over. */
#define TSN_BUF_ON(array) ((tsn_buf){(array), 0, sizeof(array), false, true})

void tsn_buf_init(tsn_buf *buf);
void tsn_buf_fini(tsn_buf *buf);
/* Forgets the contents and the failure, keeps the memory. */
void tsn_buf_clear(tsn_buf *buf);
/* The slow side of tsn_buf_reserve. */
bool tsn_buf_grow(tsn_buf *buf, size_t extra);

/* Makes room for `extra` more bytes; false: failed. */
static inline bool tsn_buf_reserve(tsn_buf *buf, size_t extra)
{
    if (TSN_LIKELY(extra <= buf->cap - buf->len && !buf->failed)) return true;
    return tsn_buf_grow(buf, extra);
}

static inline void tsn_buf_append(tsn_buf *buf, const void *data, size_t len)
{
    if (len == 0 || !tsn_buf_reserve(buf, len)) return;
    memcpy(buf->data + buf->len, data, len);
    buf->len += len;
}

static inline void tsn_buf_slice(tsn_buf *buf, tsn_slice text)
{
    tsn_buf_append(buf, text.data, text.len);
}

static inline void tsn_buf_byte(tsn_buf *buf, char byte)
{
    if (!tsn_buf_reserve(buf, 1)) return;
    buf->data[buf->len++] = byte;
}

void tsn_buf_u64(tsn_buf *buf, uint64_t value);
void tsn_buf_i64(tsn_buf *buf, int64_t value);
/* For rare and short text; formats without locale-dependent numbers only. */
void tsn_buf_printf(tsn_buf *buf, const char *format, ...) TSN_PRINTF(2, 3);
/* Cuts the end off down to `len`. */
void tsn_buf_truncate(tsn_buf *buf, size_t len);
/* Puts a NUL behind the contents (not counted in `len`) and returns them; NULL: failed. */
const char *tsn_buf_terminate(tsn_buf *buf);

/* The contents, never absent; good until the next append. */
static inline tsn_slice tsn_buf_view(const tsn_buf *buf)
{
    return (tsn_slice){buf->data == NULL ? "" : buf->data, buf->len};
}

/* TOCSIN_OK, or TOCSIN_E_NOMEM if an append failed. */
static inline tocsin_status tsn_buf_status(const tsn_buf *buf)
{
    return buf->failed ? TOCSIN_E_NOMEM : TOCSIN_OK;
}

#define TSN_BUF_LIT(buf, text) tsn_buf_append((buf), "" text, sizeof(text) - 1)

#endif
