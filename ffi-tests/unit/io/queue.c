#include "io/queue.h"

#include "case.h"

static bool push(tsn_queue *queue, tsn_record *record)
{
    return tsn_queue_push(queue, &queue->records, record);
}

static tsn_record *weighed(unsigned number)
{
    tsn_record *record = unit_record(number);
    tsn_record_weigh(record);
    return record;
}

static void expect_next(tsn_queue *queue, unsigned number)
{
    char text[32];
    tsn_record *record = tsn_queue_pop(queue);
    ck_assert_ptr_nonnull(record);
    ck_assert_uint_eq(record->charged, 0);
    snprintf(text, sizeof text, "{\"n\":%u}", number);
    unit_expect_text(tsn_fragment_slice(record->body), text);
    tsn_record_free(record);
}

START_TEST(first_in_is_first_out) /* */
{
    tsn_queue queue;
    tsn_queue_init(&queue, 10, 1 << 20);
    for (unsigned i = 0; i < 3; i++) ck_assert(push(&queue, weighed(i)));
    for (unsigned i = 0; i < 3; i++) expect_next(&queue, i);
    ck_assert_ptr_null(tsn_queue_pop(&queue));
    ck_assert_int_eq(queue.bytes, 0);
    ck_assert_uint_eq(queue.items, 0);
}
END_TEST

START_TEST(the_new_record_is_refused_when_the_number_is_reached) /* */
{
    tsn_queue queue;
    tsn_queue_init(&queue, 2, 1 << 20);
    ck_assert(push(&queue, weighed(0)));
    ck_assert(push(&queue, weighed(1)));
    int64_t bytes = queue.bytes;
    tsn_record *late = weighed(2);
    ck_assert(!push(&queue, late));
    ck_assert_uint_eq(late->charged, 0);
    ck_assert_int_eq(queue.bytes, bytes);
    tsn_record_free(late);
    expect_next(&queue, 0);
    ck_assert(push(&queue, weighed(3)));
    expect_next(&queue, 1);
    expect_next(&queue, 3);
}
END_TEST

START_TEST(half_of_the_bytes_may_be_estimated)
{
    tsn_queue queue;
    tsn_queue_init(&queue, 10, 2000);
    ck_assert(tsn_queue_is_roomy(&queue, 1000));
    ck_assert(!tsn_queue_is_roomy(&queue, 1001));
    queue.bytes = 400;
    ck_assert(tsn_queue_is_roomy(&queue, 600));
    ck_assert(!tsn_queue_is_roomy(&queue, 601));
    queue.bytes = -50; /* a credit came first */
    ck_assert(tsn_queue_is_roomy(&queue, 1000));
}
END_TEST

START_TEST(bytes_are_bounded_below_at_and_above_the_limit)
{
    tsn_record *record = weighed(7);
    size_t size = record->charged;
    tsn_record_unweigh(record);
    tsn_record_free(record);
    for (size_t max = size - 1; max <= size + 1; max++) {
        tsn_queue queue;
        tsn_queue_init(&queue, 10, max);
        record = weighed(7);
        bool fits = push(&queue, record);
        ck_assert(fits == (max >= size));
        if (!fits) tsn_record_free(record);
        if (fits) expect_next(&queue, 7);
        ck_assert_int_eq(queue.bytes, 0);
    }
}
END_TEST

static tsn_record *with_scope(unsigned number, tsn_scope *scope)
{
    tsn_record *record = unit_record(number);
    record->is_final = false;
    record->layers[0] = tsn_scope_retain(scope);
    record->layer_count = 1;
    tsn_record_weigh(record);
    return record;
}

START_TEST(what_two_records_share_is_charged_once_and_credited_with_the_last)
{
    tsn_queue queue;
    tsn_scope *scope = tsn_scope_new();
    tsn_queue_init(&queue, 10, 1 << 20);
    ck_assert(push(&queue, with_scope(0, scope)));
    int64_t first = queue.bytes;
    ck_assert(push(&queue, with_scope(1, scope)));
    int64_t second = queue.bytes - first;
    ck_assert_int_ge(first - second, (int64_t)sizeof(tsn_scope));
    expect_next(&queue, 0);
    ck_assert_int_eq(queue.bytes, first);
    expect_next(&queue, 1);
    ck_assert_int_eq(queue.bytes, 0);
    tsn_scope_release(scope);
}
END_TEST

START_TEST(what_two_queues_share_stays_with_neither)
{
    tsn_queue first, second;
    tsn_queue_init(&first, 10, 1 << 20);
    tsn_queue_init(&second, 10, 1 << 20);
    tsn_scope *scope = tsn_scope_new();
    tsn_scope_map_set(&scope, TSN_SCOPE_TAGS, TSN_LIT("k"), TSN_LIT("\"v\""));
    ck_assert(push(&first, with_scope(0, scope)));
    ck_assert(push(&second, with_scope(1, scope)));
    tsn_scope_release(scope);
    expect_next(&first, 0);
    ck_assert_int_eq(first.bytes, 0);
    expect_next(&second, 1);
    ck_assert_int_eq(second.bytes, 0);
}
END_TEST

START_TEST(a_refused_record_that_was_charged_for_what_others_hold_leaves_the_sum_right)
{
    tsn_queue queue;
    tsn_scope *scope = tsn_scope_new();
    tsn_queue_init(&queue, 1, 1 << 20);
    tsn_record *refused = with_scope(0, scope); /* weighed first: it is charged the scope */
    ck_assert(push(&queue, with_scope(1, scope)));
    ck_assert(!push(&queue, refused));
    tsn_record_free(refused);
    expect_next(&queue, 1);
    ck_assert_int_eq(queue.bytes, 0);
    tsn_scope_release(scope);
}
END_TEST

/* As the outbox adds them while there is plenty of room. */
static void add(tsn_queue *queue, unsigned number, tsn_scope *scope)
{
    tsn_record *record = unit_record(number);
    record->is_final = false;
    record->layers[0] = tsn_scope_retain(scope);
    record->layer_count = 1;
    tsn_record_estimate_after(record, &queue->records);
    tsn_queue_add(queue, &queue->records, record);
}

START_TEST(those_that_follow_one_another_are_charged_once_for_what_they_share)
{
    tsn_queue queue;
    tsn_scope *scope = tsn_scope_new(), *other = tsn_scope_new();
    tsn_queue_init(&queue, 10, 1 << 20);
    add(&queue, 0, scope);
    int64_t leader = queue.bytes;
    add(&queue, 1, scope);
    int64_t follower = queue.bytes - leader;
    ck_assert_int_ge(leader - follower, (int64_t)sizeof(tsn_scope));
    add(&queue, 2, other);
    add(&queue, 3, scope); /* somebody stands in between */
    ck_assert_int_eq(queue.bytes, 3 * leader + follower);
    expect_next(&queue, 0);
    ck_assert_int_eq(queue.bytes, 3 * leader); /* the charge went on to the second */
    expect_next(&queue, 1);
    ck_assert_int_eq(queue.bytes, 2 * leader);
    expect_next(&queue, 2);
    ck_assert_int_eq(queue.bytes, leader);
    add(&queue, 4, scope);
    expect_next(&queue, 3);
    ck_assert_int_eq(queue.bytes, leader);
    expect_next(&queue, 4);
    ck_assert_int_eq(queue.bytes, 0);
    tsn_scope_release(scope);
    tsn_scope_release(other);
}
END_TEST

START_TEST(who_returns_to_its_place_is_charged_beside_who_followed_it)
{
    tsn_queue queue;
    tsn_scope *scope = tsn_scope_new();
    tsn_queue_init(&queue, 10, 1 << 20);
    for (unsigned i = 0; i < 3; i++) add(&queue, i, scope);
    tsn_record *first = tsn_queue_pop(&queue), *second = tsn_queue_pop(&queue);
    int64_t third = queue.bytes;
    tsn_queue_put_back(&queue, second);
    tsn_queue_put_back(&queue, first);
    ck_assert_int_gt(queue.bytes, third);
    add(&queue, 3, scope);
    for (unsigned i = 0; i < 4; i++) expect_next(&queue, i);
    ck_assert_int_eq(queue.bytes, 0);
    tsn_scope_release(scope);
}
END_TEST

START_TEST(what_is_weighed_leads_nobody)
{
    tsn_queue queue;
    tsn_scope *scope = tsn_scope_new();
    tsn_queue_init(&queue, 10, 1 << 20);
    add(&queue, 0, scope);
    int64_t leader = queue.bytes;
    expect_next(&queue, 0);
    ck_assert(push(&queue, with_scope(0, scope)));
    int64_t weighed_one = queue.bytes;
    add(&queue, 1, scope);
    ck_assert_int_eq(queue.bytes - weighed_one, leader);
    expect_next(&queue, 0);
    expect_next(&queue, 1);
    ck_assert_int_eq(queue.bytes, 0);
    tsn_scope_release(scope);
}
END_TEST

START_TEST(what_is_reserved_counts_as_taken)
{
    tsn_queue queue;
    tsn_queue_init(&queue, 10, 2000);
    queue.reserved_items = 9;
    queue.reserved_bytes = 400;
    ck_assert_uint_eq(tsn_queue_spare_items(&queue), 1);
    ck_assert_int_eq(tsn_queue_spare_bytes(&queue), 600);
    ck_assert(tsn_queue_is_roomy(&queue, 600));
    ck_assert(!tsn_queue_is_roomy(&queue, 601));
    queue.reserved_items = 10;
    ck_assert_uint_eq(tsn_queue_spare_items(&queue), 0);
    ck_assert(!tsn_queue_is_roomy(&queue, 1));
}
END_TEST

START_TEST(what_returns_in_any_order_stands_where_it_stood)
{
    tsn_queue queue;
    tsn_record *out[4];
    static const int orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}, {1, 3, 0, 2}};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        tsn_queue_init(&queue, 6, 1 << 20);
        for (unsigned j = 0; j < 6; j++) ck_assert(push(&queue, weighed(j)));
        for (int j = 0; j < 4; j++) out[j] = tsn_queue_pop(&queue);
        for (int j = 0; j < 4; j++) tsn_queue_put_back(&queue, out[orders[i][j]]);
        for (unsigned j = 0; j < 6; j++) expect_next(&queue, j);
        ck_assert_int_eq(queue.bytes, 0);
    }
}
END_TEST

/* Into one of two further lists. */
static void add_at(tsn_queue *queue, size_t run, unsigned number, int64_t timestamp_us)
{
    tsn_record *record = unit_record(number);
    record->timestamp_us = timestamp_us;
    tsn_list *list = run == 0 ? &queue->records : &queue->runs[run - 1];
    tsn_record_estimate_after(record, list);
    tsn_queue_add(queue, list, record);
}

START_TEST(of_several_lists_the_oldest_record_is_next)
{
    tsn_queue queue;
    tsn_list runs[TSN_QUEUE_RUNS];
    tsn_queue_init(&queue, 20, 1 << 20);
    for (size_t i = 0; i < TSN_QUEUE_RUNS; i++) tsn_list_init(&runs[i]);
    add_at(&queue, 0, 0, 10);
    queue.runs = runs;
    add_at(&queue, 2, 1, 10); /* as old: the list that was there first goes first */
    add_at(&queue, 16, 3, 12);
    add_at(&queue, 2, 4, 13);
    add_at(&queue, 16, 5, 1); /* a clock that was put back does not change a list's own order */
    add_at(&queue, 0, 2, 11);
    ck_assert_uint_eq(queue.items, 6);
    tsn_record *first = tsn_queue_pop(&queue);
    tsn_record *second = tsn_queue_pop(&queue);
    tsn_queue_put_back(&queue, second);
    tsn_queue_put_back(&queue, first);
    static const unsigned want[] = {0, 1, 2, 3, 5, 4};
    for (size_t i = 0; i < 6; i++) expect_next(&queue, want[i]);
    ck_assert_ptr_null(tsn_queue_pop(&queue));
    ck_assert_int_eq(queue.bytes, 0);
}
END_TEST

START_TEST(what_returns_is_let_in_though_the_queue_is_full)
{
    tsn_queue queue;
    tsn_queue_init(&queue, 1, 1 << 20);
    ck_assert(push(&queue, weighed(0)));
    tsn_record *out = tsn_queue_pop(&queue);
    ck_assert(push(&queue, weighed(1)));
    tsn_queue_put_back(&queue, out);
    ck_assert_uint_eq(queue.items, 2);
    expect_next(&queue, 0);
    expect_next(&queue, 1);
}
END_TEST

START_TEST(draining_leaves_nothing_and_keeps_the_order)
{
    tsn_queue queue;
    tsn_list out;
    tsn_list_init(&out);
    tsn_queue_init(&queue, 10, 1 << 20);
    for (unsigned i = 0; i < 3; i++) ck_assert(push(&queue, weighed(i)));
    tsn_queue_drain(&queue, &out);
    ck_assert_uint_eq(queue.items, 0);
    ck_assert_int_eq(queue.bytes, 0);
    const tsn_record *first = TSN_CONTAINER_OF(out.next, tsn_record, node);
    unit_expect_text(tsn_fragment_slice(first->body), "{\"n\":0}");
    tsn_records_free(&out);
    ck_assert(tsn_list_empty(&out));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        half_of_the_bytes_may_be_estimated,
        first_in_is_first_out,
        the_new_record_is_refused_when_the_number_is_reached,
        bytes_are_bounded_below_at_and_above_the_limit,
        what_two_records_share_is_charged_once_and_credited_with_the_last,
        what_two_queues_share_stays_with_neither,
        a_refused_record_that_was_charged_for_what_others_hold_leaves_the_sum_right,
        those_that_follow_one_another_are_charged_once_for_what_they_share,
        who_returns_to_its_place_is_charged_beside_who_followed_it,
        what_is_weighed_leads_nobody,
        what_is_reserved_counts_as_taken,
        what_returns_in_any_order_stands_where_it_stood,
        of_several_lists_the_oldest_record_is_next,
        what_returns_is_let_in_though_the_queue_is_full,
        draining_leaves_nothing_and_keeps_the_order,
    };
    return unit_suite_of("io/queue", tests, sizeof tests / sizeof tests[0]);
}
