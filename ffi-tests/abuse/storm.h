/* Random calls over the whole interface, with arguments at the edges, from several threads that
 * share their handles. */
#ifndef ABUSE_STORM_H
#define ABUSE_STORM_H

#include <stdatomic.h>

#include "abuse.h"

#define STORM_HANDLES 96

/* Handles that all threads use, replace and close. */
typedef struct pool {
    _Atomic int64_t handles[STORM_HANDLES];
} pool;

typedef struct storm {
    chance source;
    pool *shared;
    long calls;
    int64_t strange; /* the first answer that no call may give; 0: none */
    const char *strange_call;
} storm;

/* A handle of the pool; now and then something else. */
int64_t storm_handle(storm *on);
/* The same, most often of a TOCSIN_KIND_. */
int64_t storm_handle_of(storm *on, int kind);
/* Takes over a new handle; one of the old ones is closed for it. */
void storm_keep(storm *on, int64_t handle);

/* A text of exactly its length, so that a sanitizer sees every byte read too far. */
typedef struct edge_text {
    char *data; /* to be freed by edge_free; may be NULL */
    int64_t len;
} edge_text;

edge_text edge_any(chance *source);
edge_text edge_key(chance *source);
edge_text edge_json(chance *source);
void edge_free(edge_text *text);
/* A room for text, NULL too. */
edge_text edge_room(chance *source);
int32_t edge_number(chance *source);

/* One random call. */
void storm_call(storm *on);

#endif
