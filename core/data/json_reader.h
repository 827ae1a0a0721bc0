/* Where the reading of JSON text stands (json_normal.c), and what it does with scalars.
 *
 * * Every function takes the place it starts at and returns the place behind what it read, or
 * NULL when reading ends; `status` then says why. Not to be used outside core/data. */
#ifndef TSN_DATA_JSON_READER_H
#define TSN_DATA_JSON_READER_H

#include "base/buf.h"
#include "base/house.h"
#include "data/json_dedupe.h"
#include "data/json_scan.h"
#include "data/limits.h"

#define TSN_JSON_MEMBERS_ON_STACK 64

/* An open container. */
typedef struct tsn_json_level {
    uint64_t seen;  /* a bit for each key's hash */
    uint64_t again; /* those met more than once; none: no key is repeated */
    uint32_t first; /* its first entry in `members` */
    char closer;    /* '}' or ']' */
} tsn_json_level;

typedef struct tsn_json_reader {
    tsn_json_level top; /* the innermost container; the ones around it are in `outer` */
    const char *last;   /* the last byte of the text */
    const char *run;    /* canonical from here on, not copied yet */
    uintptr_t origin;   /* an address minus this: its offset in the output once it is copied */
    tsn_buf *out;
    size_t base;        /* where our text begins in `out` */
    size_t cut_len;     /* length of `out` behind the mark of the container being cut */
    unsigned cut_depth; /* containers this deep are cut */
    unsigned depth;     /* open containers */
    tocsin_status status;
    bool has_moved;        /* members of some object are not where they were noted */
    uint32_t closed_count; /* members of the object closed last: the first ones of `members` */
    uint32_t member_count;
    uint32_t member_cap;
    tsn_json_member *members;                 /* of all open objects; `few` or a block of its own */
    tsn_json_level outer[TSN_JSON_DEPTH_MAX]; /* outer[0]: no container */
    tsn_json_member few[TSN_JSON_MEMBERS_ON_STACK];
} tsn_json_reader;

/* Notes why reading ends. */
const char *tsn_json_fail(tsn_json_reader *r, tocsin_status status);

/* The next run begins at `at`. */
static inline void tsn_json_start_run(tsn_json_reader *r, const char *at)
{
    r->run = at;
    r->origin = (uintptr_t)at - (r->out->len - r->base);
}

/* Copies what was passed over up to `at`; the next run begins there. */
void tsn_json_flush(tsn_json_reader *r, const char *at);

/* Leaves blanks out of the output. */
const char *tsn_json_drop_blanks(tsn_json_reader *r, const char *at);
static inline const char *tsn_json_skip_blanks(tsn_json_reader *r, const char *at)
{
    return TSN_LIKELY((unsigned char)*at > ' ') ? at : tsn_json_drop_blanks(r, at);
}

/* The rest of a string from `at` on, the first byte that is not plain or the last of the text. */
const char *tsn_json_read_string_rest(tsn_json_reader *r, const char *at);
/* A string whose opening quote is at `at` and not the last byte of the text. */
static inline const char *tsn_json_read_string(tsn_json_reader *r, const char *at)
{
    at = tsn_json_skip_plain(at + 1, r->last);
    return TSN_LIKELY(*at == '"') ? at + 1 : tsn_json_read_string_rest(r, at);
}

/* A number, true, false or null. */
const char *tsn_json_read_bare(tsn_json_reader *r, const char *at);

#endif
