/* Reads an envelope strictly (E-3, E-4), in place: what it gives points into the text. For stored
 * envelopes and for tests. */
#ifndef TSN_WIRE_ENVELOPE_READ_H
#define TSN_WIRE_ENVELOPE_READ_H

#include "base/buf.h"
#include "base/slice.h"
#include "wire/category.h"

typedef struct tsn_envelope_reader {
    tsn_slice header; /* the header's object, verbatim */
    tsn_slice rest; /* what was not read yet; after tsn_envelope_read_header all items, verbatim */
    tsn_buf canonical;
} tsn_envelope_reader;

typedef struct tsn_envelope_read_item {
    tsn_slice head;      /* the item header's object, verbatim */
    tsn_slice canonical; /* the same as canonical JSON for json_walk.h; lives until the reader's
                            next call */
    tsn_slice type;      /* body of the JSON string, in `canonical` */
    tsn_category category;
    tsn_slice payload;
} tsn_envelope_read_item;

/* Begins, and reads the header line. TOCSIN_OK; TOCSIN_E_JSON: malformed; TOCSIN_E_NOMEM. End it
 * with tsn_envelope_reader_fini in any case. */
tocsin_status tsn_envelope_read_header(tsn_envelope_reader *reader, tsn_slice text);
/* Whether all items were read. */
bool tsn_envelope_reader_done(const tsn_envelope_reader *reader);
/* The next item; not to be called when done. Same statuses. */
tocsin_status tsn_envelope_read_next(tsn_envelope_reader *reader, tsn_envelope_read_item *item);
void tsn_envelope_reader_fini(tsn_envelope_reader *reader);
/* Reads all of it and forgets it: OK, TOCSIN_E_JSON or TOCSIN_E_NOMEM. `item_count` may be NULL. */
tocsin_status tsn_envelope_check(tsn_slice text, size_t *item_count);

/* A stored header with a fresh `sent_at` (any it had is replaced) and an LF, other members as they
 * are: what goes before `rest` when a stored envelope is sent. TOCSIN_OK; TOCSIN_E_JSON: not an
 * object; TOCSIN_E_NOMEM. */
tocsin_status tsn_envelope_append_restamped(tsn_buf *out, tsn_slice header, int64_t sent_at_us);

#endif
