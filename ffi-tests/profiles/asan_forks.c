/* AddressSanitizer of gcc 12 does not hold its allocator's locks while the process forks: a child
 * of several threads may find one taken for ever. Later runtimes hold them, as is done here. The
 * functions are the leak checker's, and can be called where the runtime is linked statically.
 * Registered first, so that it comes last before a fork and first after it.
 *
 * The locks of its quarantine, where threads that end leave what they freed, nobody can hold. They
 * are set free in the child: to set the allocator's options, here as they are, sets them up anew.
 * What would be poisoned again at that occasion is left alone. */
#include <pthread.h>
#include <stdbool.h>

/* No smaller than the runtime's own. */
typedef struct allocator_options {
    unsigned numbers[16];
} allocator_options;

void lock_threads(void) __asm__("_ZN6__lsan18LockThreadRegistryEv");
void unlock_threads(void) __asm__("_ZN6__lsan20UnlockThreadRegistryEv");
void lock_allocator(void) __asm__("_ZN6__lsan13LockAllocatorEv");
void unlock_allocator(void) __asm__("_ZN6__lsan15UnlockAllocatorEv");
void lock_stacks(void) __asm__("_ZN11__sanitizer17StackDepotLockAllEv");
void unlock_stacks(void) __asm__("_ZN11__sanitizer19StackDepotUnlockAllEv");
void read_options(allocator_options *) __asm__(
    "_ZN6__asan19GetAllocatorOptionsEPNS_16AllocatorOptionsE");
void set_options(const allocator_options *) __asm__(
    "_ZN6__asan21ReInitializeAllocatorERKNS_16AllocatorOptionsE");
void let_poison(bool) __asm__("_ZN6__asan18SetCanPoisonMemoryEb");

static void hold(void)
{
    lock_threads();
    lock_allocator();
    lock_stacks();
}

static void let_go(void)
{
    unlock_stacks();
    unlock_allocator();
    unlock_threads();
}

static void begin_child(void)
{
    allocator_options options;
    let_go();
    let_poison(false);
    read_options(&options);
    set_options(&options);
    let_poison(true);
}

__attribute__((constructor(101))) static void watch_forks(void)
{
    (void)pthread_atfork(hold, let_go, begin_child);
}
