/* Borrowed text: a pointer and a length, not NUL-terminated. `data` NULL means absent, which
 * differs from empty. */
#ifndef TSN_BASE_SLICE_H
#define TSN_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct tsn_slice {
    const char *data;
    size_t len;
} tsn_slice;

#define TSN_SLICE_ABSENT ((tsn_slice){NULL, 0})
/* A string literal as a slice; the second form initialises members of static tables. */
#define TSN_LIT(text) ((tsn_slice){"" text, sizeof(text) - 1})
#define TSN_LIT_INIT(text)                                                                         \
    {                                                                                              \
        "" text, sizeof(text) - 1                                                                  \
    }

static inline bool tsn_slice_absent(tsn_slice slice)
{
    return slice.data == NULL;
}

static inline bool tsn_slice_equal(tsn_slice left, tsn_slice right)
{
    return left.len == right.len && (left.len == 0 || memcmp(left.data, right.data, left.len) == 0);
}

/* A NUL-terminated text, or absent for NULL. */
tsn_slice tsn_slice_of(const char *text);
/* ASCII letters compare without case. */
bool tsn_slice_equal_nocase(tsn_slice left, tsn_slice right);
bool tsn_slice_starts_with(tsn_slice slice, tsn_slice prefix);
/* Whether `part` occurs in `slice`; the empty part always does. */
bool tsn_slice_contains(tsn_slice slice, tsn_slice part);
/* Position of the first `byte`, or `slice.len`. */
size_t tsn_slice_find(tsn_slice slice, char byte);
/* From `from` up to `to`, both cut to the slice. */
tsn_slice tsn_slice_sub(tsn_slice slice, size_t from, size_t to);
/* Without ASCII blanks (space, tab, CR, LF) at both ends. */
tsn_slice tsn_slice_trim(tsn_slice slice);
/* Cuts off and returns what stands before the first `separator`; the rest, without it, stays in
 * `*rest`. With no separator left the whole rest is returned and `*rest` becomes absent. */
tsn_slice tsn_slice_split(tsn_slice *rest, char separator);
/* A decimal number of digits alone that fits; false leaves `*value` untouched. */
bool tsn_slice_to_u64(tsn_slice slice, uint64_t *value);
/* Signed, with an optional '-'. */
bool tsn_slice_to_i64(tsn_slice slice, int64_t *value);
/* A pattern in which '*' stands for any run of bytes, against the whole slice. Linear in slice
 * times stars. */
bool tsn_slice_glob(tsn_slice slice, tsn_slice pattern);

/* Good enough for tables of trusted size; the same in every process of a machine, not across
 * machines. */
uint32_t tsn_slice_hash(tsn_slice slice);

#endif
