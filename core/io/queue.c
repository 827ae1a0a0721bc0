/* In a queue far from its bound records are charged what they hold, shared or not, which is a few
 * additions; only in a fuller one is it asked what other queued records hold too. What is shared is
 * charged to the first and credited to the last, so the sum is signed: a credit may come first.
 * Those that come right after one another and hold the same are charged for it once, in either
 * case. A place in line is a number, given to what leaves the queue: whatever order transfers fail
 * in, what they carried returns to where it stood, before all that never left. */
#include "io/queue.h"

#include "base/house.h"

static tsn_record *record_of(tsn_list *node)
{
    return TSN_CONTAINER_OF(node, tsn_record, node);
}

void tsn_queue_init(tsn_queue *queue, size_t max_items, size_t max_bytes)
{
    *queue = (tsn_queue){.max_items = max_items, .max_bytes = max_bytes};
    tsn_list_init(&queue->records);
    tsn_list_init(&queue->returned);
}

static bool has_room(const tsn_queue *queue, size_t size)
{
    if (queue->items >= queue->max_items || size > queue->max_bytes) return false;
    return queue->bytes <= (int64_t)(queue->max_bytes - size);
}

bool tsn_queue_is_roomy(const tsn_queue *queue, size_t size)
{
    if (queue->items + queue->reserved_items >= queue->max_items) return false;
    return (int64_t)size <= tsn_queue_spare_bytes(queue);
}

size_t tsn_queue_spare_items(const tsn_queue *queue)
{
    size_t taken = queue->items + queue->reserved_items;
    return taken < queue->max_items ? queue->max_items - taken : 0;
}

inline int64_t tsn_queue_spare_bytes(const tsn_queue *queue)
{
    return (int64_t)(queue->max_bytes / 2) - queue->bytes - queue->reserved_bytes;
}

static TSN_APART void credit(tsn_queue *queue, tsn_record *record)
{
    queue->bytes -= (int64_t)tsn_record_unweigh(record);
}

static inline void add(tsn_queue *queue, tsn_list *list, tsn_record *record)
{
    queue->items++;
    tsn_list_push_back(list, &record->node);
}

bool tsn_queue_push(tsn_queue *queue, tsn_list *list, tsn_record *record)
{
    bool fits = has_room(queue, record->charged);
    queue->bytes += (int64_t)record->charged;
    if (!fits) {
        credit(queue, record);
        return false;
    }
    add(queue, list, record);
    return true;
}

void tsn_queue_add(tsn_queue *queue, tsn_list *list, tsn_record *record)
{
    queue->bytes += (int64_t)record->charged;
    add(queue, list, record);
}

void tsn_queue_take_in(tsn_queue *queue, tsn_list *list, tsn_list *records, size_t items,
                       int64_t bytes)
{
    queue->items += items;
    queue->bytes += bytes;
    tsn_list_move_all(list, records);
}

/* The list whose first record is the oldest, or an empty one. Of equally old ones the first list's:
 * runs came later. */
static TSN_APART tsn_list *oldest_of_runs(tsn_queue *queue)
{
    tsn_list *oldest = &queue->records;
    for (size_t i = 0; i < TSN_QUEUE_RUNS; i++) {
        tsn_list *run = &queue->runs[i];
        if (tsn_list_empty(run)) continue;
        bool is_older = tsn_list_empty(oldest) ||
                        record_of(run->next)->timestamp_us < record_of(oldest->next)->timestamp_us;
        if (is_older) oldest = run;
    }
    return oldest;
}

static inline tsn_list *next_list(tsn_queue *queue)
{
    if (TSN_UNLIKELY(!tsn_list_empty(&queue->returned))) return &queue->returned;
    return TSN_LIKELY(queue->runs == NULL) ? &queue->records : oldest_of_runs(queue);
}

tsn_record *tsn_queue_pop(tsn_queue *queue)
{
    tsn_list *list = next_list(queue);
    tsn_list *node = tsn_list_pop_front(list);
    if (node == NULL) return NULL;
    tsn_record *record = record_of(node);
    if (!tsn_list_empty(list)) {
        tsn_record *next = record_of(list->next);
        if (next->is_follower) tsn_record_pass_on(record, next);
    }
    if (record->place == 0) record->place = ++queue->last_place;
    queue->items--;
    credit(queue, record);
    /* what queues share is charged to the first and credited to the last, so sums may drift */
    if (queue->items == 0) queue->bytes = 0;
    return record;
}

void tsn_queue_put_back(tsn_queue *queue, tsn_record *record)
{
    tsn_list *at = queue->returned.next;
    while (at != &queue->returned && record_of(at)->place < record->place) at = at->next;
    tsn_list_insert_before(at, &record->node);
    queue->items++;
    queue->bytes += (int64_t)tsn_record_weigh(record);
}

void tsn_queue_drain(tsn_queue *queue, tsn_list *out)
{
    tsn_record *record;
    while ((record = tsn_queue_pop(queue)) != NULL) tsn_list_push_back(out, &record->node);
}

void tsn_records_free(tsn_list *records)
{
    tsn_list *node;
    while ((node = tsn_list_pop_front(records)) != NULL) tsn_record_free(record_of(node));
}
