/* A list's lock is nearly always its thread's alone. Opening a list reserves a part of the queue;
 * moving it turns what was used of that into records, shutting it gives the rest back. */
#include "io/inbox.h"

#include "base/alloc.h"
#include "base/sync.h"

enum {
    LANES = TSN_QUEUE_RUNS,
    LANE_BYTES = 192,  /* so that two never share a cache line, wherever the block begins */
    RECORDS_MAX = 256, /* of one opening */
    RECORDS_MIN = 8,   /* less is not worth it */
    SHARES = 2 * LANES /* an opening takes one of them of what is free */
};

typedef struct room {
    size_t items;
    int64_t bytes;
} room;

typedef struct lane {
    tsn_mutex lock;
    tsn_list records; /* all guarded by lock */
    room used;        /* by what is in the list */
    room left;
} lane;

struct tsn_inbox {
    uint32_t open;        /* bits of lanes; guarded by the queue's lock, as the next */
    tsn_list runs[LANES]; /* the queue's, where what was in the lanes goes */
    union {
        lane is;
        char apart[LANE_BYTES];
    } lanes[LANES];
};

_Static_assert(sizeof(lane) <= LANE_BYTES, "a lane has its cache lines for itself");

static const room none = {0, 0};

static void lanes_init(tsn_inbox *inbox)
{
    inbox->open = 0;
    for (size_t i = 0; i < LANES; i++) {
        lane *one = &inbox->lanes[i].is;
        tsn_mutex_init(&one->lock, TSN_RANK_INNER);
        tsn_list_init(&one->records);
        tsn_list_init(&inbox->runs[i]);
        one->used = one->left = none;
    }
}

tsn_inbox *tsn_inbox_new(void)
{
    tsn_inbox *inbox = tsn_alloc(sizeof *inbox);
    if (inbox != NULL) lanes_init(inbox);
    return inbox;
}

void tsn_inbox_free(tsn_inbox *inbox)
{
    if (inbox == NULL) return;
    TSN_ASSERT(inbox->open == 0);
    for (size_t i = 0; i < LANES; i++) tsn_mutex_fini(&inbox->lanes[i].is.lock);
    tsn_free(inbox);
}

void tsn_inbox_start_afresh(tsn_inbox *inbox)
{
    if (inbox != NULL) lanes_init(inbox);
}

static inline size_t own_number(void)
{
    return (uint32_t)(tsn_thread_id() >> 6) * 0x9e3779b1U >> 28;
}

static bool put_locked(lane *own, tsn_record *record)
{
    tsn_mutex_assert_held(&own->lock);
    if (own->left.items == 0) return false;
    int64_t bytes = (int64_t)tsn_record_estimate_after(record, &own->records);
    if (bytes > own->left.bytes) {
        record->charged = 0;
        return false;
    }
    tsn_list_push_back(&own->records, &record->node);
    own->left.items--;
    own->left.bytes -= bytes;
    own->used.items++;
    own->used.bytes += bytes;
    return true;
}

inline bool tsn_inbox_put(tsn_inbox *inbox, tsn_record *record)
{
    lane *own = &inbox->lanes[own_number()].is;
    if (!tsn_mutex_lock_at_once(&own->lock, 0)) return false;
    bool is_in = put_locked(own, record);
    tsn_mutex_unlock(&own->lock);
    return is_in;
}

/* The caller has the queue's lock, and the lane's. */
static size_t move(tsn_inbox *inbox, size_t number, tsn_queue *queue)
{
    lane *one = &inbox->lanes[number].is;
    size_t items = one->used.items;
    queue->reserved_items -= items;
    queue->reserved_bytes -= one->used.bytes;
    tsn_queue_take_in(queue, &inbox->runs[number], &one->records, items, one->used.bytes);
    one->used = none;
    return items;
}

static void give_back(lane *one, tsn_queue *queue)
{
    queue->reserved_items -= one->left.items;
    queue->reserved_bytes -= one->left.bytes;
    one->left = none;
}

static bool reserve(lane *one, tsn_queue *queue)
{
    size_t items = tsn_queue_spare_items(queue) / SHARES;
    int64_t bytes = tsn_queue_spare_bytes(queue) / SHARES;
    if (items < RECORDS_MIN || bytes <= 0) return false;
    one->left = (room){items < RECORDS_MAX ? items : RECORDS_MAX, bytes};
    queue->reserved_items += one->left.items;
    queue->reserved_bytes += bytes;
    return true;
}

tsn_list *tsn_inbox_runs(tsn_inbox *inbox)
{
    return inbox->runs;
}

tsn_list *tsn_inbox_own_run(tsn_inbox *inbox)
{
    return &inbox->runs[own_number()];
}

size_t tsn_inbox_move_own(tsn_inbox *inbox, tsn_queue *queue)
{
    size_t number = own_number();
    if (!(inbox->open >> number & 1)) return 0;
    lane *own = &inbox->lanes[number].is;
    tsn_mutex_lock(&own->lock);
    size_t moved = move(inbox, number, queue);
    tsn_mutex_unlock(&own->lock);
    return moved;
}

bool tsn_inbox_is_own_open(const tsn_inbox *inbox)
{
    return inbox->open >> own_number() & 1;
}

size_t tsn_inbox_open_own(tsn_inbox *inbox, tsn_queue *queue)
{
    size_t number = own_number();
    lane *own = &inbox->lanes[number].is;
    tsn_mutex_lock(&own->lock);
    size_t moved = move(inbox, number, queue);
    give_back(own, queue);
    bool is_open = reserve(own, queue);
    tsn_mutex_unlock(&own->lock);
    inbox->open = (inbox->open & ~(1U << number)) | (uint32_t)is_open << number;
    return moved;
}

size_t tsn_inbox_shut(tsn_inbox *inbox, tsn_queue *queue)
{
    size_t moved = 0;
    for (size_t i = 0; inbox->open >> i != 0; i++) {
        if (!(inbox->open >> i & 1)) continue;
        lane *one = &inbox->lanes[i].is;
        tsn_mutex_lock(&one->lock);
        moved += move(inbox, i, queue);
        give_back(one, queue);
        tsn_mutex_unlock(&one->lock);
    }
    inbox->open = 0;
    return moved;
}
