/* Memory as a sanitizer's allocator gives it. Everybody in the process finds the three functions
 * here before the sanitizer's, which have other names too, for that purpose. */
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#include "heap.h"
#include "space.h"

extern void *__interceptor_malloc(size_t size);
extern void *__interceptor_calloc(size_t count, size_t size);
extern void *__interceptor_realloc(void *block, size_t size);

/* AddressSanitizer's alone; not 0: something is lost. */
extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static atomic_bool is_limited;
static _Atomic int64_t limit;

HEAP_VISIBLE void *malloc(size_t size);
HEAP_VISIBLE void *calloc(size_t count, size_t size);
HEAP_VISIBLE void *realloc(void *block, size_t size);

static bool has_room(size_t size)
{
    if (!atomic_load(&is_limited)) return true;
    if (size <= INT64_MAX && heap_in_use() + (int64_t)size <= atomic_load(&limit)) return true;
    errno = ENOMEM;
    return false;
}

void *malloc(size_t size)
{
    return has_room(size) ? __interceptor_malloc(size) : NULL;
}

void *calloc(size_t count, size_t size)
{
    size_t all;
    if (__builtin_mul_overflow(count, size, &all)) all = SIZE_MAX;
    return has_room(all) ? __interceptor_calloc(count, size) : NULL;
}

void *realloc(void *block, size_t size)
{
    return has_room(size) ? __interceptor_realloc(block, size) : NULL;
}

bool space_limit(long bytes)
{
    heap_watch();
    atomic_store(&limit, bytes);
    atomic_store(&is_limited, true);
    return true;
}

bool space_lift(void)
{
    atomic_store(&is_limited, false);
    return true;
}

long space_most_used(void)
{
    static atomic_bool is_watched;
    if (!atomic_exchange(&is_watched, true)) heap_watch();
    return (long)heap_peak();
}

bool space_is_clean(void)
{
    return __lsan_do_recoverable_leak_check == NULL || __lsan_do_recoverable_leak_check() == 0;
}
