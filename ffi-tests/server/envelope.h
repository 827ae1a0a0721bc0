/* The strict envelope reader: E-3 and E-4 of the wire protocol, written without a line of the
 * library it judges.
 *
 * Spans are borrowed from the bytes that were read; the item list and the parsed headers belong to
 * the envelope. Pure, but cJSON remembers its last error in one place for the whole process:
 * callers hold a lock around it. */
#ifndef SRV_ENVELOPE_H
#define SRV_ENVELOPE_H

#include "text.h"

#include <cjson/cJSON.h>

struct srv_item {
    struct srv_span header_text;
    cJSON *header;
    const char *type; /* borrowed from header */
    struct srv_span payload;
};

struct srv_envelope {
    struct srv_span header_text;
    cJSON *header;
    struct srv_item *items;
    size_t count;
    bool ends_in_lf;
};

/* Fills `out`; NULL if the bytes are a well-formed envelope, else why they are not (a constant
 * text). `out` has to be freed in both cases; after a refusal it holds what came before the fault.
 */
const char *srv_envelope_read(struct srv_envelope *out, struct srv_span bytes);
void srv_envelope_free(struct srv_envelope *envelope);

/* Text member of a JSON object, or NULL. */
const char *srv_json_text(const cJSON *object, const char *key);

#endif
