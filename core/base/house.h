/* House macros: early return, assertions, attributes. Nothing here has state of its own but the
 * failure counter. */
#ifndef TSN_BASE_HOUSE_H
#define TSN_BASE_HOUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tocsin/types.h>

/* Returns the status of `expr` from the calling function if it is an error. */
#define TSN_TRY(expr)                                                                              \
    do {                                                                                           \
        tocsin_status tsn_try_status = (expr);                                                     \
        if (tsn_try_status < 0) return tsn_try_status;                                             \
    } while (0)

/* A broken invariant is our mistake. Debug builds abort; release builds count it, say so once on
 * the `debug` log and go on. TSN_CHECK moreover returns TOCSIN_E_INTERNAL, where going on would do
 * harm. */
#define TSN_ASSERT(cond) ((cond) ? (void)0 : tsn_assert_failed(#cond, __FILE__, __LINE__))
#define TSN_CHECK(cond)                                                                            \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            tsn_assert_failed(#cond, __FILE__, __LINE__);                                          \
            return TOCSIN_E_INTERNAL;                                                              \
        }                                                                                          \
    } while (0)

/* On a path where every instruction counts: checked in debug builds alone. */
#define TSN_DEBUG_ASSERT(cond) (TSN_IS_DEBUG ? TSN_ASSERT(cond) : (void)0)
#ifdef TSN_DEBUG
#define TSN_IS_DEBUG 1
#else
#define TSN_IS_DEBUG 0
#endif

/* Any thread. Aborts in debug builds, else counts. Defined in diag.c. */
void tsn_assert_failed(const char *what, const char *file, int line);
/* How many assertions failed in this process. */
uint64_t tsn_assert_failures(void);

#define TSN_ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))
#define TSN_MUST_CHECK __attribute__((warn_unused_result))
#define TSN_PRINTF(format_at, args_at) __attribute__((format(printf, format_at, args_at)))
#define TSN_LIKELY(cond) __builtin_expect(!!(cond), 1)
#define TSN_UNLIKELY(cond) __builtin_expect(!!(cond), 0)
/* For the side of a hot function that is hardly ever taken: kept out of it, so that it stays small
 * and saves no registers. */
#define TSN_COLD __attribute__((cold, noinline))
/* Not rare, but its callers are to stay small. */
#define TSN_APART __attribute__((noinline))
/* What it calls goes into it, across files too, and what that calls: for a hot function from which
 * little can be reached. (A whole capture would keep the compiler busy for many minutes.) */
#define TSN_FLAT __attribute__((flatten))
/* For a few instructions of a hot function, which the compiler would rather share. */
#define TSN_INLINE static inline __attribute__((always_inline))
/* The same for one that is defined in a source file. */
#define TSN_INLINE_EVERYWHERE __attribute__((always_inline)) inline
/* Runs by itself when the library is loaded, before anything of it is called. */
#define TSN_ON_LOAD __attribute__((constructor))
#define TSN_CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
