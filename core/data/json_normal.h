/* Understands JSON from outside, strictly (RFC 8259), and appends it in canonical compact form.
 *
 * * One pass without recursion: grammar, depth and size are checked, strings are repaired and
 * re-escaped as in json_text.h (lone surrogate escapes and U+0000 in any spelling become
 * U+FFFD), numbers keep their spelling, of several members with one name the last stays (in the
 * place of the first). What comes out is valid UTF-8 JSON without blanks, which json_walk.h may
 * trust. Blanks around the value are allowed; anything else after it, and a byte order mark, are
 * not. */
#ifndef TSN_DATA_JSON_NORMAL_H
#define TSN_DATA_JSON_NORMAL_H

#include "base/buf.h"
#include "base/slice.h"

typedef enum tsn_json_type {
    TSN_JSON_NULL,
    TSN_JSON_BOOL,
    TSN_JSON_NUMBER,
    TSN_JSON_STRING,
    TSN_JSON_ARRAY,
    TSN_JSON_OBJECT,
} tsn_json_type;

/* Set of types a caller accepts: TSN_JSON_ONLY(TSN_JSON_OBJECT) | ... */
#define TSN_JSON_ONLY(type) (1u << (type))
#define TSN_JSON_ANY 0x3fu

/* Appends the canonical form of `text`. `accept` is a set of types for the outermost value;
 * containers that lie deeper than `keep_levels` (the outermost container is level 1; 0: no
 * limit) are replaced by the text "<truncated>" (P-4). TOCSIN_OK; TOCSIN_E_JSON (malformed, or a
 * number beyond a double), TOCSIN_E_TYPE (not in `accept`), TOCSIN_E_DEPTH (over 128 levels),
 * TOCSIN_E_SIZE (over 16 MiB), TOCSIN_E_NOMEM. On an error `out` is as it was. `type` may be
 * NULL. */
tocsin_status tsn_json_normalise(tsn_slice text, unsigned accept, unsigned keep_levels,
                                 tsn_buf *out, tsn_json_type *type);

#define TSN_JSON_PLACES_MAX 16

/* Below 64, by a key's first byte and its last, in which keys mostly differ. */
static inline unsigned tsn_json_place_hash(unsigned char first, unsigned char last)
{
    return (first + last * 4u) % 64;
}

/* Where the members of an object stand in its canonical form, counted from its brace. */
typedef struct tsn_json_places {
    size_t count;
    bool are_known; /* false: too many members, or repeated ones; then walk (json_walk.h) */
    struct {
        uint32_t key; /* its opening quote */
        uint32_t value;
    } at[TSN_JSON_PLACES_MAX];
    uint64_t hashes; /* a bit for the hash of each key, and maybe for others */
} tsn_json_places;

/* As above for an object; saves the next reader the walk. */
tocsin_status tsn_json_normalise_object(tsn_slice text, unsigned keep_levels, tsn_buf *out,
                                        tsn_json_places *places);

#endif
