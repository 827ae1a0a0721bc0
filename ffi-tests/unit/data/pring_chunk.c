#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/pring_chunk.h"

#include <pthread.h>
#include <string.h>

static tsn_chunk *chunk_of(uint32_t item_cap, size_t text_cap)
{
    tsn_chunk *chunk = tsn_chunk_new(item_cap, text_cap);
    ck_assert_ptr_nonnull(chunk);
    return chunk;
}

static tsn_chunk_outcome add(tsn_chunk *chunk, uint32_t position, const char *json)
{
    tsn_crumb crumb = {position, position + 100, unit_slice(json)};
    return tsn_chunk_add(chunk, position, &crumb);
}

START_TEST(texts_stand_side_by_side_each_with_its_comma)
{
    tsn_chunk *chunk = chunk_of(4, 100);
    ck_assert_int_eq(add(chunk, 0, "{\"a\":1}"), TSN_CHUNK_ADDED);
    ck_assert_int_eq(add(chunk, 1, ""), TSN_CHUNK_ADDED);
    ck_assert_int_eq(add(chunk, 2, "{}"), TSN_CHUNK_ADDED);
    unit_expect_text(tsn_chunk_text(chunk, 0, 3), "{\"a\":1},,{},");
    unit_expect_text(tsn_chunk_text(chunk, 1, 2), ",");
    unit_expect_text(tsn_chunk_text(chunk, 2, 3), "{},");
    unit_expect_text(tsn_chunk_text(chunk, 1, 1), "");
    ck_assert_int_eq(chunk->items[2].time_us, 2);
    ck_assert_uint_eq(chunk->items[2].sequence, 102);
    tsn_chunk_release(chunk);
}
END_TEST

START_TEST(it_is_full_of_items_or_of_text)
{
    tsn_chunk *chunk = chunk_of(2, 8);
    ck_assert_int_eq(add(chunk, 0, "12345678"), TSN_CHUNK_FULL); /* the comma has no room */
    ck_assert_int_eq(add(chunk, 0, "123"), TSN_CHUNK_ADDED);
    ck_assert_int_eq(add(chunk, 1, "1234"), TSN_CHUNK_FULL);
    ck_assert_int_eq(add(chunk, 1, "123"), TSN_CHUNK_ADDED);
    ck_assert_int_eq(add(chunk, 2, ""), TSN_CHUNK_FULL);
    unit_expect_text(tsn_chunk_text(chunk, 0, 2), "123,123,");
    tsn_crumb endless = {0, 0, {"", SIZE_MAX}};
    ck_assert_int_eq(tsn_chunk_add(chunk, 0, &endless), TSN_CHUNK_FULL);
    tsn_chunk_release(chunk);
}
END_TEST

START_TEST(a_place_is_taken_once_while_others_look)
{
    tsn_chunk *chunk = chunk_of(4, 100);
    tsn_chunk *other = tsn_chunk_retain(chunk);
    ck_assert_int_eq(add(chunk, 0, "first"), TSN_CHUNK_ADDED);
    ck_assert_int_eq(add(other, 0, "second"), TSN_CHUNK_TAKEN);
    unit_expect_text(tsn_chunk_text(chunk, 0, 1), "first,");
    ck_assert_int_eq(add(other, 1, "third"), TSN_CHUNK_ADDED);
    ck_assert_int_eq(add(chunk, 1, "fourth"), TSN_CHUNK_TAKEN);
    tsn_chunk_release(other);
    /* The one that views a single item is alone now: what stood behind it is nobody's. */
    ck_assert_int_eq(add(chunk, 1, "fourth"), TSN_CHUNK_ADDED);
    unit_expect_text(tsn_chunk_text(chunk, 0, 2), "first,fourth,");
    tsn_chunk_release(chunk);
}
END_TEST

START_TEST(its_size_is_that_of_its_block)
{
    tsn_chunk *chunk = chunk_of(3, 50);
    size_t size = tsn_chunk_size(chunk);
    ck_assert_uint_eq(size, sizeof *chunk + 3 * sizeof(tsn_chunk_item) + 50);
    ck_assert_ptr_eq(tsn_chunk_text(chunk, 0, 0).data, (const char *)chunk + size - 50);
    tsn_chunk_release(chunk);
}
END_TEST

START_TEST(the_last_reference_frees)
{
    tsn_alloc_track(true);
    tsn_chunk *chunk = chunk_of(1, 1);
    tsn_chunk_release(tsn_chunk_retain(chunk));
    ck_assert_int_eq(tsn_alloc_live(), 1);
    tsn_chunk_release(chunk);
    ck_assert_int_eq(tsn_alloc_live(), 0);
    tsn_alloc_track(false);
}
END_TEST

START_TEST(there_is_no_chunk_without_memory_or_of_impossible_size)
{
    tsn_alloc_fail_nth(1, false);
    ck_assert_ptr_null(tsn_chunk_new(16, 100));
    tsn_alloc_fail_nth(0, false);
    ck_assert_ptr_null(tsn_chunk_new(16, UINT32_MAX));
    ck_assert_ptr_null(tsn_chunk_new(16, SIZE_MAX));
}
END_TEST

enum { THREADS = 4, PLACES = 64 };

typedef struct racer {
    pthread_t thread;
    tsn_chunk *chunk;
    pthread_barrier_t *line;
    size_t won;
} racer;

/* Tries for every place in turn, together with all others. */
static void *race(void *context)
{
    racer *it = context;
    for (uint32_t position = 0; position < PLACES; position++) {
        pthread_barrier_wait(it->line); /* what the winner wrote is published by this */
        tsn_crumb crumb = {0, position, TSN_LIT("{}")};
        if (tsn_chunk_add(it->chunk, position, &crumb) == TSN_CHUNK_ADDED) it->won++;
        pthread_barrier_wait(it->line);
    }
    return NULL;
}

START_TEST(of_threads_that_want_one_place_one_gets_it)
{
    tsn_chunk *chunk = chunk_of(PLACES, PLACES * 3);
    pthread_barrier_t line;
    pthread_barrier_init(&line, NULL, THREADS);
    racer racers[THREADS];
    size_t won = 0;
    for (int i = 0; i < THREADS; i++) {
        racers[i] = (racer){.chunk = tsn_chunk_retain(chunk), .line = &line};
        pthread_create(&racers[i].thread, NULL, race, &racers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(racers[i].thread, NULL);
        tsn_chunk_release(racers[i].chunk);
        won += racers[i].won;
    }
    ck_assert_uint_eq(won, PLACES);
    ck_assert_uint_eq(tsn_chunk_text(chunk, 0, PLACES).len, PLACES * 3);
    pthread_barrier_destroy(&line);
    tsn_chunk_release(chunk);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        texts_stand_side_by_side_each_with_its_comma,
        it_is_full_of_items_or_of_text,
        a_place_is_taken_once_while_others_look,
        its_size_is_that_of_its_block,
        the_last_reference_frees,
        there_is_no_chunk_without_memory_or_of_impossible_size,
        of_threads_that_want_one_place_one_gets_it,
    };
    return unit_suite_of("data/pring_chunk", tests, TSN_ARRAY_LEN(tests));
}
