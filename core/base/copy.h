/* Copying texts of a length that is not known before and mostly short, where a call of memcpy costs
 * more than what it does. */
#ifndef TSN_BASE_COPY_H
#define TSN_BASE_COPY_H

#include <stddef.h>
#include <string.h>

#include "base/house.h"

/* Copies `len` bytes to `to`, where they do not overlap; returns what is behind them. 16 to 64
 * bytes go as blocks from both ends, which may meet. */
TSN_INLINE char *tsn_copy_text(char *to, const char *from, size_t len)
{
    if (TSN_UNLIKELY(len - 16 > 48)) {
        memcpy(to, from, len);
        return to + len;
    }
    memcpy(to, from, 16);
    if (len > 32) {
        memcpy(to + 16, from + 16, 16);
        memcpy(to + len - 32, from + len - 32, 16);
    }
    memcpy(to + len - 16, from + len - 16, 16);
    return to + len;
}

#endif
