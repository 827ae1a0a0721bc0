#include "io/sockets.h"

#include <fcntl.h>
#include <unistd.h>

#include "support.h"

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

START_TEST(sockets_do_not_survive_exec) /* EXE-1 */
{
    tsn_sockets sockets = {.count = 0};
    int fd = tsn_sockets_open(&sockets, AF_INET, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    tsn_sockets_close(&sockets, fd);
    ck_assert(!is_open(fd));
    ck_assert_int_eq(sockets.count, 0);
}
END_TEST

START_TEST(closing_all_closes_what_is_open_and_nothing_else) /* FRK-2 */
{
    tsn_sockets sockets = {.count = 0};
    int other = socket(AF_INET, SOCK_STREAM, 0);
    int fds[5];
    for (int i = 0; i < 5; i++) fds[i] = tsn_sockets_open(&sockets, AF_INET, SOCK_STREAM, 0);
    tsn_sockets_close(&sockets, fds[1]);
    int reused = socket(AF_INET, SOCK_STREAM, 0); /* takes the number that is free now */
    ck_assert_int_eq(reused, fds[1]);
    tsn_sockets_close_all(&sockets);
    for (int i = 0; i < 5; i++) ck_assert(is_open(fds[i]) == (i == 1));
    ck_assert(is_open(other));
    close(other);
    close(reused);
}
END_TEST

START_TEST(more_than_the_set_holds_are_opened_all_the_same)
{
    tsn_sockets sockets = {.count = 0};
    int fds[TSN_SOCKETS_MAX + 2];
    for (int i = 0; i < TSN_SOCKETS_MAX + 2; i++) {
        fds[i] = tsn_sockets_open(&sockets, AF_INET, SOCK_STREAM, 0);
        ck_assert_int_ge(fds[i], 0);
    }
    ck_assert_int_eq(sockets.count, TSN_SOCKETS_MAX);
    for (int i = 0; i < TSN_SOCKETS_MAX + 2; i++) tsn_sockets_close(&sockets, fds[i]);
    ck_assert_int_eq(sockets.count, 0);
}
END_TEST

START_TEST(a_socket_that_cannot_be_had_is_not_known)
{
    tsn_sockets sockets = {.count = 0};
    ck_assert_int_lt(tsn_sockets_open(&sockets, -1, SOCK_STREAM, 0), 0);
    ck_assert_int_eq(sockets.count, 0);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        sockets_do_not_survive_exec,
        closing_all_closes_what_is_open_and_nothing_else,
        more_than_the_set_holds_are_opened_all_the_same,
        a_socket_that_cannot_be_had_is_not_known,
    };
    return unit_suite_of("io/sockets", tests, sizeof tests / sizeof tests[0]);
}
