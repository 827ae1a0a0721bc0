#include "heap.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* The sanitizer's, whose headers need not be there. */
extern int __sanitizer_install_malloc_and_free_hooks(void (*note)(const volatile void *, size_t),
                                                     void (*forget)(const volatile void *));
extern size_t __sanitizer_get_allocated_size(const volatile void *block);

static atomic_bool is_watched;
static _Atomic int64_t in_use, most;

static void note(const volatile void *block, size_t size)
{
    (void)block;
    int64_t now = atomic_fetch_add(&in_use, (int64_t)size) + (int64_t)size;
    int64_t before = atomic_load(&most);
    while (now > before && !atomic_compare_exchange_weak(&most, &before, now)) {
    }
}

static void forget(const volatile void *block)
{
    if (block == NULL) return;
    atomic_fetch_sub(&in_use, (int64_t)__sanitizer_get_allocated_size(block));
}

void heap_watch(void)
{
    if (!atomic_exchange(&is_watched, true))
        __sanitizer_install_malloc_and_free_hooks(note, forget);
    atomic_store(&in_use, 0);
    atomic_store(&most, 0);
}

int64_t heap_in_use(void)
{
    return atomic_load(&in_use);
}

int64_t heap_peak(void)
{
    return atomic_load(&most);
}
