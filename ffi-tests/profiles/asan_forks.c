/* AddressSanitizer of gcc 12 does not hold its allocator's locks while the process forks: a child
 * of several threads may find one taken for ever. Later runtimes hold them, as is done here. The
 * functions are the leak checker's, and can be called where the runtime is linked statically.
 * Registered first, so that it comes last before a fork and first after it. */
#include <pthread.h>

void lock_threads(void) __asm__("_ZN6__lsan18LockThreadRegistryEv");
void unlock_threads(void) __asm__("_ZN6__lsan20UnlockThreadRegistryEv");
void lock_allocator(void) __asm__("_ZN6__lsan13LockAllocatorEv");
void unlock_allocator(void) __asm__("_ZN6__lsan15UnlockAllocatorEv");
void lock_stacks(void) __asm__("_ZN11__sanitizer17StackDepotLockAllEv");
void unlock_stacks(void) __asm__("_ZN11__sanitizer19StackDepotUnlockAllEv");

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

__attribute__((constructor(101))) static void watch_forks(void)
{
    (void)pthread_atfork(hold, let_go, let_go);
}
