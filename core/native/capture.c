/* Where the caller's frames begin is known exactly: at this function's own return address. Where
 * the host's begin is known by image: a shared tocsin's frames all lie in one. */
#include "native/capture.h"

#include <string.h>

#include "base/house.h"
#include "native/modules_elf.h"
#include "native/unwind.h"

__attribute__((noinline)) size_t tsn_capture_stack(uintptr_t *addresses, size_t cap, size_t skip)
{
    uintptr_t first = (uintptr_t)__builtin_return_address(0);
    if (cap > TSN_CAPTURE_MAX) cap = TSN_CAPTURE_MAX;
    return tsn_unwind(addresses, cap, first, skip);
}

size_t tsn_capture_drop_library(uintptr_t *addresses, size_t count)
{
    uintptr_t start = 0;
    size_t size = 0;
    if (!tsn_image_range((uintptr_t)&tsn_capture_drop_library, &start, &size)) return count;
    size_t own = 0;
    while (own < count && addresses[own] - 1 - start < size) own++;
    if (own == count) return count;
    memmove(addresses, addresses + own, (count - own) * sizeof *addresses);
    return count - own;
}
