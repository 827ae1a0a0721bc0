/* Forks that are kept, by many threads while others change what they are kept for. */
#include "lane_kit.h"

#include <pthread.h>

enum { FORKERS = 2, DISTURBERS = 2, TEXT_SIZE = 24 };

/* Writers number what they write; a fork has what was written before it, or later. */
typedef struct scene {
    tsn_cell *cell;
    _Atomic int64_t parent;
    _Atomic unsigned written; /* that much is there for sure */
    _Atomic bool is_over;
    _Atomic unsigned wrong;
} scene;

static unsigned tag_of(int64_t handle)
{
    tsn_buf text = TSN_BUF_EMPTY;
    unsigned number = 0;
    tsn_cell_write(cell_of(handle), &text);
    tsn_buf_byte(&text, '\0');
    const char *tag = strstr(text.data, "\"n\":\"");
    if (tag != NULL) number = (unsigned)strtoul(tag + sizeof "\"n\":\"" - 1, NULL, 10);
    tsn_buf_fini(&text);
    return number;
}

static void *fork_and_look(void *arg)
{
    scene *all = arg;
    while (!atomic_load(&all->is_over)) {
        unsigned least = atomic_load(&all->written);
        int64_t fork = fork_of(atomic_load(&all->parent));
        if (fork == TOCSIN_E_STALE) continue;
        if (fork < 0 || tag_of(fork) < least || end(fork) != TOCSIN_OK) {
            atomic_fetch_add(&all->wrong, 1);
        }
    }
    return NULL;
}

/* Changes the scope, and now and then the handle that it is forked by. */
static void write_and_replace(scene *all)
{
    char text[TEXT_SIZE];
    for (unsigned i = 1; i <= unit_rounds(10000); i++) {
        snprintf(text, sizeof text, "%u", i);
        kit_tag(all->cell, "n", text);
        atomic_store(&all->written, i);
        if (i % 16 == 0) end(atomic_exchange(&all->parent, handle_to(all->cell)));
        for (int pause = 0; pause < 4; pause++) sched_yield();
    }
}

/* Changes it too, its forks, and handles of others. */
static void *disturb(void *arg)
{
    scene *all = arg;
    while (!atomic_load(&all->is_over)) {
        int64_t fork = fork_of(atomic_load(&all->parent));
        int64_t copy = tsn_handle_dup(table, atomic_load(&all->parent));
        if (fork > 0) kit_tag(cell_of(fork), "own", "1");
        if (copy > 0) end(fork_of(copy));
        if (copy > 0) end(fork_of(copy));
        kit_tag(all->cell, "other", "1");
        if (fork > 0) end(fork);
        if (copy > 0) end(copy);
    }
    return NULL;
}

START_TEST(forks_by_many_threads_have_what_was_written_before_them)
{
    tsn_client *client = open();
    pthread_t threads[FORKERS + DISTURBERS];
    scene all = {.cell = &client->current};
    atomic_store(&all.parent, handle_to(all.cell));
    for (int i = 0; i < FORKERS + DISTURBERS; i++) {
        pthread_create(&threads[i], NULL, i < FORKERS ? fork_and_look : disturb, &all);
    }
    write_and_replace(&all);
    atomic_store(&all.is_over, true);
    for (int i = 0; i < FORKERS + DISTURBERS; i++) pthread_join(threads[i], NULL);
    ck_assert_uint_eq(all.wrong, 0);
    end(all.parent);
    close_all(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        forks_by_many_threads_have_what_was_written_before_them,
    };
    return unit_suite_of("client/fork_lane_storm", tests, TSN_ARRAY_LEN(tests));
}
