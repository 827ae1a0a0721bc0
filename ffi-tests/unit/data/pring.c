#include "pring_kit.h"

#include "base/house.h"

#include <stdio.h>
#include <string.h>

static void add_text(tsn_pring **ring, size_t len, size_t limit)
{
    static char text[200000];
    memset(text, 'x', sizeof text);
    tsn_crumb crumb = {0, 0, {text, len}};
    ck_assert_int_eq(tsn_pring_append(ring, &crumb, limit), TOCSIN_OK);
    ck_assert(tsn_pring_valid(*ring));
}

/* All texts in order, as an event would copy them. */
static void write_runs(const tsn_pring *ring, tsn_buf *out)
{
    size_t taken = 0;
    size_t count;
    tsn_pring_cursor cursor = tsn_pring_cursor_of(ring);
    for (;;) {
        tsn_slice run = tsn_pring_take_run(&cursor, INT64_MAX, UINT64_MAX, SIZE_MAX, &count);
        if (count == 0) break;
        tsn_buf_slice(out, run);
        taken += count;
    }
    ck_assert_uint_eq(taken, tsn_pring_count(ring));
    ck_assert_uint_eq(out->len, tsn_pring_bytes(ring));
}

static void expect_written(const tsn_pring *ring, const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    write_runs(ring, &out);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
}

/* That the ring holds exactly the crumbs numbered `from` to `to` - 1. */
static void expect_numbered(const tsn_pring *ring, int from, int to)
{
    tsn_crumb crumb;
    tsn_pring_cursor cursor = tsn_pring_cursor_of(ring);
    ck_assert_uint_eq(tsn_pring_count(ring), (size_t)(to - from));
    for (int i = from; i < to; i++, tsn_pring_advance(&cursor)) {
        char json[32];
        snprintf(json, sizeof json, "{\"n\":%d}", i);
        ck_assert(tsn_pring_peek(&cursor, &crumb));
        unit_expect_text(crumb.json, json);
        ck_assert_int_eq(crumb.time_us, i);
        ck_assert_uint_eq(crumb.sequence, (uint64_t)i);
    }
    ck_assert(!tsn_pring_peek(&cursor, &crumb));
}

START_TEST(the_empty_ring_is_null_and_sorted)
{
    tsn_crumb crumb;
    tsn_pring_cursor cursor = tsn_pring_cursor_of(NULL);
    ck_assert(!tsn_pring_peek(&cursor, &crumb));
    tsn_pring_advance(&cursor);
    expect_written(NULL, "");
    ck_assert_uint_eq(tsn_pring_dropped(NULL), 0);
    ck_assert(tsn_pring_is_sorted(NULL));
    ck_assert(tsn_pring_valid(NULL));
    ck_assert_ptr_null(tsn_pring_retain(NULL));
    tsn_pring_release(NULL);
    ck_assert_uint_eq(tsn_pring_weigh(NULL) + tsn_pring_unweigh(NULL), 0);
}
END_TEST

static const int limits[] = {0, 1, 2, 15, 16, 17, 100, 1000};

/* B1: the last `limit` crumbs stay, and those plus the counter are all. */
START_TEST(the_last_crumbs_stay_and_every_other_is_counted)
{
    int limit = limits[_i];
    int steps[] = {limit - 1, limit, limit + 1, limit * 2 + 37};
    for (size_t i = 0; i < TSN_ARRAY_LEN(steps); i++) {
        int added = steps[i] < 0 ? 0 : steps[i];
        int from = added > limit ? added - limit : 0;
        tsn_pring *ring = NULL;
        add_numbered(&ring, 0, added, (size_t)limit);
        expect_numbered(ring, from, added);
        ck_assert_uint_eq(tsn_pring_dropped(ring), (uint64_t)from);
        tsn_pring_release(ring);
    }
}
END_TEST

START_TEST(a_smaller_limit_cuts_at_the_next_append)
{
    tsn_pring *ring = NULL;
    add_numbered(&ring, 0, 50, 100);
    add_numbered(&ring, 50, 51, 3);
    expect_numbered(ring, 48, 51);
    ck_assert_uint_eq(tsn_pring_dropped(ring), 48);
    add_numbered(&ring, 51, 52, 0);
    expect_numbered(ring, 52, 52);
    ck_assert_uint_eq(tsn_pring_dropped(ring), 52);
    tsn_pring_release(ring);
}
END_TEST

START_TEST(fork_then_append_leaves_parent_alone_both_ways)
{
    for (int size = 0; size <= 40; size++) {
        tsn_pring *parent = NULL;
        add_numbered(&parent, 0, size, 30);
        tsn_pring *fork = tsn_pring_retain(parent);
        tsn_pring *snapshot = tsn_pring_retain(parent);
        int from = size > 30 ? size - 30 : 0;
        add_numbered(&fork, size, size + 3, 30);
        expect_numbered(parent, from, size);
        add_numbered(&parent, size, size + 20, 30);
        int cut = size + 3 > 30 ? size + 3 - 30 : 0;
        expect_numbered(fork, cut, size + 3);
        expect_numbered(snapshot, from, size);
        tsn_pring_release(parent);
        expect_numbered(fork, cut, size + 3);
        tsn_pring_release(fork);
        expect_numbered(snapshot, from, size);
        tsn_pring_release(snapshot);
    }
}
END_TEST

START_TEST(the_first_fork_appends_to_the_shared_chunk_and_the_second_opens_a_small_one)
{
    tsn_pring *parent = NULL;
    add_numbered(&parent, 0, 5, 100);
    tsn_pring *first = tsn_pring_retain(parent);
    tsn_pring *second = tsn_pring_retain(parent);
    uint32_t views = parent->used;
    add_numbered(&first, 5, 6, 100);
    add_numbered(&second, 5, 6, 100);
    ck_assert_uint_eq(first->used, views);
    ck_assert_uint_eq(second->used, views + 1);
    ck_assert_uint_lt(tsn_chunk_size(tsn_pring_view_at(second, views)->chunk), 256);
    tsn_pring_release(first);
    tsn_pring_release(second);
    tsn_pring_release(parent);
}
END_TEST

START_TEST(a_place_that_a_dead_fork_took_is_taken_again)
{
    tsn_pring *parent = NULL;
    add_numbered(&parent, 0, 5, 100);
    uint32_t views = parent->used;
    tsn_pring *fork = tsn_pring_retain(parent);
    add_at(&fork, 77, 77, 100);
    tsn_pring_release(fork);
    add_numbered(&parent, 5, 6, 100);
    ck_assert_uint_eq(parent->used, views);
    expect_numbered(parent, 0, 6);
    tsn_pring_release(parent);
}
END_TEST

START_TEST(chunks_grow_to_sixteen_and_large_crumbs_get_their_own)
{
    tsn_pring *ring = NULL;
    for (int i = 0; i < 200; i++) add_text(&ring, 200, 1000);
    ck_assert_uint_le(ring->used, 15);
    add_text(&ring, 100000, 1000);
    const tsn_pring_view *own = tsn_pring_view_at(ring, ring->used - 1);
    ck_assert_uint_eq(own->chunk->item_cap, 1);
    ck_assert_uint_le(tsn_chunk_size(own->chunk), 100000 + 128);
    add_text(&ring, 0, 1000);
    ck_assert_uint_eq(tsn_pring_count(ring), 202);
    tsn_pring_release(ring);
}
END_TEST

START_TEST(a_long_ring_has_few_views)
{
    tsn_pring *ring = NULL;
    add_numbered(&ring, 0, 4000, 1000);
    expect_numbered(ring, 3000, 4000);
    ck_assert_uint_le(ring->used, 18);
    tsn_pring_release(ring);
}
END_TEST

START_TEST(a_crumb_of_impossible_length_is_refused)
{
    tsn_pring *ring = NULL;
    add_numbered(&ring, 0, 3, 10);
    tsn_crumb crumb = {0, 0, {"", SIZE_MAX}};
    ck_assert_int_eq(tsn_pring_append(&ring, &crumb, 10), TOCSIN_E_NOMEM);
    crumb.json.len = UINT32_MAX;
    ck_assert_int_eq(tsn_pring_append(&ring, &crumb, 10), TOCSIN_E_NOMEM);
    expect_numbered(ring, 0, 3);
    tsn_pring_release(ring);
}
END_TEST

START_TEST(sorted_means_that_time_then_sequence_never_go_back)
{
    tsn_pring *ring = NULL;
    add_at(&ring, 10, 1, 3);
    add_at(&ring, 10, 2, 3);
    ck_assert(tsn_pring_is_sorted(ring));
    add_at(&ring, 9, 3, 3);
    ck_assert(!tsn_pring_is_sorted(ring));
    add_at(&ring, 11, 4, 3);
    ck_assert(!tsn_pring_is_sorted(ring));
    add_at(&ring, 11, 5, 3); /* what stood before the step back is dropped */
    ck_assert(tsn_pring_is_sorted(ring));
    add_at(&ring, 11, 4, 3);
    ck_assert(!tsn_pring_is_sorted(ring));
    tsn_pring_release(ring);
}
END_TEST

START_TEST(concat_appends_sums_the_counters_and_cuts_from_the_front)
{
    tsn_pring *into = NULL;
    tsn_pring *from = NULL;
    add_numbered(&into, 0, 20, 18);
    add_numbered(&from, 20, 45, 24);
    ck_assert_int_eq(tsn_pring_concat(&into, from, 30), TOCSIN_OK);
    ck_assert_uint_eq(tsn_pring_count(into), 30);
    ck_assert_uint_eq(tsn_pring_dropped(into), 2 + 1 + 12);
    ck_assert(tsn_pring_valid(into));
    ck_assert(tsn_pring_is_sorted(into));
    expect_numbered(from, 21, 45);
    add_numbered(&into, 45, 46, 25);
    expect_numbered(into, 21, 46);
    add_numbered(&from, 45, 46, 100);
    expect_numbered(into, 21, 46);
    tsn_pring_release(into);
    tsn_pring_release(from);
}
END_TEST

START_TEST(concat_with_nothing_or_into_nothing_shares)
{
    tsn_pring *ring = NULL;
    tsn_pring *empty = NULL;
    add_numbered(&ring, 0, 10, 10);
    ck_assert_int_eq(tsn_pring_concat(&ring, NULL, 10), TOCSIN_OK);
    ck_assert_int_eq(tsn_pring_concat(&empty, NULL, 0), TOCSIN_OK);
    ck_assert_ptr_null(empty);
    ck_assert_int_eq(tsn_pring_concat(&empty, ring, 10), TOCSIN_OK);
    ck_assert_ptr_eq(empty, ring);
    tsn_pring_release(empty);
    empty = NULL;
    ck_assert_int_eq(tsn_pring_concat(&empty, ring, 4), TOCSIN_OK);
    expect_numbered(empty, 6, 10);
    ck_assert_uint_eq(tsn_pring_dropped(empty), 6);
    ck_assert_int_eq(tsn_pring_concat(&ring, NULL, 3), TOCSIN_OK);
    expect_numbered(ring, 7, 10);
    tsn_pring_release(empty);
    tsn_pring_release(ring);
}
END_TEST

START_TEST(a_ring_may_be_appended_to_itself)
{
    tsn_pring *ring = NULL;
    add_numbered(&ring, 0, 3, 10);
    ck_assert_int_eq(tsn_pring_concat(&ring, ring, 10), TOCSIN_OK);
    expect_written(ring, "{\"n\":0},{\"n\":1},{\"n\":2},{\"n\":0},{\"n\":1},{\"n\":2},");
    ck_assert(!tsn_pring_is_sorted(ring));
    add_at(&ring, 3, 3, 4);
    expect_written(ring, "{\"n\":0},{\"n\":1},{\"n\":2},{\"n\":3},");
    ck_assert(tsn_pring_is_sorted(ring));
    tsn_pring_release(ring);
}
END_TEST

START_TEST(dropping_for_long_takes_no_more_room)
{
    tsn_pring *ring = NULL;
    add_numbered(&ring, 0, 200, 100);
    uint32_t cap = ring->cap;
    add_numbered(&ring, 200, 3000, 100);
    ck_assert_uint_eq(ring->cap, cap);
    ck_assert_uint_le(ring->used, 8);
    tsn_pring_release(ring);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_empty_ring_is_null_and_sorted,
        a_smaller_limit_cuts_at_the_next_append,
        fork_then_append_leaves_parent_alone_both_ways,
        the_first_fork_appends_to_the_shared_chunk_and_the_second_opens_a_small_one,
        a_place_that_a_dead_fork_took_is_taken_again,
        chunks_grow_to_sixteen_and_large_crumbs_get_their_own,
        a_long_ring_has_few_views,
        a_crumb_of_impossible_length_is_refused,
        sorted_means_that_time_then_sequence_never_go_back,
        concat_appends_sums_the_counters_and_cuts_from_the_front,
        concat_with_nothing_or_into_nothing_shares,
        a_ring_may_be_appended_to_itself,
        dropping_for_long_takes_no_more_room,
    };
    Suite *suite = unit_suite_of("data/pring", tests, TSN_ARRAY_LEN(tests));
    TCase *rows = tcase_create("limits");
    tcase_set_timeout(rows, 120);
    tcase_add_loop_test(rows, the_last_crumbs_stay_and_every_other_is_counted, 0,
                        (int)TSN_ARRAY_LEN(limits));
    suite_add_tcase(suite, rows);
    return suite;
}
