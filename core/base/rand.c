/* Ids are drawn often and are short, so 4 KiB at a time come from the system and are handed out
 * under a lock. A child of fork must not hand out what its parent will: a fork handler empties its
 * pool. Where the system has no entropy to give (an early boot, a filter on system calls) time,
 * address and a counter stand in: ids have to differ, they keep no secret. */
#include "base/rand.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/sync.h"

enum { POOL_SIZE = 4096 };

static struct {
    tsn_mutex lock;
    size_t left; /* guarded by lock; unused bytes at the end of `bytes` */
    unsigned char bytes[POOL_SIZE];
} pool = {.lock = TSN_MUTEX_INIT(TSN_RANK_LEAF)};

static _Atomic tsn_rand_fn replacement;

static void forget_pool(void)
{
    tsn_mutex_init(&pool.lock, TSN_RANK_LEAF);
    pool.left = 0;
}

static TSN_ON_LOAD void watch_forks(void)
{
    tsn_at_fork(NULL, NULL, forget_pool);
}

static uint64_t mix(uint64_t value)
{
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
}

static void fill_without_system(unsigned char *out, size_t len)
{
    static _Atomic uint64_t draws;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t state = mix((uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec);
    state = mix(state ^ (uint64_t)getpid() ^ (uint64_t)(uintptr_t)out);
    state = mix(state + atomic_fetch_add(&draws, 1));
    for (size_t at = 0; at < len; at++) {
        if (at % 8 == 0) state = mix(state + 0x9e3779b97f4a7c15U);
        out[at] = (unsigned char)(state >> (at % 8 * 8));
    }
}

static void fill_from_system(unsigned char *out, size_t len)
{
    while (len > 0) {
        ssize_t got = getrandom(out, len, GRND_NONBLOCK);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            fill_without_system(out, len);
            return;
        }
        out += got;
        len -= (size_t)got;
    }
}

static TSN_COLD void fill_locked(void)
{
    tsn_mutex_assert_held(&pool.lock);
    fill_from_system(pool.bytes, POOL_SIZE);
    pool.left = POOL_SIZE;
}

static inline void draw_locked(void *out, size_t len)
{
    tsn_mutex_assert_held(&pool.lock);
    if (TSN_UNLIKELY(pool.left < len)) fill_locked();
    memcpy(out, pool.bytes + POOL_SIZE - pool.left, len);
    pool.left -= len;
}

void tsn_rand_bytes(void *out, size_t len)
{
    if (len == 0) return;
    tsn_rand_fn fake = atomic_load_explicit(&replacement, memory_order_acquire);
    if (fake != NULL) {
        fake(out, len);
        return;
    }
    if (len > POOL_SIZE / 8) {
        fill_from_system(out, len);
        return;
    }
    tsn_mutex_lock(&pool.lock);
    draw_locked(out, len);
    tsn_mutex_unlock(&pool.lock);
}

inline void tsn_rand_16(uint8_t out[16])
{
    if (TSN_UNLIKELY(atomic_load_explicit(&replacement, memory_order_acquire) != NULL)) {
        tsn_rand_bytes(out, 16);
        return;
    }
    tsn_mutex_lock(&pool.lock);
    draw_locked(out, 16);
    tsn_mutex_unlock(&pool.lock);
}

uint64_t tsn_rand_u64(void)
{
    uint64_t value;
    tsn_rand_bytes(&value, sizeof value);
    return value;
}

double tsn_rand_unit(void)
{
    return (double)(tsn_rand_u64() >> 11) * 0x1p-53;
}

void tsn_rand_set_source(tsn_rand_fn source)
{
    atomic_store_explicit(&replacement, source, memory_order_release);
}
