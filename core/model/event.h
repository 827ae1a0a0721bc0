/* From what was captured to the event's text (scopes: from scopes to the event; P-1 to P-40).
 *
 * An event is a body, canonical JSON of what the caller gave, and up to four layers of scope data,
 * outermost first. Writing applies the layers to the body and copies fragments; nothing is parsed
 * into a tree. The body of a message is {"logentry":{"formatted":..},"level":..}, that of an
 * exception {"exception":{"values":[..]},"level":"error"}, so there is one way to write them all.
 * What a hook has changed is a body without layers. */
#ifndef TSN_MODEL_EVENT_H
#define TSN_MODEL_EVENT_H

#include "base/buf.h"
#include "data/fragment.h"
#include "data/ids.h"
#include "data/inset.h"
#include "model/scope.h"

#define TSN_LAYERS_MAX 4

typedef struct tsn_event_parts {
    tsn_id id;            /* written whatever the body says (R14) */
    int64_t timestamp_us; /* used if the body has no usable timestamp */
    tsn_slice body;       /* canonical object */
    bool is_plain;        /* it is one of tsn_event_put_plain_body */
    const tsn_scope *layers[TSN_LAYERS_MAX];
    size_t layer_count;
    const tsn_propagation
        *propagation; /* of the innermost layer that has one; for contexts.trace; may be NULL */
    tsn_inset *inset; /* gets many breadcrumbs of one layer uncopied; NULL: all is in the text */
} tsn_event_parts;

/* The client's part: canonical JSON values, absent if unset. Frozen; borrowed for the call. */
typedef struct tsn_event_config {
    tsn_slice release;
    tsn_slice environment;
    tsn_slice dist;
    tsn_slice server_name;
    tsn_slice platform; /* string */
    tsn_slice sdk;      /* object, copied: name, version, sorted integrations, settings last */
    const tsn_pmap *contexts; /* os, device, app, culture; lowest rank */
    tsn_slice debug_meta;     /* absent; a body's own member is used */
    size_t max_breadcrumbs;   /* 0 keeps none */
    size_t max_value_length;  /* 0: no cut beyond the protocol's */
    size_t max_stack_frames;  /* 0: no stack traces */
    bool send_default_pii;
} tsn_event_config;

/* TSN_EVENT_FILL writes step 8: release, environment, dist, server name, sdk, platform, default
 * contexts, where absent. TSN_EVENT_LIMIT does step 9: cuts and the ladder of P-3. Processors see
 * an event written with neither. */
#define TSN_EVENT_FILL 1u
#define TSN_EVENT_LIMIT 2u

/* Appends the event; `parts->inset`, if there is one, is overwritten. TOCSIN_OK; TOCSIN_DROPPED:
 * still over 1 MiB after P-3, nothing appended (reason `invalid`); TOCSIN_E_NOMEM. */
tocsin_status tsn_event_write(const tsn_event_parts *parts, const tsn_event_config *config,
                              unsigned flags, tsn_buf *out);

/* Bodies. `text` is raw. `level` TOCSIN_LEVEL_UNSET: info. `threads` and `debug_meta` are canonical
 * values or absent (attach_stacktrace). */
void tsn_event_append_message_body(tsn_buf *out, tsn_slice text, int32_t level, tsn_slice threads,
                                   tsn_slice debug_meta);
/* The same without threads and images for a text of at most TSN_MESSAGE_MAX bytes that has nothing
 * to escape or repair: how long the body gets, and the body itself. `level` is an event level or
 * unset. */
size_t tsn_event_plain_body_len(tsn_slice text, int32_t level);
void tsn_event_put_plain_body(char *at, tsn_slice text, int32_t level);
/* The two members of such a body. */
void tsn_event_split_plain_body(tsn_slice body, tsn_slice *logentry, tsn_slice *level);
/* `exception` is canonical: one value, a list (cause first), or {"values":[..]} (design: exception
 * JSON). `frames` is a canonical array for the raised value if it has no stack trace of its own, or
 * absent. Applies P-10, P-11, P-13. TOCSIN_E_TYPE: no object, or a value without text type and
 * value. */
tocsin_status tsn_event_append_exception_body(tsn_buf *out, tsn_slice exception, tsn_slice frames,
                                              tsn_slice debug_meta);
/* Checks a whole event given as canonical object: TOCSIN_OK; TOCSIN_E_UNSUPPORTED: `type` is a
 * transaction or unknown; an own event id that is usable goes to `*id` and true to `*has_id`. */
tocsin_status tsn_event_check_body(tsn_slice body, tsn_id *id, bool *has_id);

/* Whether an ignore_errors pattern (substring, or with '*' a whole-text pattern) meets `type` or
 * `type: value` of the raised exception in the body (7.1 step 2). A full type name meets itself. */
bool tsn_event_is_ignored(tsn_slice body, const tsn_slice *patterns, size_t count);
/* Appends the raised exception's type, decoded; false: the body has no exception. For error
 * processors. */
bool tsn_event_raised_type(tsn_slice body, tsn_buf *out);
/* Whether the body brings a trace context of its own: then the envelope has no `trace` header. */
bool tsn_event_has_own_trace(tsn_slice body);

#endif
