/* Members of one object that have the same key: find out that there are none, cheaply, or take
 * them out of the text.
 *
 * * The caller notes each member while it writes the object in canonical form. */
#ifndef TSN_DATA_JSON_DEDUPE_H
#define TSN_DATA_JSON_DEDUPE_H

#include "base/buf.h"
#include "base/house.h"
#include "base/slice.h"
#include "data/json_scan.h"

typedef struct tsn_json_member {
    uint32_t at; /* of its key's opening quote, counted from where the text begins in the buffer */
    uint32_t value; /* of its value, counted likewise */
    union {
        uint32_t hash;   /* of its key */
        uint32_t source; /* inside json_dedupe.c: `at` of the member that is to stand here */
    };
} tsn_json_member;

/* The hash of a key is a mix of its words, the last one, of 0 to 7 bytes, filled up with zeros. */
static inline uint64_t tsn_json_mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

static inline uint32_t tsn_json_mix_last(uint64_t hash, uint64_t word)
{
    return (uint32_t)((hash ^ word) * 0x9e3779b97f4a7c15u >> 32);
}

/* Hash of a canonical key. */
uint32_t tsn_json_key_hash(tsn_slice key);

/* As tsn_json_skip_plain; `*hash` is the hash of what was skipped. */
static inline const char *tsn_json_skip_key(const char *at, const char *end, uint32_t *hash)
{
    uint64_t mixed = 0;
    for (; end - at >= 8; at += 8) {
        uint64_t word = tsn_json_word(at);
        uint64_t stop = tsn_json_plain_stop(word);
        if (stop != 0) {
            uint64_t below = (stop ^ (stop - 1)) >> 8; /* the bytes before the first stop */
            *hash = tsn_json_mix_last(mixed, word & below);
            return tsn_json_first_stop(at, stop);
        }
        mixed = tsn_json_mix(mixed, word);
    }
    uint64_t rest = 0;
    for (unsigned shift = 0; at < end && tsn_json_is_plain(*at); shift += 8) {
        rest |= (uint64_t)(unsigned char)*at++ << shift;
    }
    *hash = tsn_json_mix_last(mixed, rest);
    return at;
}

/* False: certainly no two keys are equal. Linear; looks at hashes only. */
bool tsn_json_may_repeat(const tsn_json_member *members, size_t count);
/* The members of the object that stands, not yet closed, at the end of `out`; the text it
 * belongs to begins at `base`. Of those with one key the last stays, in the place of the first.
 * Reorders and overwrites `members`. n log n, whatever the keys. TOCSIN_OK; TOCSIN_E_NOMEM,
 * `out` as it was. */
tocsin_status tsn_json_drop_repeats(tsn_buf *out, size_t base, tsn_json_member *members,
                                    size_t count);

#endif
