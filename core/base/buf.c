/* Appending is a bounds check and a copy, in the header; all that is slow (growing, failing)
 * happens in one function. Capacity at least doubles, so n bytes cost O(n) copies however they
 * come. */
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

/* `cap` bytes with the contents in them; NULL: no memory. */
static char *regrow(const tsn_buf *buf, size_t cap)
{
    if (!buf->borrowed && buf->data != NULL) return tsn_realloc(buf->data, cap);
    char *data = tsn_alloc(cap);
    if (data != NULL && buf->len > 0) memcpy(data, buf->data, buf->len);
    return data;
}

bool tsn_buf_grow(tsn_buf *buf, size_t extra)
{
    size_t need;
    if (buf->failed || !tsn_size_add(buf->len, extra, &need)) return fail(buf);
    size_t cap = buf->cap <= SIZE_MAX / 2 ? buf->cap * 2 : SIZE_MAX;
    if (cap < FIRST_CAP) cap = FIRST_CAP;
    if (cap < need) cap = need;
    char *data = regrow(buf, cap);
    if (data == NULL) return fail(buf);
    buf->data = data;
    buf->cap = cap;
    buf->borrowed = false;
    return true;
}

void tsn_buf_init(tsn_buf *buf)
{
    *buf = TSN_BUF_EMPTY;
}

inline void tsn_buf_fini(tsn_buf *buf)
{
    if (!buf->borrowed && buf->data != NULL) tsn_free(buf->data);
    *buf = TSN_BUF_EMPTY;
}

void tsn_buf_clear(tsn_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
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
