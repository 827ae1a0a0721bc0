/* The hook is looked at here again, since it may have been taken away meanwhile. */
#include "io/fate.h"

#include "base/house.h"

_Atomic(tsn_fate_hook) tsn_fate_hook_now;
static _Atomic(void *) hook_user;

void tsn_fate_set_hook(tsn_fate_hook hook, void *user)
{
    atomic_store(&hook_user, user);
    atomic_store(&tsn_fate_hook_now, hook);
}

void tsn_fate_pass_on_one(const tsn_id *id, const tsn_fate *fate, tsn_category category,
                          uint64_t quantity)
{
    tsn_fate_hook hook = atomic_load_explicit(&tsn_fate_hook_now, memory_order_acquire);
    if (quantity == 0 || hook == NULL) return;
    hook(atomic_load(&hook_user), id, fate, category, quantity);
}

void tsn_fate_pass_on(const tsn_id *id, const tsn_fate *fate, const tsn_load *load)
{
    if (fate->kind == TSN_FATE_NONE) return;
    tsn_fate_pass_on_one(id, fate, TSN_CATEGORY_ERROR, load->errors);
    tsn_fate_pass_on_one(id, fate, TSN_CATEGORY_ATTACHMENT, load->attachments);
}

void tsn_fate_pass_on_lost(const tsn_id *id, tsn_fate_stage stage, const tsn_client_report *lost)
{
    for (size_t i = 0; i < TSN_REASON_COUNT; i++) {
        tsn_fate fate = tsn_fate_lost(stage, (tsn_reason)i);
        for (tsn_category category = 0; category < TSN_CATEGORY_COUNT; category++) {
            uint64_t quantity = tsn_client_report_count(lost, (tsn_reason)i, category);
            tsn_fate_pass_on_one(id, &fate, category, quantity);
        }
    }
}
