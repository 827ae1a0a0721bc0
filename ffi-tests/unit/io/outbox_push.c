/* The way in while several threads capture at a time. The test makes one of them wait for the
 * outbox, after which that one has a list of its own; nobody may notice. */
#include "io/outbox.h"

#include <pthread.h>
#include <sched.h>

#include "base/alloc.h"
#include "carry.h"

enum { PUSHERS = 3 };

/* A thread that pushes records 0 to `count` - 1, the first of them when it has waited. */
typedef struct pusher {
    tsn_outbox *outbox;
    unsigned count;
    tsn_record *first;  /* or NULL: it is made like the others */
    bool attaches_last; /* something to the last one */
    tocsin_status last; /* what the last one came to; it ends at the first that is not queued */
    unsigned queued;
    pthread_t thread;
} pusher;

static void *push_all(void *arg)
{
    pusher *own = arg;
    for (unsigned i = 0; i < own->count; i++) {
        tsn_record *record = i == 0 && own->first != NULL ? own->first : unit_record(i);
        if (own->attaches_last && i + 1 == own->count) unit_attach(record, "abc");
        own->last = tsn_outbox_push(own->outbox, record);
        if (own->last != TOCSIN_OK) break;
        own->queued++;
    }
    return NULL;
}

static void start_beside_another(pusher *own)
{
    tsn_mutex *lock = &own->outbox->lock;
    tsn_mutex_lock(lock);
    pthread_create(&own->thread, NULL, push_all, own);
    while (!(atomic_load(&lock->state) & TSN_MUTEX_AWAITED)) sched_yield();
    tsn_mutex_unlock(lock);
}

static void push_beside_another(pusher *own)
{
    start_beside_another(own);
    pthread_join(own->thread, NULL);
}

/* As it is, without a look into the lists. */
static size_t items_in_queue(tsn_outbox *outbox)
{
    tsn_mutex_lock(&outbox->lock);
    size_t items = outbox->queue.items;
    tsn_mutex_unlock(&outbox->lock);
    return items;
}

static void expect_in_order(tsn_outbox *outbox, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        tsn_parcel *parcel = tsn_outbox_take(outbox);
        ck_assert_uint_eq(number_of(parcel), i);
        answer(outbox, parcel, 200);
    }
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ERROR), count);
    unit_expect_identity(outbox);
}

START_TEST(who_had_to_wait_has_a_list_and_whoever_looks_sees_what_is_in_it)
{
    tsn_outbox *outbox = outbox_new();
    pusher one = {.outbox = outbox, .count = 20};
    push_beside_another(&one);
    ck_assert_uint_eq(one.queued, 20);
    ck_assert_uint_eq(items_in_queue(outbox), 1);
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_QUEUED, TSN_CATEGORY_ERROR), 20);
    unit_expect_identity(outbox);
    ck_assert_uint_eq(items_in_queue(outbox), 20);
    expect_in_order(outbox, 20);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(a_list_that_is_used_up_is_renewed_and_the_order_stays)
{
    tsn_outbox *outbox = outbox_new();
    pusher one = {.outbox = outbox, .count = 300};
    push_beside_another(&one);
    ck_assert_uint_eq(one.queued, 300);
    expect_in_order(outbox, 300);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(a_queue_holds_just_as_many_as_without_lists)
{
    for (size_t max_items = 1; max_items <= 801; max_items += 100) {
        tsn_outbox_config config = unit_outbox_config();
        config.max_items = max_items;
        tsn_outbox *outbox = outbox_with(&config);
        pusher one = {.outbox = outbox, .count = 2000};
        push_beside_another(&one);
        ck_assert_int_eq(one.last, TOCSIN_E_FULL);
        ck_assert_uint_eq(one.queued, max_items);
        ck_assert_int_eq(tsn_outbox_push(outbox, unit_record(0)), TOCSIN_E_FULL);
        ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_QUEUE_OVERFLOW, TSN_CATEGORY_ERROR), 2);
        unit_expect_identity(outbox);
        expect_in_order(outbox, (unsigned)max_items);
        tsn_outbox_fini(outbox);
    }
}
END_TEST

START_TEST(what_is_in_the_lists_of_others_counts_for_the_bound)
{
    tsn_outbox_config config = unit_outbox_config();
    config.max_items = 600;
    tsn_outbox *outbox = outbox_with(&config);
    pusher one = {.outbox = outbox, .count = 5};
    push_beside_another(&one);
    ck_assert_uint_eq(items_in_queue(outbox), 1);
    unsigned own = 0;
    while (tsn_outbox_push(outbox, unit_record(5 + own)) == TOCSIN_OK) own++;
    ck_assert_uint_eq(own, 595);
    ck_assert_uint_eq(items_in_queue(outbox), 600);
    unit_expect_identity(outbox);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(what_has_attachments_goes_straight_to_the_queue_behind_what_the_thread_left)
{
    tsn_outbox *outbox = outbox_new();
    pusher one = {.outbox = outbox, .count = 6, .attaches_last = true};
    push_beside_another(&one);
    ck_assert_uint_eq(items_in_queue(outbox), 6);
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_QUEUED, TSN_CATEGORY_ATTACHMENT), 3);
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_QUEUED, TSN_CATEGORY_ERROR), 6);
    expect_in_order(outbox, 6);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(after_the_end_no_list_takes_anything)
{
    tsn_outbox *outbox = outbox_new();
    tocsin_status st;
    pusher one = {.outbox = outbox, .count = 5};
    push_beside_another(&one);
    ck_assert(tsn_outbox_begin_close(outbox, &st));
    ck_assert_uint_eq(items_in_queue(outbox), 5);
    pusher late = {.outbox = outbox, .count = 5};
    push_beside_another(&late);
    ck_assert_int_eq(late.last, TOCSIN_DISABLED);
    ck_assert_uint_eq(late.queued, 0);
    ck_assert_uint_eq(tsn_outbox_seal(outbox), 5);
    unit_expect_identity(outbox);
    ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_NETWORK_ERROR, TSN_CATEGORY_ERROR), 6);
    tsn_outbox_end_close(outbox, TOCSIN_OK);
    tsn_outbox_fini(outbox);
}
END_TEST

static void *flush(void *arg)
{
    return (void *)(intptr_t)tsn_outbox_flush(arg, TSN_CLOCK_NEVER);
}

/* Cancels flushes, as they are with nothing in the queue and much in a list. */
static void cancel_with_an_empty_queue(tsn_outbox *outbox)
{
    tsn_mutex_lock(&outbox->lock);
    for (tsn_record *record; (record = tsn_queue_pop(&outbox->queue)) != NULL;) {
        tsn_record_free(record);
    }
    outbox->cancels++;
    tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
}

START_TEST(who_waits_for_the_end_sees_what_is_in_a_list)
{
    tsn_outbox *outbox = outbox_new();
    pthread_t flusher;
    void *st;
    pusher one = {.outbox = outbox, .count = 5};
    capture(outbox, 9, 1);
    pthread_create(&flusher, NULL, flush, outbox);
    while (atomic_load(&outbox->progress.waiting) == 0) sched_yield();
    push_beside_another(&one);
    cancel_with_an_empty_queue(outbox);
    pthread_join(flusher, &st);
    ck_assert_int_eq((intptr_t)st, TOCSIN_CANCELLED);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(without_memory_for_lists_everybody_waits_in_turn)
{
    tsn_outbox *outbox = outbox_new();
    pusher one = {.outbox = outbox, .count = 1, .first = unit_record(0)};
    tsn_alloc_fail_nth(1, true);
    push_beside_another(&one);
    ck_assert(tsn_alloc_did_fail());
    tsn_alloc_fail_nth(0, false);
    ck_assert_int_eq(one.last, TOCSIN_OK);
    ck_assert_ptr_null(tsn_outbox_inbox(outbox));
    expect_in_order(outbox, 1);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(a_fresh_start_forgets_what_is_in_lists) /* */
{
    tsn_outbox *outbox = outbox_new();
    pusher one = {.outbox = outbox, .count = 1};
    push_beside_another(&one);
    ck_assert_ptr_nonnull(tsn_outbox_inbox(outbox));
    tsn_record_free(tsn_queue_pop(&outbox->queue)); /* else it would be a leak of the test */
    tsn_outbox_start_afresh(outbox);
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_QUEUED, TSN_CATEGORY_ERROR), 0);
    pusher next = {.outbox = outbox, .count = 2};
    pthread_create(&next.thread, NULL, push_all, &next);
    pthread_join(next.thread, NULL);
    ck_assert_uint_eq(items_in_queue(outbox), 2);
    ck_assert_uint_eq(outbox->queue.reserved_items, 0);
    expect_in_order(outbox, 2);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(what_is_refused_counts_as_captured_and_lost)
{
    tsn_outbox *outbox = outbox_new();
    tsn_record *record = unit_record(0);
    unit_attach(record, "abc");
    tsn_outbox_refuse(outbox, record, TSN_REASON_INTERNAL_SDK_ERROR);
    ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_INTERNAL_SDK_ERROR, TSN_CATEGORY_ERROR), 1);
    ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_INTERNAL_SDK_ERROR, TSN_CATEGORY_ATTACHMENT), 3);
    unit_expect_identity(outbox);
    tsn_outbox_fini(outbox);
}
END_TEST

/* Many that push, one that waits for work and takes: all arrive, each thread's in order. */
typedef struct scene {
    tsn_outbox *outbox;
    _Atomic unsigned pushed;
} scene;

typedef struct source {
    scene *all;
    unsigned which;
} source;

static void *push_numbered(void *arg)
{
    const source *own = arg;
    for (unsigned i = 0; i < unit_rounds(20000); i++) {
        while (tsn_outbox_push(own->all->outbox, unit_record(own->which << 24 | i)) != TOCSIN_OK) {
            sched_yield();
        }
        atomic_fetch_add(&own->all->pushed, 1);
    }
    return NULL;
}

static void take_and_check(tsn_outbox *outbox, unsigned next[PUSHERS], unsigned *taken)
{
    tsn_parcel *parcel = tsn_outbox_take(outbox);
    if (parcel == NULL) {
        tsn_outbox_wait_for_work(outbox, TSN_CLOCK_NEVER);
        return;
    }
    unsigned number = number_of(parcel);
    ck_assert_uint_eq(number & 0xffffff, next[number >> 24]++);
    answer(outbox, parcel, 200);
    ++*taken;
}

START_TEST(nothing_stays_behind_while_its_taker_sleeps)
{
    tsn_outbox_config config = unit_outbox_config();
    config.max_bytes = (size_t)1 << 26;
    config.max_items = 1000000;
    scene all = {.outbox = outbox_with(&config)};
    pthread_t threads[PUSHERS];
    source own[PUSHERS];
    unsigned next[PUSHERS] = {0}, taken = 0;
    for (unsigned i = 0; i < PUSHERS; i++) {
        own[i] = (source){&all, i};
        pthread_create(&threads[i], NULL, push_numbered, &own[i]);
    }
    while (taken < PUSHERS * unit_rounds(20000)) take_and_check(all.outbox, next, &taken);
    for (unsigned i = 0; i < PUSHERS; i++) pthread_join(threads[i], NULL);
    ck_assert_ptr_null(tsn_outbox_take(all.outbox));
    unit_expect_identity(all.outbox);
    tsn_outbox_fini(all.outbox);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        who_had_to_wait_has_a_list_and_whoever_looks_sees_what_is_in_it,
        a_list_that_is_used_up_is_renewed_and_the_order_stays,
        a_queue_holds_just_as_many_as_without_lists,
        what_is_in_the_lists_of_others_counts_for_the_bound,
        what_has_attachments_goes_straight_to_the_queue_behind_what_the_thread_left,
        after_the_end_no_list_takes_anything,
        who_waits_for_the_end_sees_what_is_in_a_list,
        without_memory_for_lists_everybody_waits_in_turn,
        a_fresh_start_forgets_what_is_in_lists,
        what_is_refused_counts_as_captured_and_lost,
        nothing_stays_behind_while_its_taker_sleeps,
    };
    return unit_suite_of("io/outbox_push", tests, sizeof tests / sizeof tests[0]);
}
