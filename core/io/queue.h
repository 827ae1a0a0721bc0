/* Records that wait for their turn: first in, first out, bounded in number and in the memory that
 * they alone keep alive. What several threads brought may lie in lists of its own: each is in
 * order, and of their first ones the oldest is next. Not locked: the outbox's lock guards it. */
#ifndef TSN_IO_QUEUE_H
#define TSN_IO_QUEUE_H

#include "model/record.h"

#define TSN_QUEUE_RUNS 16

typedef struct tsn_queue {
    tsn_list returned; /* in the order of their places; before all others */
    tsn_list records;
    tsn_list *runs; /* TSN_QUEUE_RUNS further lists; NULL: none */
    size_t items;
    int64_t bytes; /* may be off for as long as a record is on its way in */
    size_t max_items;
    size_t max_bytes;
    size_t reserved_items; /* for records that are about to come by tsn_queue_take_in */
    int64_t reserved_bytes;
    uint64_t last_place; /* that a record was given which left the queue */
} tsn_queue;

void tsn_queue_init(tsn_queue *queue, size_t max_items, size_t max_bytes);
/* Whether the queue, with all that is reserved, stays within half of its bytes with `size` more:
 * then it does not matter what is shared, and an estimate of the record will do. */
bool tsn_queue_is_roomy(const tsn_queue *queue, size_t size);
/* Takes a record that has been estimated or weighed, into `list`, which is one of its own. False:
 * full; the record is still the caller's, and no longer charged. What is reserved counts for
 * nothing here. */
bool tsn_queue_push(tsn_queue *queue, tsn_list *list, tsn_record *record);
/* Takes an estimated record for which the queue is roomy, into `list`, which is one of its own. */
void tsn_queue_add(tsn_queue *queue, tsn_list *list, tsn_record *record);
/* How much could be reserved without leaving that half. */
size_t tsn_queue_spare_items(const tsn_queue *queue);
int64_t tsn_queue_spare_bytes(const tsn_queue *queue);
/* Takes `items` estimated records with `bytes` in all, for which there is room; likewise. */
void tsn_queue_take_in(tsn_queue *queue, tsn_list *list, tsn_list *records, size_t items,
                       int64_t bytes);
/* The first record, no longer charged; NULL: empty. */
tsn_record *tsn_queue_pop(tsn_queue *queue);
/* A record that was popped returns to its place. Never refused: it has been let in before. */
void tsn_queue_put_back(tsn_queue *queue, tsn_record *record);
/* Moves all records to `out`, an empty list, uncharged. */
void tsn_queue_drain(tsn_queue *queue, tsn_list *out);
/* Frees the records of a list that a queue was drained into. No lock held: they may hold the last
 * reference to what the host frees itself. */
void tsn_records_free(tsn_list *records);

#endif
