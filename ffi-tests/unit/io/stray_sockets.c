#include "io/stray_sockets.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support.h"

/* A library with a pair of its own. */
typedef struct library {
    int ends[2];
    bool is_deaf; /* reads nothing */
    int also;     /* somebody else's pair, which is filled at the same time; 0: none */
} library;

static void fill(void *context)
{
    library *it = context;
    ck_assert_int_eq(write(it->ends[1], "x", 1), 1);
    if (it->also != 0) ck_assert_int_eq(write(it->also, "x", 1), 1);
}

static void drain(void *context)
{
    library *it = context;
    char byte;
    if (!it->is_deaf) ck_assert_int_eq(read(it->ends[0], &byte, 1), 1);
}

static void open_pair(int ends[2])
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
}

static bool is_closed_on_exec(int fd)
{
    return fcntl(fd, F_GETFD) == FD_CLOEXEC;
}

START_TEST(a_new_pair_is_found_among_others) /* EXE-1 */
{
    tsn_stray_sockets stray;
    tsn_sockets sockets = {.count = 0};
    library it = {.is_deaf = false};
    int before[2], after[2], pipes[2];
    open_pair(before);
    tsn_stray_note(&stray);
    ck_assert_int_eq(pipe(pipes), 0);
    open_pair(it.ends);
    open_pair(after);
    ck_assert(tsn_stray_adopt(&stray, &sockets, fill, drain, &it));
    ck_assert_int_eq(sockets.count, 2);
    ck_assert(is_closed_on_exec(it.ends[0]) && is_closed_on_exec(it.ends[1]));
    for (int i = 0; i < 2; i++) {
        ck_assert(!is_closed_on_exec(before[i]));
        ck_assert(!is_closed_on_exec(after[i]));
        ck_assert(!is_closed_on_exec(pipes[i]));
    }
    tsn_sockets_close_all(&sockets);
    ck_assert_int_lt(fcntl(it.ends[0], F_GETFD), 0);
}
END_TEST

static void expect_nothing_adopted(tsn_stray_sockets *stray, library *it)
{
    tsn_sockets sockets = {.count = 0};
    ck_assert(!tsn_stray_adopt(stray, &sockets, fill, drain, it));
    ck_assert_int_eq(sockets.count, 0);
    ck_assert(!is_closed_on_exec(it->ends[0]));
}

START_TEST(where_there_is_doubt_nothing_is_touched)
{
    tsn_stray_sockets stray;
    library it = {.is_deaf = false};
    int others[2];
    open_pair(it.ends);
    tsn_stray_note(&stray);
    expect_nothing_adopted(&stray, &it); /* it was there before */
    open_pair(others);
    expect_nothing_adopted(&stray, &it); /* and so is another that is not filled */
    close(it.ends[0]);
    close(it.ends[1]);
    tsn_stray_note(&stray);
    open_pair(it.ends);
    it.is_deaf = true;
    expect_nothing_adopted(&stray, &it); /* it stays full */
    close(it.ends[0]);
    close(it.ends[1]);
    close(others[0]);
    close(others[1]);
    tsn_stray_note(&stray);
    open_pair(it.ends);
    open_pair(others);
    it.is_deaf = false;
    it.also = others[1];
    expect_nothing_adopted(&stray, &it); /* there are two */
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_new_pair_is_found_among_others,
        where_there_is_doubt_nothing_is_touched,
    };
    return unit_suite_of("io/stray_sockets", tests, sizeof tests / sizeof tests[0]);
}
