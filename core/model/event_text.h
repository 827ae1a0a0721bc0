/* Writing members with a comma behind each, so that nothing has to know what comes next; closing a
 * container takes the last comma back. One that stayed empty disappears with its key. */
#ifndef TSN_MODEL_EVENT_TEXT_H
#define TSN_MODEL_EVENT_TEXT_H

#include "base/buf.h"
#include "base/copy.h"
#include "base/slice.h"

/* Room for `len` more bytes; false: failed. The look that nearly always suffices is made here. */
TSN_INLINE bool tsn_text_room(tsn_buf *out, size_t len)
{
    return TSN_LIKELY(len <= out->cap - out->len && !out->failed) || tsn_buf_grow(out, len);
}

TSN_INLINE void tsn_text_put(tsn_buf *out, tsn_slice text)
{
    if (text.len == 0 || !tsn_text_room(out, text.len)) return;
    memcpy(out->data + out->len, text.data, text.len);
    out->len += text.len;
}

static inline void tsn_text_comma(tsn_buf *out)
{
    if (tsn_text_room(out, 1)) out->data[out->len++] = ',';
}

typedef struct tsn_opening {
    size_t start; /* where its head begins */
    size_t inner; /* where its first member would */
} tsn_opening;

/* `head` is everything up to the first member: `"values":[`. */
TSN_INLINE tsn_opening tsn_text_open(tsn_buf *out, tsn_slice head)
{
    tsn_opening opening = {out->len, out->len + head.len};
    tsn_text_put(out, head);
    return opening;
}

/* `tail` is what closes it: `]`, or `]},` with the comma of what it stands in. False: it had no
 * members and was taken back. */
TSN_INLINE bool tsn_text_close(tsn_buf *out, tsn_opening opening, tsn_slice tail)
{
    if (out->len <= opening.inner) {
        tsn_buf_truncate(out, opening.start);
        return false;
    }
    out->len--;
    tsn_text_put(out, tail);
    return true;
}

/* `"key":`, from a key in escaped form. */
static inline void tsn_text_key(tsn_buf *out, tsn_slice key)
{
    if (!tsn_text_room(out, key.len + 3)) return;
    char *at = out->data + out->len;
    *at = '"';
    memcpy(at + 1, key.data, key.len);
    memcpy(at + 1 + key.len, "\":", 2);
    out->len += key.len + 3;
}

/* `head` with its key and colon, the value, a comma; nothing for an absent value. */
TSN_INLINE void tsn_text_member(tsn_buf *out, tsn_slice head, tsn_slice value)
{
    if (value.len == 0 || !tsn_text_room(out, head.len + value.len + 1)) return;
    char *at = out->data + out->len;
    memcpy(at, head.data, head.len);
    *tsn_copy_text(at + head.len, value.data, value.len) = ',';
    out->len += head.len + value.len + 1;
}

#endif
