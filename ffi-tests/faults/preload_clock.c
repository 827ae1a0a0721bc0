/* Put before a program by LD_PRELOAD: the clock that tocsin takes its deadlines from stands where a
 * test wants it; once it is frozen, the wall clock stands too, at a whole second. What others wait
 * by goes on. */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)

static _Atomic int64_t shift_ns;
static _Atomic int64_t frozen_ns; /* 0: it runs */
static _Atomic int64_t frozen_wall_s;
static _Atomic int64_t wall_shift_s;

static int real_time(clockid_t id, struct timespec *out)
{
    return (int)syscall(SYS_clock_gettime, id, out);
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    int st = real_time(id, out);
    int64_t frozen = atomic_load(&frozen_ns);
    bool is_wall = id == CLOCK_REALTIME && frozen != 0;
    if (st == 0 && id == CLOCK_REALTIME && !is_wall) out->tv_sec += atomic_load(&wall_shift_s);
    if (st != 0 || (id != CLOCK_BOOTTIME && !is_wall)) return st;
    int64_t now = out->tv_sec * NS_PER_S + out->tv_nsec;
    if (frozen != 0) now = is_wall ? atomic_load(&frozen_wall_s) * NS_PER_S : frozen;
    now += atomic_load(&shift_ns);
    *out = (struct timespec){.tv_sec = now / NS_PER_S, .tv_nsec = now % NS_PER_S};
    return 0;
}

void test_clock_shift(int64_t ms)
{
    atomic_fetch_add(&shift_ns, ms * NS_PER_MS);
}

/* The wall clock alone, in whole seconds. */
void test_clock_set_wall(int64_t unix_s)
{
    struct timespec now;
    real_time(CLOCK_REALTIME, &now);
    atomic_store(&wall_shift_s, unix_s - now.tv_sec);
}

void test_clock_freeze(void)
{
    struct timespec now;
    real_time(CLOCK_REALTIME, &now);
    atomic_store(&frozen_wall_s, now.tv_sec);
    real_time(CLOCK_BOOTTIME, &now);
    atomic_store(&frozen_ns, now.tv_sec * NS_PER_S + now.tv_nsec);
}
