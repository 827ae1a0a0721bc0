/* Objects whose members the protocol knows: a table says which types and lengths each may have, and
 * copying applies it (4.4 to 4.6, P-4). Canonical JSON in and out; members keep their order, null
 * and ill-typed ones are left out, so a second copy changes nothing. Pure. */
#ifndef TSN_MODEL_SHAPE_H
#define TSN_MODEL_SHAPE_H

#include "base/buf.h"
#include "base/slice.h"
#include "data/json_walk.h"
#include "data/limits.h"

/* What the limiting pass may cut. */
typedef struct tsn_cuts {
    bool on;       /* false: shapes are put right, but nothing is cut */
    size_t text;   /* code points of messages and exception values; 0: the protocol's */
    size_t frames; /* of one stack trace */
} tsn_cuts;

/* Appends the value; false: the member is to be left out (whatever was appended is taken back). */
typedef bool tsn_shape_fn(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out);

typedef struct tsn_shape_row {
    tsn_slice key;
    unsigned accept;     /* set of types; 0: never written */
    size_t max;          /* of a string, in code points; 0: no cut */
    tsn_shape_fn *write; /* NULL: copied, strings cut to `max` */
} tsn_shape_row;

/* Initialiser of a key: static tables cannot hold TSN_LIT. */
#define TSN_SHAPE_KEY(text)                                                                        \
    {                                                                                              \
        "" text, sizeof(text) - 1                                                                  \
    }

/* Appends the members of `object`, each with a comma; members without a row are copied with their
 * depth cut. */
void tsn_shape_copy(const tsn_shape_row *rows, size_t count, tsn_slice object, const tsn_cuts *cuts,
                    tsn_buf *out);
/* Appends a value; with cuts on, containers below `levels` (the value itself is level 1) become
 * "<truncated>". */
void tsn_shape_copy_value(tsn_slice value, unsigned levels, const tsn_cuts *cuts, tsn_buf *out);
/* A tsn_shape_fn for messages: cut to `cuts->text` or the protocol's length, whichever is less. */
bool tsn_shape_message(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out);
/* A tsn_shape_fn for booleans of which only true is written. */
bool tsn_shape_true(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out);
/* The list of values of an interface (P-5): the value itself if it is an array, its `values` (or
 * other `key`) if an object; else absent. */
tsn_slice tsn_shape_list(tsn_slice value, tsn_slice key);

#endif
