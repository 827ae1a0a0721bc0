/* One captured event on its way to the worker: ids, body and snapshots, all immutable and counted
 * (design: capture is a snapshot and a push). */
#ifndef TSN_MODEL_RECORD_H
#define TSN_MODEL_RECORD_H

#include "base/list.h"
#include "model/event.h"

typedef struct tsn_record {
    tsn_list node; /* the queue's */
    tsn_id id;
    int64_t timestamp_us;
    tsn_fragment *body;                /* owned reference, or within this very block */
    tsn_scope *layers[TSN_LAYERS_MAX]; /* owned references; none if `is_final` */
    size_t layer_count;
    tsn_propagation *propagation; /* or NULL; for trace context and header */
    tsn_plist *attachments;       /* owned reference; all have bytes */
    bool is_final;                /* the body is the finished event, already limited */
    bool is_sampled_out;          /* for Spotlight alone (S-2) */
    bool has_own_trace;           /* no trace header */
    bool has_plain_body;          /* within this block, see tsn_record_new_plain */
    bool has_lent_trace;          /* the propagation is a layer's; else an owned reference */
    bool is_estimated;            /* charged by size, without asking what is shared ... */
    bool is_follower;             /* ... for itself alone */
    size_t charged;               /* the queue's: bytes it was charged for this record */
    void *stored;                 /* io's: its file, if it has one */
    uint32_t tries;               /* requests that went out for it */
    uint64_t place;               /* the queue's: its turn; 0: it was not taken yet */
} tsn_record;

/* Zeroed; NULL: no memory. */
tsn_record *tsn_record_new(void);
/* One whose body lies in the record's own block and lives as long: `len` bytes, which the caller
 * writes by tsn_event_put_plain_body. */
tsn_record *tsn_record_new_plain(size_t len);
/* Puts another body in place; takes over the reference. */
void tsn_record_take_body(tsn_record *record, tsn_fragment *body);
/* A reference to the body for another record. NULL: no memory. */
tsn_fragment *tsn_record_share_body(const tsn_record *record);
/* NULL is allowed. Releases everything it holds; it must not be in a list nor charged. */
void tsn_record_free(tsn_record *record);
/* Lets go of the layers, which are in the body by now. */
void tsn_record_drop_layers(tsn_record *record);
/* The event's text: the body if it is final, else body and layers written in full, but for what
 * goes to `*inset` and then lives as long as the record; `inset` NULL: all. Errors of
 * tsn_event_write. */
tocsin_status tsn_record_write(const tsn_record *record, const tsn_event_config *config,
                               tsn_buf *out, tsn_inset *inset);
/* Collects the attachments of layers, outermost first. TOCSIN_OK or TOCSIN_E_NOMEM. `*out` may be
 * NULL: none. Those with a path are still unread. */
tocsin_status tsn_record_collect_attachments(const tsn_scope *const *layers, size_t count,
                                             tsn_plist **out);
/* Queue accounting. An estimate charges the record by the size of all it holds, shared or not:
 * enough while the queue is far from its bound. Weighing charges what no other queued record holds.
 * Both return the bytes, kept in `charged` too; unweighing credits what either charged. */
size_t tsn_record_estimate(tsn_record *record);
size_t tsn_record_weigh(tsn_record *record);
size_t tsn_record_unweigh(tsn_record *record);
/* An estimate for the end of `records`, which are charged: what holds just what the last of them
 * holds is charged for itself alone, as its follower. */
size_t tsn_record_estimate_after(tsn_record *record, const tsn_list *records);
/* `leader` goes: its follower is charged for what they share. */
void tsn_record_pass_on(tsn_record *leader, tsn_record *follower);

#endif
