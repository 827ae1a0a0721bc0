/* Requests go through a pointer each, which is the C library's function unless something stands
 * between: foreign functions, fault injection or counting. So a request costs nothing more than
 * malloc itself in the usual case. */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/house.h"

enum {
    USE_HOOKS = 1 << 0,
    USE_FAULTS = 1 << 1,
    USE_COUNT = 1 << 2,
    SMALL = 1024, /* up to here glibc's calloc is slower than malloc and memset: it has no cache */
};

static _Atomic unsigned detours;
static void *(*_Atomic way_to_alloc)(size_t size) = malloc;
static void (*_Atomic way_to_free)(void *block) = free;
static void *(*_Atomic hook_alloc)(size_t size);
static void *(*_Atomic hook_resize)(void *block, size_t size);
static void (*_Atomic hook_release)(void *block);
static _Atomic int64_t requests_until_fault;
static _Atomic bool fault_persists;
static _Atomic bool did_fail;
static _Atomic int64_t live_blocks;

static bool is_direct(void)
{
    return TSN_LIKELY(atomic_load_explicit(&detours, memory_order_relaxed) == 0);
}

/* The C library may answer NULL to a request for nothing; ours may not. */
static size_t at_least_one(size_t size)
{
    return size + (size == 0);
}

static bool is_refused(unsigned mode)
{
    if (!(mode & USE_FAULTS)) return false;
    int64_t left = atomic_fetch_sub(&requests_until_fault, 1) - 1;
    if (left > 0 || (left < 0 && !atomic_load(&fault_persists))) return false;
    atomic_store(&did_fail, true);
    return true;
}

static void count(unsigned mode, int64_t change)
{
    if (mode & USE_COUNT) atomic_fetch_add(&live_blocks, change);
}

static void *alloc_by_detour(size_t size)
{
    unsigned mode = atomic_load_explicit(&detours, memory_order_acquire);
    if (is_refused(mode)) return NULL;
    void *block = mode & USE_HOOKS ? atomic_load(&hook_alloc)(size) : malloc(size);
    if (block != NULL) count(mode, 1);
    return block;
}

static void *realloc_by_detour(void *block, size_t size)
{
    if (block == NULL) return alloc_by_detour(size);
    unsigned mode = atomic_load_explicit(&detours, memory_order_acquire);
    if (is_refused(mode)) return NULL;
    return mode & USE_HOOKS ? atomic_load(&hook_resize)(block, size) : realloc(block, size);
}

static void free_by_detour(void *block)
{
    unsigned mode = atomic_load_explicit(&detours, memory_order_acquire);
    if (block == NULL) return;
    count(mode, -1);
    if (mode & USE_HOOKS) {
        atomic_load (&hook_release)(block);
    } else {
        free(block);
    }
}

/* A thread that still takes the other way does no harm: both lead to where `detours` says. */
static void set_detour(unsigned bit, bool on)
{
    if (on) {
        atomic_fetch_or_explicit(&detours, bit, memory_order_release);
    } else {
        atomic_fetch_and_explicit(&detours, ~bit, memory_order_release);
    }
    bool direct = is_direct();
    atomic_store_explicit(&way_to_alloc, direct ? malloc : alloc_by_detour, memory_order_release);
    atomic_store_explicit(&way_to_free, direct ? free : free_by_detour, memory_order_release);
}

inline void *tsn_alloc(size_t size)
{
    return atomic_load_explicit(&way_to_alloc, memory_order_relaxed)(at_least_one(size));
}

void *tsn_alloc_zero(size_t size)
{
    size = at_least_one(size);
    if (is_direct() && size > SMALL) return calloc(1, size);
    void *block = is_direct() ? malloc(size) : alloc_by_detour(size);
    if (block != NULL) memset(block, 0, size);
    return block;
}

void *tsn_alloc_array(size_t length, size_t size)
{
    size_t total;
    return tsn_size_mul(length, size, &total) ? tsn_alloc(total) : NULL;
}

void *tsn_realloc(void *block, size_t size)
{
    size = at_least_one(size);
    return is_direct() ? realloc(block, size) : realloc_by_detour(block, size);
}

void *tsn_realloc_array(void *block, size_t length, size_t size)
{
    size_t total;
    return tsn_size_mul(length, size, &total) ? tsn_realloc(block, total) : NULL;
}

inline void tsn_free(void *block)
{
    atomic_load_explicit(&way_to_free, memory_order_relaxed)(block);
}

bool tsn_size_add(size_t left, size_t right, size_t *sum)
{
    if (left > SIZE_MAX - right) return false;
    *sum = left + right;
    return true;
}

bool tsn_size_mul(size_t left, size_t right, size_t *product)
{
    if (right != 0 && left > SIZE_MAX / right) return false;
    *product = left * right;
    return true;
}

void tsn_alloc_set_hooks(const tsn_alloc_hooks *hooks)
{
    set_detour(USE_HOOKS, false);
    if (hooks == NULL) return;
    atomic_store(&hook_alloc, hooks->alloc);
    atomic_store(&hook_resize, hooks->resize);
    atomic_store(&hook_release, hooks->release);
    set_detour(USE_HOOKS, true);
}

void tsn_alloc_fail_nth(uint64_t nth, bool from_then_on)
{
    set_detour(USE_FAULTS, false);
    atomic_store(&requests_until_fault, nth < INT64_MAX ? (int64_t)nth : INT64_MAX);
    atomic_store(&fault_persists, from_then_on);
    atomic_store(&did_fail, false);
    set_detour(USE_FAULTS, nth != 0);
}

bool tsn_alloc_did_fail(void)
{
    return atomic_load(&did_fail);
}

void tsn_alloc_track(bool on)
{
    if (on) atomic_store(&live_blocks, 0);
    set_detour(USE_COUNT, on);
}

int64_t tsn_alloc_live(void)
{
    return atomic_load(&live_blocks);
}
