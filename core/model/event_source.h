/* What an event is written from, with the body's members found: private to the event_ files. Filled
 * by tsn_event_write alone, borrowed for the call by the writers of the members. */
#ifndef TSN_MODEL_EVENT_SOURCE_H
#define TSN_MODEL_EVENT_SOURCE_H

#include "model/event.h"
#include "model/shape.h"

/* The members of an event that are read or written, in the order of writing. */
typedef enum tsn_event_member {
    TSN_MEMBER_ID,
    TSN_MEMBER_TIMESTAMP,
    TSN_MEMBER_PLATFORM,
    TSN_MEMBER_LEVEL,
    TSN_MEMBER_LOGGER,
    TSN_MEMBER_TRANSACTION,
    TSN_MEMBER_TRANSACTION_INFO,
    TSN_MEMBER_SERVER_NAME,
    TSN_MEMBER_RELEASE,
    TSN_MEMBER_DIST,
    TSN_MEMBER_ENVIRONMENT,
    TSN_MEMBER_LOGENTRY,
    TSN_MEMBER_MESSAGE, /* read alone */
    TSN_MEMBER_EXCEPTION,
    TSN_MEMBER_THREADS,
    TSN_MEMBER_DEBUG_META,
    TSN_MEMBER_USER,
    TSN_MEMBER_REQUEST,
    TSN_MEMBER_FINGERPRINT,
    TSN_MEMBER_TAGS,
    TSN_MEMBER_EXTRA,
    TSN_MEMBER_CONTEXTS,
    TSN_MEMBER_MODULES,
    TSN_MEMBER_SDK,
    TSN_MEMBER_ERRORS,
    TSN_MEMBER_BREADCRUMBS,
    TSN_MEMBER_META,
    TSN_MEMBERS
} tsn_event_member;

typedef struct tsn_event_source {
    const tsn_event_parts *parts;
    const tsn_event_config *config;
    tsn_slice body[TSN_MEMBERS]; /* absent: not there, null or of the wrong type */
    const tsn_origin *origin;    /* of the innermost layer that has one; NULL: none */
    tsn_cuts cuts;
    tsn_slice transaction_source; /* set by the transaction's writer; absent: it has no name */
    bool is_filled;               /* TSN_EVENT_FILL */
    uint64_t crumbs_total; /* for _meta, set by the breadcrumbs' writer; 0: none is missing */
} tsn_event_source;

/* Appends `"key":value,` or nothing. Lack of memory shows in the buffer. */
typedef void tsn_event_writer(tsn_event_source *source, tsn_buf *out);

/* A text of the innermost layer that has it; absent: none has. */
static inline tsn_slice tsn_event_layer_text(const tsn_event_source *source, tsn_scope_text which)
{
    for (size_t i = source->parts->layer_count; i-- > 0;) {
        const tsn_fragment *text = source->parts->layers[i]->texts[which];
        if (text != NULL) return tsn_fragment_slice(text);
    }
    return TSN_SLICE_ABSENT;
}

#endif
