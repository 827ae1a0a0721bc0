/* Appending is a bounds check and a copy; all that is slow (growing, failing) happens in one
 * function. Capacity at least doubles, so n bytes cost O(n) copies however they come. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"

enum {
    FIRST_CAP = 64,
    DIGITS_MAX = 20, /* of UINT64_MAX */
};

static bool fail(tsn_buf *buf)
{
    buf->failed = true;
    return false;
}

static bool grow(tsn_buf *buf, size_t extra)
{
    size_t need;
    if (buf->failed || !tsn_size_add(buf->len, extra, &need)) return fail(buf);
    size_t cap = buf->cap < FIRST_CAP ? FIRST_CAP : buf->cap;
    while (cap < need && cap <= SIZE_MAX / 2) cap *= 2;
    if (cap < need) cap = need;
    char *data = tsn_realloc(buf->data, cap);
    if (data == NULL) return fail(buf);
    buf->data = data;
    buf->cap = cap;
    return true;
}

void tsn_buf_init(tsn_buf *buf)
{
    *buf = TSN_BUF_EMPTY;
}

void tsn_buf_fini(tsn_buf *buf)
{
    tsn_free(buf->data);
    *buf = TSN_BUF_EMPTY;
}

void tsn_buf_clear(tsn_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

bool tsn_buf_reserve(tsn_buf *buf, size_t extra)
{
    if (TSN_LIKELY(extra <= buf->cap - buf->len && !buf->failed)) return true;
    return grow(buf, extra);
}

void tsn_buf_append(tsn_buf *buf, const void *data, size_t len)
{
    if (len == 0 || !tsn_buf_reserve(buf, len)) return;
    memcpy(buf->data + buf->len, data, len);
    buf->len += len;
}

void tsn_buf_slice(tsn_buf *buf, tsn_slice text)
{
    tsn_buf_append(buf, text.data, text.len);
}

void tsn_buf_byte(tsn_buf *buf, char byte)
{
    if (!tsn_buf_reserve(buf, 1)) return;
    buf->data[buf->len++] = byte;
}

void tsn_buf_u64(tsn_buf *buf, uint64_t value)
{
    char digits[DIGITS_MAX];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    tsn_buf_append(buf, digits + at, sizeof digits - at);
}

void tsn_buf_i64(tsn_buf *buf, int64_t value)
{
    if (!tsn_buf_reserve(buf, DIGITS_MAX + 1)) return;
    if (value < 0) buf->data[buf->len++] = '-';
    tsn_buf_u64(buf, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void tsn_buf_printf(tsn_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0 || !tsn_buf_reserve(buf, (size_t)len + 1)) {
        buf->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
}

void tsn_buf_truncate(tsn_buf *buf, size_t len)
{
    if (len < buf->len) buf->len = len;
}

const char *tsn_buf_terminate(tsn_buf *buf)
{
    if (!tsn_buf_reserve(buf, 1)) return NULL;
    buf->data[buf->len] = '\0';
    return buf->data;
}

tsn_slice tsn_buf_view(const tsn_buf *buf)
{
    return (tsn_slice){buf->data == NULL ? "" : buf->data, buf->len};
}

tocsin_status tsn_buf_status(const tsn_buf *buf)
{
    return buf->failed ? TOCSIN_E_NOMEM : TOCSIN_OK;
}
