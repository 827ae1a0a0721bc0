/* Lists beside a queue: what they take, whose they are, and that nothing is left in them. */
#include "io/inbox.h"

#include <pthread.h>
#include <sched.h>

#include "base/alloc.h"
#include "case.h"

enum { ITEMS = 1000, PUTTERS = 3 };

static tsn_inbox *inbox_for(tsn_queue *queue, size_t items)
{
    tsn_inbox *inbox = tsn_inbox_new();
    ck_assert_ptr_nonnull(inbox);
    tsn_queue_init(queue, items, (size_t)1 << 24);
    queue->runs = tsn_inbox_runs(inbox);
    return inbox;
}

static unsigned number_of(const tsn_record *record)
{
    const uint8_t *bytes = record->id.bytes + 12;
    return (unsigned)bytes[0] << 24 | (unsigned)bytes[1] << 16 | (unsigned)bytes[2] << 8 | bytes[3];
}

/* Puts records, numbered from `first` on, until there is no more room. Returns how many. */
static size_t put_all(tsn_inbox *inbox, unsigned first)
{
    for (size_t count = 0;; count++) {
        tsn_record *record = unit_record(first + (unsigned)count);
        if (tsn_inbox_put(inbox, record)) continue;
        ck_assert_uint_eq(record->charged, 0);
        tsn_record_free(record);
        return count;
    }
}

static void expect_all(tsn_queue *queue, size_t count)
{
    ck_assert_uint_eq(queue->items, count);
    ck_assert_uint_eq(queue->reserved_items, 0);
    ck_assert_int_eq(queue->reserved_bytes, 0);
    for (size_t i = 0; i < count; i++) {
        tsn_record *record = tsn_queue_pop(queue);
        ck_assert_uint_eq(number_of(record), i);
        tsn_record_free(record);
    }
    ck_assert_int_eq(queue->bytes, 0);
}

START_TEST(a_list_takes_nothing_until_it_is_opened_and_after_it_was_shut)
{
    tsn_queue queue;
    tsn_inbox *inbox = inbox_for(&queue, ITEMS);
    ck_assert_uint_eq(put_all(inbox, 0), 0);
    ck_assert(!tsn_inbox_is_own_open(inbox));
    ck_assert_uint_eq(tsn_inbox_open_own(inbox, &queue), 0);
    ck_assert(tsn_inbox_is_own_open(inbox));
    size_t taken = put_all(inbox, 0);
    ck_assert_uint_ge(taken, 8);
    ck_assert_uint_eq(queue.items, 0);
    ck_assert_uint_eq(tsn_inbox_shut(inbox, &queue), taken);
    ck_assert(!tsn_inbox_is_own_open(inbox));
    ck_assert_uint_eq(put_all(inbox, 0), 0);
    expect_all(&queue, taken);
    tsn_inbox_free(inbox);
}
END_TEST

START_TEST(a_list_is_moved_in_order_and_opened_for_more)
{
    tsn_queue queue;
    tsn_inbox *inbox = inbox_for(&queue, ITEMS);
    size_t all = 0;
    tsn_inbox_open_own(inbox, &queue);
    for (int i = 0; i < 3; i++) {
        size_t taken = put_all(inbox, (unsigned)all);
        ck_assert_uint_gt(taken, 0);
        ck_assert_uint_eq(tsn_inbox_move_own(inbox, &queue), taken);
        ck_assert_uint_eq(put_all(inbox, 0), 0); /* its room is used up */
        tsn_inbox_open_own(inbox, &queue);
        all += taken;
    }
    size_t last = put_all(inbox, (unsigned)all);
    ck_assert_uint_eq(tsn_inbox_open_own(inbox, &queue), last);
    tsn_inbox_shut(inbox, &queue);
    expect_all(&queue, all + last);
    tsn_inbox_free(inbox);
}
END_TEST

START_TEST(what_is_reserved_is_taken_and_what_is_left_of_it_given_back)
{
    tsn_queue queue;
    tsn_inbox *inbox = inbox_for(&queue, ITEMS);
    tsn_inbox_open_own(inbox, &queue);
    size_t reserved = queue.reserved_items;
    ck_assert_uint_gt(reserved, 0);
    ck_assert_uint_eq(tsn_queue_spare_items(&queue), ITEMS - reserved);
    ck_assert(tsn_inbox_put(inbox, unit_record(0)));
    tsn_inbox_move_own(inbox, &queue);
    ck_assert_uint_eq(queue.reserved_items, reserved - 1);
    ck_assert_uint_eq(tsn_queue_spare_items(&queue), ITEMS - reserved);
    tsn_inbox_shut(inbox, &queue);
    ck_assert_uint_eq(tsn_queue_spare_items(&queue), ITEMS - 1);
    expect_all(&queue, 1);
    tsn_inbox_free(inbox);
}
END_TEST

START_TEST(a_list_is_only_opened_where_there_is_plenty_of_room)
{
    for (size_t items = 0; items < 600; items += 50) {
        tsn_queue queue;
        tsn_inbox *inbox = inbox_for(&queue, items);
        tsn_inbox_open_own(inbox, &queue);
        bool is_open = tsn_inbox_is_own_open(inbox);
        ck_assert(is_open == (items >= 256));
        size_t taken = put_all(inbox, 0);
        ck_assert_uint_le(taken, items / 16);
        ck_assert_uint_eq(tsn_inbox_shut(inbox, &queue), taken);
        expect_all(&queue, taken);
        tsn_inbox_free(inbox);
    }
}
END_TEST

static tsn_record *with_scope(unsigned number, tsn_scope *scope)
{
    tsn_record *record = unit_record(number);
    record->is_final = false;
    record->layers[0] = tsn_scope_retain(scope);
    record->layer_count = 1;
    return record;
}

START_TEST(what_is_too_large_for_a_list_is_left_to_the_queue)
{
    tsn_queue queue;
    char large[5000];
    memset(large, 'x', sizeof large);
    large[0] = large[sizeof large - 1] = '"';
    tsn_inbox *inbox = inbox_for(&queue, ITEMS);
    queue.max_bytes = 1 << 17;
    tsn_scope *scope = tsn_scope_new();
    tsn_scope_map_set(&scope, TSN_SCOPE_EXTRA, TSN_LIT("k"), (tsn_slice){large, sizeof large});
    tsn_inbox_open_own(inbox, &queue);
    tsn_record *record = with_scope(0, scope);
    ck_assert(!tsn_inbox_put(inbox, record));
    ck_assert_uint_eq(record->charged, 0);
    tsn_record_free(record);
    ck_assert(tsn_inbox_put(inbox, unit_record(0)));
    tsn_inbox_shut(inbox, &queue);
    expect_all(&queue, 1);
    tsn_scope_release(scope);
    tsn_inbox_free(inbox);
}
END_TEST

START_TEST(in_a_list_too_the_same_scope_is_charged_once)
{
    tsn_queue queue;
    tsn_inbox *inbox = inbox_for(&queue, ITEMS);
    tsn_scope *scope = tsn_scope_new();
    tsn_inbox_open_own(inbox, &queue);
    for (unsigned i = 0; i < 2; i++) {
        for (unsigned j = 0; j < 3; j++)
            ck_assert(tsn_inbox_put(inbox, with_scope(3 * i + j, scope)));
        tsn_inbox_move_own(inbox, &queue); /* the next is not known to stand right after it */
    }
    const tsn_list *run = tsn_inbox_own_run(inbox);
    size_t leader = TSN_CONTAINER_OF(run->next, tsn_record, node)->charged;
    size_t follower = TSN_CONTAINER_OF(run->next->next, tsn_record, node)->charged;
    ck_assert_uint_ge(leader, follower + sizeof(tsn_scope));
    ck_assert_int_eq(queue.bytes, (int64_t)(2 * leader + 4 * follower));
    tsn_inbox_shut(inbox, &queue);
    expect_all(&queue, 6);
    tsn_scope_release(scope);
    tsn_inbox_free(inbox);
}
END_TEST

START_TEST(a_child_of_fork_has_empty_lists_that_are_shut)
{
    tsn_queue queue;
    tsn_inbox *inbox = inbox_for(&queue, ITEMS);
    tsn_inbox_open_own(inbox, &queue);
    tsn_inbox_start_afresh(inbox);
    tsn_inbox_start_afresh(NULL);
    queue.reserved_items = 0; /* the queue is another too */
    queue.reserved_bytes = 0;
    ck_assert_uint_eq(put_all(inbox, 0), 0);
    ck_assert_uint_eq(tsn_inbox_shut(inbox, &queue), 0);
    expect_all(&queue, 0);
    tsn_inbox_free(inbox);
}
END_TEST

START_TEST(without_memory_there_is_none)
{
    tsn_alloc_fail_nth(1, false);
    ck_assert_ptr_null(tsn_inbox_new());
    tsn_alloc_fail_nth(0, false);
    tsn_inbox_free(NULL);
}
END_TEST

/* Threads that put, each its own numbers, and one that shuts. */
typedef struct scene {
    tsn_inbox *inbox;
    tsn_queue queue; /* guarded by lock */
    tsn_mutex lock;
    _Atomic unsigned moved;
} scene;

typedef struct putter {
    scene *all;
    unsigned which;
} putter;

static void put_somehow(scene *all, tsn_record *record)
{
    if (tsn_inbox_put(all->inbox, record)) return;
    tsn_mutex_lock(&all->lock);
    atomic_fetch_add(&all->moved, (unsigned)tsn_inbox_move_own(all->inbox, &all->queue));
    tsn_list *run = tsn_inbox_own_run(all->inbox);
    tsn_record_estimate_after(record, run);
    tsn_queue_add(&all->queue, run, record);
    atomic_fetch_add(&all->moved, (unsigned)tsn_inbox_open_own(all->inbox, &all->queue) + 1);
    tsn_mutex_unlock(&all->lock);
}

static void *put_many(void *arg)
{
    const putter *own = arg;
    for (unsigned i = 0; i < unit_rounds(20000); i++) {
        put_somehow(own->all, unit_record(own->which << 24 | i));
        if (i % 64 == 0) sched_yield();
    }
    return NULL;
}

static void take_all(scene *all, unsigned next[PUTTERS])
{
    tsn_mutex_lock(&all->lock);
    atomic_fetch_add(&all->moved, (unsigned)tsn_inbox_shut(all->inbox, &all->queue));
    for (tsn_record *record; (record = tsn_queue_pop(&all->queue)) != NULL;) {
        unsigned number = number_of(record);
        ck_assert_uint_eq(number & 0xffffff, next[number >> 24]++);
        tsn_record_free(record);
    }
    ck_assert_int_eq(all->queue.bytes, 0);
    ck_assert_uint_eq(all->queue.reserved_items, 0);
    ck_assert_int_eq(all->queue.reserved_bytes, 0);
    tsn_mutex_unlock(&all->lock);
}

START_TEST(what_each_thread_puts_comes_out_once_and_in_its_order)
{
    scene all;
    all.inbox = inbox_for(&all.queue, 1000000);
    atomic_init(&all.moved, 0);
    tsn_mutex_init(&all.lock, TSN_RANK_LEAF);
    pthread_t threads[PUTTERS];
    putter own[PUTTERS];
    unsigned next[PUTTERS] = {0}, total = PUTTERS * (unsigned)unit_rounds(20000);
    for (unsigned i = 0; i < PUTTERS; i++) {
        own[i] = (putter){&all, i};
        pthread_create(&threads[i], NULL, put_many, &own[i]);
    }
    while (atomic_load(&all.moved) < total) {
        take_all(&all, next);
        sched_yield();
    }
    for (unsigned i = 0; i < PUTTERS; i++) pthread_join(threads[i], NULL);
    take_all(&all, next);
    ck_assert_uint_eq(all.moved, total);
    tsn_inbox_free(all.inbox);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_list_takes_nothing_until_it_is_opened_and_after_it_was_shut,
        a_list_is_moved_in_order_and_opened_for_more,
        what_is_reserved_is_taken_and_what_is_left_of_it_given_back,
        a_list_is_only_opened_where_there_is_plenty_of_room,
        what_is_too_large_for_a_list_is_left_to_the_queue,
        in_a_list_too_the_same_scope_is_charged_once,
        a_child_of_fork_has_empty_lists_that_are_shut,
        without_memory_there_is_none,
        what_each_thread_puts_comes_out_once_and_in_its_order,
    };
    return unit_suite_of("io/inbox", tests, sizeof tests / sizeof tests[0]);
}
