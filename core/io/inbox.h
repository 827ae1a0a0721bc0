/* Where records wait for a moment when several threads capture at a time: a list for each of them,
 * so that they do not wait for each other at the queue.
 *
 * A list takes only what there is room for in the queue, which is reserved when it is opened.
 * Whoever has the outbox's lock moves what is there into the queue and shuts the lists before he
 * looks at it, so nothing is ever seen of them; only who adds a record leaves those of others as
 * they are. A thread always has the same list, and a run of the queue that goes with it, so its
 * records stay in order. */
#ifndef TSN_IO_INBOX_H
#define TSN_IO_INBOX_H

#include "io/queue.h"

typedef struct tsn_inbox tsn_inbox;

/* NULL: no memory. All lists are shut. */
tsn_inbox *tsn_inbox_new(void);
/* NULL is allowed. All lists are shut. */
void tsn_inbox_free(tsn_inbox *inbox);
/* In a child of fork, while it has one thread: empty and shut, locks new; records of the parent's
 * are only forgotten. */
void tsn_inbox_start_afresh(tsn_inbox *inbox);

/* Takes over the record. False: the calling thread's list is shut or has no more room. Any
 * thread, no lock. */
bool tsn_inbox_put(tsn_inbox *inbox, tsn_record *record);

/* The rest with the lock that guards the queue. */

/* For the queue; all empty to begin with. */
tsn_list *tsn_inbox_runs(tsn_inbox *inbox);
/* That of the calling thread. */
tsn_list *tsn_inbox_own_run(tsn_inbox *inbox);
bool tsn_inbox_is_own_open(const tsn_inbox *inbox);

/* These return how many records they moved. */

/* Moves what is in the calling thread's list. */
size_t tsn_inbox_move_own(tsn_inbox *inbox, tsn_queue *queue);
/* Opens the calling thread's list, or again for more, if `queue` has plenty of room. */
size_t tsn_inbox_open_own(tsn_inbox *inbox, tsn_queue *queue);
/* Moves all and shuts all; nothing is reserved any more. */
size_t tsn_inbox_shut(tsn_inbox *inbox, tsn_queue *queue);

#endif
