/* The usual event: one scope has all the breadcrumbs and has them in order. A piece costs whoever
 * sends the event more than a short text costs to copy, so few of them are copied. */
#include "model/event_lend.h"

#include <string.h>

#define LENT_BYTES_MIN 2048

/* The only ring with breadcrumbs; NULL: there is none, or several. */
static const tsn_pring *only_ring(const tsn_event_parts *parts)
{
    const tsn_pring *only = NULL;
    for (size_t i = 0; i < parts->layer_count; i++) {
        const tsn_pring *ring = parts->layers[i]->crumbs;
        if (tsn_pring_count(ring) == 0) continue;
        if (only != NULL) return NULL;
        only = ring;
    }
    return only;
}

void tsn_event_lend_breadcrumbs(const tsn_event_source *source)
{
    tsn_inset *inset = source->parts->inset;
    if (inset == NULL) return;
    inset->count = 0;
    const tsn_pring *ring = only_ring(source->parts);
    if (ring == NULL || tsn_pring_bytes(ring) < LENT_BYTES_MIN) return;
    bool has_own = !tsn_slice_absent(source->body[TSN_MEMBER_BREADCRUMBS]);
    bool is_whole = tsn_pring_count(ring) <= source->config->max_breadcrumbs;
    if (has_own || !is_whole || !tsn_pring_is_sorted(ring)) return;
    inset->count = tsn_pring_lend(ring, inset->runs, TSN_INSET_RUNS_MAX);
    if (inset->count == 0) return;
    inset->runs[inset->count - 1].len--; /* the comma behind the last */
    inset->len = tsn_pring_bytes(ring) - 1;
}

void tsn_event_copy_lent(tsn_inset *inset, tsn_buf *text)
{
    size_t count = inset->count;
    inset->count = 0;
    if (!tsn_buf_reserve(text, inset->len)) return;
    char *at = text->data + inset->at;
    memmove(at + inset->len, at, text->len - inset->at);
    for (size_t i = 0; i < count; i++) {
        memcpy(at, inset->runs[i].data, inset->runs[i].len);
        at += inset->runs[i].len;
    }
    text->len += inset->len;
}
