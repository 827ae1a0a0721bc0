/* Immutable text behind a count. The block is header and text in one, so a value costs one request
 * for memory however it is put together. */
#include "data/fragment.h"

#include "base/alloc.h"

#include <string.h>

static tsn_fragment *fragment_with_room(size_t len)
{
    size_t size;
    if (len > UINT32_MAX || !tsn_size_add(sizeof(tsn_fragment), len, &size)) return NULL;
    tsn_fragment *fragment = tsn_alloc(size);
    if (fragment == NULL) return NULL;
    tsn_rc_init(&fragment->rc);
    fragment->len = (uint32_t)len;
    return fragment;
}

inline tsn_fragment *tsn_fragment_new(tsn_slice text)
{
    tsn_fragment *fragment = fragment_with_room(text.len);
    if (fragment != NULL && text.len > 0) memcpy(fragment->text, text.data, text.len);
    return fragment;
}

tsn_fragment *tsn_fragment_retain(tsn_fragment *fragment)
{
    if (fragment != NULL) tsn_rc_retain(&fragment->rc);
    return fragment;
}

void tsn_fragment_release(tsn_fragment *fragment)
{
    if (fragment != NULL && tsn_rc_release(&fragment->rc)) tsn_free(fragment);
}
