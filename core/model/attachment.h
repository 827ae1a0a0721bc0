/* One attachment: bytes, or a path that is read when an event is captured. Immutable, counted. */
#ifndef TSN_MODEL_ATTACHMENT_H
#define TSN_MODEL_ATTACHMENT_H

#include "base/rc.h"
#include "base/slice.h"
#include "data/fragment.h"
#include "data/plist.h"
#include "data/weight.h"

typedef struct tsn_attachment {
    tsn_rc rc;
    tsn_weight weight;
    tsn_fragment *bytes;        /* any bytes, not JSON; NULL: to be read from `path` */
    char *path;                 /* NUL-terminated, or NULL */
    tsn_fragment *filename;     /* JSON string, no directory part, no control bytes */
    tsn_fragment *content_type; /* JSON string; never NULL */
    tsn_fragment *type;         /* JSON string (attachment_type), or NULL: event.attachment */
    bool add_to_transactions;
} tsn_attachment;

extern const tsn_plist_kind tsn_attachment_kind;

/* `bytes` absent: taken from the JSON's `path`. `json` is canonical or absent: {filename, path,
 * content_type, attachment_type, add_to_transactions}. TOCSIN_E_ARG: neither bytes nor path, bytes
 * without filename; TOCSIN_E_TYPE: a member of the wrong type; TOCSIN_E_RANGE: filename empty after
 * the directory part is taken off; TOCSIN_E_NOMEM. */
tocsin_status tsn_attachment_new(tsn_slice bytes, tsn_slice json, tsn_attachment **out);
/* The same attachment with the bytes read from its path. NULL: no memory. */
tsn_attachment *tsn_attachment_with_bytes(const tsn_attachment *attachment, tsn_slice bytes);
tsn_attachment *tsn_attachment_retain(tsn_attachment *attachment);
void tsn_attachment_release(tsn_attachment *attachment);
size_t tsn_attachment_weigh(tsn_attachment *attachment);
size_t tsn_attachment_unweigh(tsn_attachment *attachment);

#endif
