/* One member of a map in one counted block: its whole text `"key":value,` and where the key ends in
 * it. Shared by every map that holds the member. Private to pmap. */
#ifndef TSN_DATA_PMAP_PAIR_H
#define TSN_DATA_PMAP_PAIR_H

#include "base/rc.h"
#include "base/slice.h"

typedef struct tsn_pair {
    tsn_rc rc;
    uint32_t hash;
    uint32_t key_len;
    uint32_t len;  /* of the text */
    uint32_t room; /* bytes that the text may grow to */
    char text[];
} tsn_pair;

/* What stands around key and value: `"`, `":` and `,`. */
#define TSN_PAIR_PUNCTUATION 4

/* NULL: no memory. */
tsn_pair *tsn_pair_new(tsn_slice key, uint32_t hash, tsn_slice value);
/* Puts another value into a pair that the caller alone can see; false: it does not fit, or would
 * waste the room. */
bool tsn_pair_overwrite(tsn_pair *pair, tsn_slice value);
void tsn_pair_free(tsn_pair *pair);

static inline tsn_pair *tsn_pair_retain(tsn_pair *pair)
{
    tsn_rc_retain(&pair->rc);
    return pair;
}

static inline void tsn_pair_release(tsn_pair *pair)
{
    if (tsn_rc_release(&pair->rc)) tsn_pair_free(pair);
}

static inline tsn_slice tsn_pair_key(const tsn_pair *pair)
{
    return (tsn_slice){pair->text + 1, pair->key_len};
}

static inline tsn_slice tsn_pair_value(const tsn_pair *pair)
{
    return (tsn_slice){pair->text + pair->key_len + 3,
                       pair->len - pair->key_len - TSN_PAIR_PUNCTUATION};
}

static inline size_t tsn_pair_size(const tsn_pair *pair)
{
    return sizeof *pair + pair->room;
}

#endif
