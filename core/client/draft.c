/* A draft is text behind a lock. How it ends (submit, discard, last reference) is the pipeline's
 * affair. */
#include "client/draft.h"

#include "base/alloc.h"
#include "client/pipeline.h"
#include "client/prepared.h"
#include "data/json_normal.h"

tsn_draft *tsn_draft_new(tsn_buf *text)
{
    tsn_draft *draft = tsn_alloc_zero(sizeof *draft);
    if (draft == NULL) {
        tsn_buf_fini(text);
        return NULL;
    }
    tsn_rc_init(&draft->rc);
    tsn_mutex_init(&draft->lock, TSN_RANK_LEAF);
    draft->text = *text;
    tsn_buf_init(text);
    return draft;
}

void tsn_draft_lock(tsn_draft *draft)
{
    if (tsn_mutex_lock_for(&draft->lock, TSN_MUTEX_WORK) == 0) return;
    draft->is_ended = true;
    draft->prepared = NULL;
    tsn_buf_init(&draft->text);
}

void tsn_draft_retain(tsn_draft *draft)
{
    tsn_rc_retain(&draft->rc);
}

void tsn_draft_release(tsn_draft *draft)
{
    if (draft == NULL || !tsn_rc_release(&draft->rc)) return;
    if (draft->prepared != NULL) tsn_pipeline_forget(draft->prepared);
    tsn_mutex_fini(&draft->lock);
    tsn_buf_fini(&draft->text);
    tsn_free(draft);
}

tocsin_status tsn_draft_read(tsn_draft *draft, tsn_buf *out)
{
    tsn_draft_lock(draft);
    bool is_ended = draft->is_ended;
    if (!is_ended) tsn_buf_slice(out, tsn_buf_view(&draft->text));
    tsn_mutex_unlock(&draft->lock);
    return is_ended ? TOCSIN_E_CLOSED : tsn_buf_status(out);
}

tocsin_status tsn_draft_replace(tsn_draft *draft, tsn_slice json)
{
    tsn_buf text = TSN_BUF_EMPTY;
    tocsin_status st = tsn_json_normalise(json, TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, &text, NULL);
    tsn_draft_lock(draft);
    if (st == TOCSIN_OK && draft->is_ended) st = TOCSIN_E_CLOSED;
    if (st == TOCSIN_OK) {
        tsn_buf old = draft->text;
        draft->text = text;
        draft->is_changed = true;
        if (draft->prepared != NULL) draft->prepared->bytes += json.len;
        text = old;
    }
    tsn_mutex_unlock(&draft->lock);
    tsn_buf_fini(&text);
    return st;
}

static void move_text_locked(tsn_draft *draft, tsn_buf *out)
{
    tsn_mutex_assert_held(&draft->lock);
    draft->is_ended = true;
    *out = draft->text;
    tsn_buf_init(&draft->text);
}

bool tsn_draft_take(tsn_draft *draft, tsn_buf *out)
{
    tsn_buf_fini(out);
    tsn_draft_lock(draft);
    move_text_locked(draft, out);
    bool is_changed = draft->is_changed;
    tsn_mutex_unlock(&draft->lock);
    return is_changed;
}

tocsin_status tsn_draft_end(tsn_draft *draft, tsn_buf *text, struct tsn_prepared **prepared)
{
    tsn_draft_lock(draft);
    tocsin_status st = draft->prepared == NULL ? TOCSIN_E_ARG : TOCSIN_OK;
    if (draft->is_ended) st = TOCSIN_E_CLOSED;
    if (st == TOCSIN_OK) {
        move_text_locked(draft, text);
        *prepared = draft->prepared;
        draft->prepared = NULL;
    }
    tsn_mutex_unlock(&draft->lock);
    return st;
}
