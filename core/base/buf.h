/* Growing bytes with a sticky failure: append as long as you like, look at `failed` once at the
 * end. */
#ifndef TSN_BASE_BUF_H
#define TSN_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/house.h"
#include "base/slice.h"

typedef struct tsn_buf {
    char *data; /* owned; not NUL-terminated unless tsn_buf_terminate was called */
    size_t len;
    size_t cap;
    bool failed; /* an append found no memory; nothing was appended since */
} tsn_buf;

#define TSN_BUF_EMPTY ((tsn_buf){NULL, 0, 0, false})

void tsn_buf_init(tsn_buf *buf);
void tsn_buf_fini(tsn_buf *buf);
/* Forgets the contents and the failure, keeps the memory. */
void tsn_buf_clear(tsn_buf *buf);
/* Makes room for `extra` more bytes; false: failed. */
bool tsn_buf_reserve(tsn_buf *buf, size_t extra);
void tsn_buf_append(tsn_buf *buf, const void *data, size_t len);
void tsn_buf_slice(tsn_buf *buf, tsn_slice text);
void tsn_buf_byte(tsn_buf *buf, char byte);
void tsn_buf_u64(tsn_buf *buf, uint64_t value);
void tsn_buf_i64(tsn_buf *buf, int64_t value);
/* For rare and short text; formats without locale-dependent numbers only. */
void tsn_buf_printf(tsn_buf *buf, const char *format, ...) TSN_PRINTF(2, 3);
/* Cuts the end off down to `len`. */
void tsn_buf_truncate(tsn_buf *buf, size_t len);
/* Puts a NUL behind the contents (not counted in `len`) and returns them; NULL: failed. */
const char *tsn_buf_terminate(tsn_buf *buf);
/* The contents, never absent; good until the next append. */
tsn_slice tsn_buf_view(const tsn_buf *buf);
/* TOCSIN_OK, or TOCSIN_E_NOMEM if an append failed. */
tocsin_status tsn_buf_status(const tsn_buf *buf);

#define TSN_BUF_LIT(buf, text) tsn_buf_append((buf), "" text, sizeof(text) - 1)

#endif
