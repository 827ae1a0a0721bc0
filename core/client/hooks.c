/* Calling a host's function: always with a view, never under a lock, and a failure is the filter's
 * no. */
#include "client/hooks.h"

#include "base/alloc.h"
#include "base/sync.h"
#include "native/unwind.h"

static void retain_item(void *item)
{
    tsn_hook_retain(item);
}

static void release_item(void *item)
{
    tsn_hook_release(item);
}

const tsn_plist_kind tsn_hook_kind = {retain_item, release_item};

void tsn_hook_retain(tsn_hook *hook)
{
    if (hook != NULL) tsn_rc_retain(&hook->rc);
}

void tsn_hook_release(tsn_hook *hook)
{
    if (hook == NULL || !tsn_rc_release(&hook->rc)) return;
    tsn_free(hook->type);
    hook->destroy(hook);
}

/* A frame of its own, which the unwinder knows by the function's address. */
__attribute__((noinline, noclone)) int32_t tsn_hook_call(tsn_hook *hook, tsn_draft *view,
                                                         const void *hint)
{
    view->chain.frame = (uintptr_t)__builtin_dwarf_cfa();
    int32_t answer = hook->call(hook, view, hint);
    view->chain.frame = 0;
    return answer;
}

bool tsn_hook_is_left(uintptr_t frame)
{
    uintptr_t here = (uintptr_t)__builtin_dwarf_cfa();
    if (frame == 0 || !tsn_thread_stack_has(frame) || !tsn_thread_stack_has(here)) return false;
    return here > frame || tsn_unwind_misses((uintptr_t)&tsn_hook_call, frame);
}

static const struct {
    tsn_slice name;
    tsn_hook_slot slot;
} slots[] = {
    {TSN_LIT_INIT("before_send"), TSN_HOOK_BEFORE_SEND},
    {TSN_LIT_INIT("before_breadcrumb"), TSN_HOOK_BEFORE_BREADCRUMB},
    {TSN_LIT_INIT("error_sampler"), TSN_HOOK_ERROR_SAMPLER},
    {TSN_LIT_INIT("log"), TSN_HOOK_LOG},
    {TSN_LIT_INIT("event_processor"), TSN_HOOK_EVENT_PROCESSOR},
};

tocsin_status tsn_hook_slot_find(tsn_slice name, tsn_hook_slot *slot)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(slots); i++) {
        if (!tsn_slice_equal(slots[i].name, name)) continue;
        *slot = slots[i].slot;
        return TOCSIN_OK;
    }
    return TOCSIN_E_UNKNOWN;
}

tsn_hook_verdict tsn_hook_verdict_of(int32_t answer, const char *name, tsn_diag *diag)
{
    if (answer == TOCSIN_KEEP) return TSN_HOOK_KEEP;
    if (answer == TOCSIN_DROP) return TSN_HOOK_DROP;
    tsn_diag_log(diag, TOCSIN_LEVEL_ERROR, "hook.failed",
                 "%s failed with %d; what it looked at is dropped", name, (int)answer);
    return TSN_HOOK_FAILED;
}

tsn_hook_verdict tsn_hook_filter(tsn_hook *hook, const char *name, tsn_draft *view,
                                 const void *hint, tsn_diag *diag)
{
    return tsn_hook_verdict_of(tsn_hook_call(hook, view, hint), name, diag);
}
