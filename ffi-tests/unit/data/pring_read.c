#include "pring_kit.h"

#include "base/house.h"

START_TEST(peeking_stays_and_advancing_goes_on_to_the_end)
{
    tsn_pring *ring = NULL;
    tsn_crumb crumb;
    add_numbered(&ring, 0, 40, 100);
    tsn_pring_cursor cursor = tsn_pring_cursor_of(ring);
    for (uint64_t i = 0; i < 40; i++) {
        ck_assert(tsn_pring_peek(&cursor, &crumb));
        ck_assert(tsn_pring_peek(&cursor, &crumb));
        ck_assert_uint_eq(crumb.sequence, i);
        tsn_pring_advance(&cursor);
    }
    for (int i = 0; i < 2; i++) {
        ck_assert(!tsn_pring_peek(&cursor, &crumb));
        tsn_pring_advance(&cursor);
    }
    tsn_pring_release(ring);
}
END_TEST

START_TEST(a_run_stops_before_a_moment_but_takes_at_least_one)
{
    size_t count;
    tsn_pring *ring = NULL;
    for (int i = 0; i < 4; i++) add_at(&ring, 10 * i, (uint64_t)i, 100);
    tsn_pring_cursor cursor = tsn_pring_cursor_of(ring);
    unit_expect_text(tsn_pring_take_run(&cursor, -5, 0, 9, &count), "{\"n\":0},");
    unit_expect_text(tsn_pring_take_run(&cursor, 20, 2, 9, &count), "{\"n\":1},");
    ck_assert_uint_eq(count, 1);
    tsn_pring_cursor again = cursor;
    unit_expect_text(tsn_pring_take_run(&again, 20, 3, 9, &count), "{\"n\":2},");
    unit_expect_text(tsn_pring_take_run(&cursor, 31, 0, 1, &count), "{\"n\":2},");
    ck_assert(tsn_slice_absent(tsn_pring_take_run(&cursor, 31, 0, 0, &count)));
    ck_assert_uint_eq(count, 0);
    unit_expect_text(tsn_pring_take_run(&cursor, 31, 0, 9, &count), "{\"n\":3},");
    ck_assert(tsn_slice_absent(tsn_pring_take_run(&cursor, 31, 0, 9, &count)));
    tsn_pring_release(ring);
}
END_TEST

START_TEST(a_chunk_is_charged_once_for_all_rings_that_view_it)
{
    tsn_pring *ring = NULL;
    add_numbered(&ring, 0, 40, 100);
    tsn_pring *fork = tsn_pring_retain(ring);
    add_numbered(&fork, 40, 41, 100);
    size_t whole = tsn_pring_weigh(ring);
    size_t more = tsn_pring_weigh(fork);
    ck_assert_uint_gt(whole, tsn_pring_bytes(ring));
    ck_assert_uint_lt(more, 512);
    ck_assert_uint_eq(tsn_pring_weigh(fork), 0);
    size_t credited = tsn_pring_unweigh(ring) + tsn_pring_unweigh(fork);
    ck_assert_uint_lt(credited, 512);
    ck_assert_uint_eq(credited + tsn_pring_unweigh(fork), whole + more);
    tsn_pring_release(ring);
    tsn_pring_release(fork);
}
END_TEST

START_TEST(a_run_ends_with_its_chunk)
{
    size_t count;
    size_t taken = 0;
    size_t runs = 0;
    tsn_pring *ring = NULL;
    add_numbered(&ring, 0, 100, 100);
    tsn_pring_cursor cursor = tsn_pring_cursor_of(ring);
    while (tsn_pring_take_run(&cursor, INT64_MAX, UINT64_MAX, SIZE_MAX, &count).len > 0) {
        ck_assert_uint_eq(count, ring->views[ring->head + runs].last);
        taken += count;
        runs++;
    }
    ck_assert_uint_eq(taken, 100);
    ck_assert_uint_eq(runs, ring->used);
    ck_assert_uint_gt(runs, 1);
    tsn_pring_release(ring);
}
END_TEST

START_TEST(the_rest_is_written_from_wherever_the_cursor_stands)
{
    tsn_pring *ring = NULL;
    add_numbered(&ring, 0, 50, 37);
    for (size_t skip = 0; skip <= 38; skip++) {
        tsn_buf want = TSN_BUF_EMPTY;
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_crumb crumb;
        tsn_pring_cursor cursor = tsn_pring_cursor_of(ring);
        for (size_t i = 0; i < skip; i++) tsn_pring_advance(&cursor);
        tsn_pring_cursor rest = cursor;
        for (; tsn_pring_peek(&cursor, &crumb); tsn_pring_advance(&cursor)) {
            tsn_buf_slice(&want, crumb.json);
            tsn_buf_byte(&want, ',');
        }
        tsn_pring_write_rest(&rest, &out);
        ck_assert(tsn_slice_equal(tsn_buf_view(&out), tsn_buf_view(&want)));
        ck_assert(!tsn_pring_peek(&rest, &crumb));
        tsn_buf_fini(&want);
        tsn_buf_fini(&out);
    }
    tsn_pring_release(ring);
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_pring_cursor none = tsn_pring_cursor_of(NULL);
    tsn_pring_write_rest(&none, &out);
    ck_assert_uint_eq(out.len, 0);
}
END_TEST

/* Each of these is put right again before the ring goes. */
START_TEST(texts_are_lent_if_they_lie_in_few_pieces)
{
    tsn_slice runs[3];
    tsn_pring *ring = NULL;
    tsn_buf whole = TSN_BUF_EMPTY;
    tsn_buf lent = TSN_BUF_EMPTY;
    ck_assert_uint_eq(tsn_pring_lend(NULL, runs, 3), 0);
    add_numbered(&ring, 0, 40, 30); /* the first chunk in part, the last in part */
    tsn_pring_cursor cursor = tsn_pring_cursor_of(ring);
    tsn_pring_write_rest(&cursor, &whole);
    size_t count = tsn_pring_lend(ring, runs, 3);
    ck_assert_uint_eq(count, ring->used);
    ck_assert_uint_eq(tsn_pring_lend(ring, runs, count - 1), 0);
    for (size_t i = 0; i < count; i++) tsn_buf_slice(&lent, runs[i]);
    ck_assert(tsn_slice_equal(tsn_buf_view(&lent), tsn_buf_view(&whole)));
    tsn_buf_fini(&whole);
    tsn_buf_fini(&lent);
    tsn_pring_release(ring);
}
END_TEST

START_TEST(a_broken_ring_is_not_valid)
{
    tsn_pring *ring = NULL;
    add_numbered(&ring, 0, 40, 100);
    tsn_chunk *chunk = tsn_pring_view_at(ring, 0)->chunk;
    ring->count++;
    ck_assert(!tsn_pring_valid(ring));
    ring->count--;
    ring->bytes++;
    ck_assert(!tsn_pring_valid(ring));
    ring->bytes--;
    ring->in_order = 7;
    ck_assert(!tsn_pring_valid(ring));
    ring->in_order = 40;
    ring->head = ring->cap + 1;
    ck_assert(!tsn_pring_valid(ring));
    ring->head = 0;
    chunk->items[0].time_us += 1000;
    ck_assert(!tsn_pring_valid(ring));
    chunk->items[0].time_us -= 1000;
    chunk->items[0].end--;
    ck_assert(!tsn_pring_valid(ring));
    chunk->items[0].end++;
    uint64_t claim = atomic_exchange(&chunk->claim, 0);
    ck_assert(!tsn_pring_valid(ring));
    atomic_store(&chunk->claim, claim);
    ck_assert(tsn_pring_valid(ring));
    tsn_pring_release(ring);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        peeking_stays_and_advancing_goes_on_to_the_end,
        a_run_stops_before_a_moment_but_takes_at_least_one,
        a_chunk_is_charged_once_for_all_rings_that_view_it,
        a_run_ends_with_its_chunk,
        the_rest_is_written_from_wherever_the_cursor_stands,
        texts_are_lent_if_they_lie_in_few_pieces,
        a_broken_ring_is_not_valid,
    };
    return unit_suite_of("data/pring_read", tests, TSN_ARRAY_LEN(tests));
}
