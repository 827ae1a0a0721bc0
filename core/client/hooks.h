/* Callbacks of a C host, as the core sees them: a counted thing that can be called with a draft.
 * What a handle is, only the ABI layer knows. */
#ifndef TSN_CLIENT_HOOKS_H
#define TSN_CLIENT_HOOKS_H

#include "base/diag.h"
#include "base/rc.h"
#include "base/slice.h"
#include "client/draft.h"
#include "data/plist.h"

typedef struct tsn_hook {
    tsn_rc rc;
    /* Runs on the capturing thread without any lock; what tocsin_hook_fn returns. */
    int32_t (*call)(struct tsn_hook *hook, tsn_draft *draft, const void *hint);
    /* At the last release; frees the hook too. */
    void (*destroy)(struct tsn_hook *hook);
    /* Of a scope's processor: TOCSIN_PROCESSOR_. */
    int32_t kind;
    /* Of an error processor: the exception type it is for, NULL: all. Freed by the last release. */
    char *type;
} tsn_hook;

extern const tsn_plist_kind tsn_hook_kind;

/* Calls the hook with a view whose chain has been entered; that tells afterwards which call it was,
 * should the hook never return. */
int32_t tsn_hook_call(tsn_hook *hook, tsn_draft *view, const void *hint);
/* Whether a call that the calling thread began is not on its stack any more, passed over by longjmp
 * or an exception. False where that cannot be told: off the stack that the system gave the thread
 * (on a fiber's), or where the stack cannot be walked. */
bool tsn_hook_is_left(uintptr_t frame);

/* NULL is allowed. */
void tsn_hook_retain(tsn_hook *hook);
void tsn_hook_release(tsn_hook *hook);

/* Where a client has hooks. The names are those of the options (protocol: options). */
typedef enum tsn_hook_slot {
    TSN_HOOK_BEFORE_SEND,
    TSN_HOOK_BEFORE_BREADCRUMB,
    TSN_HOOK_ERROR_SAMPLER,
    TSN_HOOK_LOG,
    TSN_HOOK_SLOTS,
    TSN_HOOK_EVENT_PROCESSOR = TSN_HOOK_SLOTS, /* several, client-wide, kept in a list */
} tsn_hook_slot;

/* TOCSIN_OK or TOCSIN_E_UNKNOWN. */
tocsin_status tsn_hook_slot_find(tsn_slice name, tsn_hook_slot *slot);

typedef enum tsn_hook_verdict { TSN_HOOK_KEEP, TSN_HOOK_DROP, TSN_HOOK_FAILED } tsn_hook_verdict;

/* What a filter's answer means; a failure leaves one error line that names the hook. */
tsn_hook_verdict tsn_hook_verdict_of(int32_t answer, const char *name, tsn_diag *diag);
/* Calls a filter and says what it decided. */
tsn_hook_verdict tsn_hook_filter(tsn_hook *hook, const char *name, tsn_draft *view,
                                 const void *hint, tsn_diag *diag);

#endif
