/* The one place that asks the system for the time, and the one switch by which a test replaces
 * it. */
#include "base/clock.h"

#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

static _Atomic(const tsn_clock_source *) replacement;

static const tsn_clock_source *source(void)
{
    return atomic_load_explicit(&replacement, memory_order_acquire);
}

int64_t tsn_clock_wall_us(void)
{
    const tsn_clock_source *fake = source();
    if (fake != NULL) return fake->wall_us();
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + (uint32_t)now.tv_nsec / 1000;
}

int64_t tsn_clock_mono_ms(void)
{
    const tsn_clock_source *fake = source();
    if (fake != NULL) return fake->mono_ms();
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void tsn_clock_set_source(const tsn_clock_source *new_source)
{
    atomic_store_explicit(&replacement, new_source, memory_order_release);
}

int64_t tsn_clock_deadline(int64_t timeout_ms)
{
    int64_t now = tsn_clock_mono_ms();
    return timeout_ms < 0 || timeout_ms >= TSN_CLOCK_NEVER - now ? TSN_CLOCK_NEVER
                                                                 : now + timeout_ms;
}

int64_t tsn_clock_left(int64_t deadline)
{
    if (deadline == TSN_CLOCK_NEVER) return TSN_CLOCK_NEVER;
    int64_t now = tsn_clock_mono_ms();
    return deadline > now ? deadline - now : 0;
}
