#include "io/lineage.h"

#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

START_TEST(each_fork_has_a_number_of_its_own_and_the_parent_keeps_its) /* */
{
    tsn_lineage_watch();
    tsn_lineage_watch();
    uint32_t parent = tsn_lineage_now();
    pid_t child = fork();
    if (child == 0) {
        uint32_t mine = tsn_lineage_now();
        pid_t grandchild = fork();
        if (grandchild == 0) _exit(tsn_lineage_now() == parent + 2 ? 0 : 1);
        int inner;
        waitpid(grandchild, &inner, 0);
        _exit(inner == 0 && mine == parent + 1 && tsn_lineage_now() == mine ? 0 : 1);
    }
    int outcome;
    waitpid(child, &outcome, 0);
    ck_assert_int_eq(outcome, 0);
    ck_assert_uint_eq(tsn_lineage_now(), parent);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        each_fork_has_a_number_of_its_own_and_the_parent_keeps_its,
    };
    return unit_suite_of("io/lineage", tests, sizeof tests / sizeof tests[0]);
}
