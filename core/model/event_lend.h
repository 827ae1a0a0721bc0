/* Breadcrumbs that are not copied into the event: see data/inset.h. Private to the event_ files. */
#ifndef TSN_MODEL_EVENT_LEND_H
#define TSN_MODEL_EVENT_LEND_H

#include "model/event_source.h"

/* Whether the event's breadcrumbs go to the inset and not into the text. */
static inline bool tsn_event_is_lent(const tsn_event_parts *parts)
{
    return parts->inset != NULL && parts->inset->count > 0;
}

/* Fills the inset, if there is one and the breadcrumbs are such that nothing has to be sorted, cut
 * or mixed; where it stands in the text is for the breadcrumbs' writer to say. */
void tsn_event_lend_breadcrumbs(const tsn_event_source *source);
/* Puts them into the text after all. */
void tsn_event_copy_lent(tsn_inset *inset, tsn_buf *text);

#endif
