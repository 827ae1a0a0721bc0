/* A list of hooks is run in order of registration; each sees what the one before left. */
#include "client/processors.h"

#include "model/event.h"

bool tsn_processors_any(const tsn_prepared *prepared)
{
    const tsn_record *record = prepared->record;
    for (size_t i = 0; i < record->layer_count; i++) {
        if (tsn_plist_count(record->layers[i]->processors) > 0) return true;
    }
    return tsn_plist_count(prepared->client->settings->event_processors) > 0;
}

/* Whether an error processor is for exceptions of the raised one's type. */
static bool is_for(const tsn_hook *hook, const tsn_buf *raised_type)
{
    return hook->type == NULL ||
           tsn_slice_equal(tsn_slice_of(hook->type), tsn_buf_view(raised_type));
}

/* Those of one list that have `kind`. */
static tocsin_status run_list(const tsn_prepared *prepared, const tsn_plist *list, int32_t kind,
                              tsn_draft *view)
{
    const char *name = kind == TOCSIN_PROCESSOR_ERROR ? "error processor" : "event processor";
    for (size_t i = 0; i < tsn_plist_count(list); i++) {
        tsn_hook *hook = tsn_plist_at(list, i);
        if (hook->kind != kind || !is_for(hook, &prepared->aside)) continue;
        tsn_hook_verdict verdict =
            tsn_hook_filter(hook, name, view, prepared->hint, prepared->client->diag);
        if (verdict != TSN_HOOK_KEEP) return TOCSIN_DROPPED;
    }
    return TOCSIN_OK;
}

static tocsin_status run_layers(const tsn_prepared *prepared, int32_t kind, tsn_draft *view)
{
    const tsn_record *record = prepared->record;
    tocsin_status st = TOCSIN_OK;
    for (size_t i = 0; i < record->layer_count && st == TOCSIN_OK; i++) {
        st = run_list(prepared, record->layers[i]->processors, kind, view);
    }
    return st;
}

static tocsin_status run_all(const tsn_prepared *prepared, tsn_draft *view)
{
    tocsin_status st = TOCSIN_OK;
    if (prepared->is_exception) st = run_layers(prepared, TOCSIN_PROCESSOR_ERROR, view);
    if (st == TOCSIN_OK) st = run_layers(prepared, TOCSIN_PROCESSOR_EVENT, view);
    if (st != TOCSIN_OK) return st;
    return run_list(prepared, prepared->client->settings->event_processors, TOCSIN_PROCESSOR_EVENT,
                    view);
}

static tocsin_status run_inside(tsn_prepared *prepared, tsn_draft *view)
{
    tsn_prepared_enter(prepared, view);
    tocsin_status st = run_all(prepared, view);
    tsn_chain_leave(prepared->client->chains, &view->chain);
    return st;
}

/* The type of what was raised is set aside: a hook may never return. */
tocsin_status tsn_processors_run(tsn_prepared *prepared, tsn_buf *text)
{
    tsn_buf *raised_type = &prepared->aside;
    if (prepared->is_exception) tsn_event_raised_type(tsn_buf_view(text), raised_type);
    tsn_draft *view = tsn_draft_new(text);
    tocsin_status st = view == NULL ? TOCSIN_E_NOMEM : tsn_buf_status(raised_type);
    if (st >= 0) st = run_inside(prepared, view);
    if (view != NULL) tsn_draft_take(view, text);
    tsn_draft_release(view);
    tsn_buf_fini(raised_type);
    return st;
}
