#include "base/fork.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/house.h"
#include "left_behind.h"

static bool has_another_era(void *context)
{
    const uint32_t *parent = context;
    uint32_t mine = tsn_fork_era();
    pid_t child = fork();
    if (child == 0) _exit(tsn_fork_era() != *parent && tsn_fork_era() != mine ? 0 : 1);
    int outcome;
    waitpid(child, &outcome, 0);
    return outcome == 0 && mine != *parent && mine - *parent >= TSN_FORK_ERA_STEP &&
           tsn_fork_era() == mine;
}

START_TEST(each_child_has_an_era_of_its_own_and_the_parent_keeps_its) /* */
{
    uint32_t parent = tsn_fork_era();
    ck_assert(unit_child_says(has_another_era, &parent));
    ck_assert_uint_eq(tsn_fork_era(), parent);
}
END_TEST

typedef struct thing {
    tsn_fork_watch watch;
    int runs;
    uint32_t era; /* when it ran */
} thing;

static void count_run(tsn_fork_watch *watch)
{
    thing *it = TSN_CONTAINER_OF(watch, thing, watch);
    it->runs++;
    it->era = tsn_fork_era();
}

static bool ran_as_told(void *context)
{
    thing *things = context;
    return things[0].runs == 1 && things[0].era == tsn_fork_era() && things[1].runs == 0 &&
           things[2].runs == 1;
}

START_TEST(what_is_watched_hears_of_a_fork_in_the_child_alone)
{
    thing things[3] = {{.runs = 0}};
    for (int i = 0; i < 3; i++) tsn_fork_watch_add(&things[i].watch, count_run);
    tsn_fork_watch_remove(&things[1].watch);
    ck_assert(unit_child_says(ran_as_told, things));
    for (int i = 0; i < 3; i++) ck_assert_int_eq(things[i].runs, 0);
    tsn_fork_watch_remove(&things[0].watch);
    tsn_fork_watch_remove(&things[2].watch);
}
END_TEST

START_TEST(what_was_never_watched_is_let_go_of_in_silence)
{
    thing it = {.runs = 0};
    tsn_fork_watch_remove(&it.watch);
}
END_TEST

static _Atomic bool is_over;

static void *come_and_go(void *arg)
{
    thing it = {.runs = 0};
    while (!atomic_load(&is_over)) {
        tsn_fork_watch_add(&it.watch, count_run);
        tsn_fork_watch_remove(&it.watch);
    }
    return arg;
}

static bool can_come_and_go(void *context)
{
    thing it = {.runs = 0};
    tsn_fork_watch_add(&it.watch, count_run);
    tsn_fork_watch_remove(&it.watch);
    return ((thing *)context)->runs == 1;
}

START_TEST(the_list_is_whole_in_each_child_whoever_was_changing_it)
{
    pthread_t threads[2];
    thing it = {.runs = 0};
    tsn_fork_watch_add(&it.watch, count_run);
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, come_and_go, NULL);
    for (size_t i = 0; i < unit_rounds(200); i++) ck_assert(unit_child_says(can_come_and_go, &it));
    atomic_store(&is_over, true);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    tsn_fork_watch_remove(&it.watch);
}
END_TEST

static int befores, in_parents, in_children;

static void before(void)
{
    befores++;
}

static void in_parent(void)
{
    in_parents++;
}

static void in_child(void)
{
    in_children++;
}

static bool ran_before_and_in_child(void *context)
{
    (void)context;
    return befores == 1 && in_parents == 0 && in_children == 1;
}

START_TEST(handlers_run_before_and_on_both_sides)
{
    tsn_at_fork(before, in_parent, in_child);
    tsn_at_fork(NULL, NULL, NULL);
    ck_assert(unit_child_says(ran_before_and_in_child, NULL));
    ck_assert(befores == 1 && in_parents == 1 && in_children == 0);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        each_child_has_an_era_of_its_own_and_the_parent_keeps_its,
        what_is_watched_hears_of_a_fork_in_the_child_alone,
        what_was_never_watched_is_let_go_of_in_silence,
        the_list_is_whole_in_each_child_whoever_was_changing_it,
        handlers_run_before_and_on_both_sides,
    };
    return unit_suite_of("base/fork", tests, TSN_ARRAY_LEN(tests));
}
