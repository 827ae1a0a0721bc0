/* The hook sees a line as a draft, {"level":..,"id":..,"message":..}. A line that the hook itself
 * gives rise to is not shown to it again: it would never end. */
#include "client/client_log.h"

#include "client/unreturned.h"
#include "data/json_text.h"
#include "model/level.h"

static void append_member(tsn_buf *out, tsn_slice key, tsn_slice raw)
{
    tsn_json_append_key(out, key);
    tsn_json_append_string(out, raw);
}

static tsn_draft *view_of(const tsn_diag_line *line)
{
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_buf_byte(&text, '{');
    append_member(&text, TSN_LIT("level"), tsn_level_name(line->level));
    append_member(&text, TSN_LIT("id"), line->id);
    append_member(&text, TSN_LIT("message"), line->text);
    tsn_buf_byte(&text, '}');
    if (!text.failed) return tsn_draft_new(&text);
    tsn_buf_fini(&text);
    return NULL;
}

/* The host may have kept a handle of the view. */
static void end_view(tsn_draft *view)
{
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_draft_take(view, &text);
    tsn_draft_release(view);
    tsn_buf_fini(&text);
}

static void show_of_client(void *user, const tsn_diag_line *line)
{
    tsn_client *client = user;
    tsn_unreturned_end(client);
    tsn_draft *view = view_of(line);
    if (view == NULL) return;
    if (tsn_chain_enter_lone(client->chains, &view->chain, TSN_CHAIN_LOG)) {
        tsn_hook_call(client->settings->hooks[TSN_HOOK_LOG], view, NULL);
        tsn_chain_leave(client->chains, &view->chain);
    }
    end_view(view);
}

static void show_of_nobody(void *user, const tsn_diag_line *line)
{
    const tsn_settings *settings = user;
    tsn_draft *view = view_of(line);
    if (view == NULL) return;
    tsn_hook_call(settings->hooks[TSN_HOOK_LOG], view, NULL);
    end_view(view);
}

void tsn_client_log_attach(tsn_client *client)
{
    if (client->settings->hooks[TSN_HOOK_LOG] == NULL) return;
    tsn_diag_set_sink(client->diag, show_of_client, client);
}

void tsn_client_log_refusal(tsn_settings *settings, const char *problem)
{
    tsn_diag *diag = tsn_diag_new(settings->debug);
    if (diag == NULL) return;
    if (settings->hooks[TSN_HOOK_LOG] != NULL) {
        tsn_diag_set_sink(diag, show_of_nobody, settings);
    }
    tsn_diag_log(diag, TOCSIN_LEVEL_ERROR, "open.refused", "dsn: %s", problem);
    tsn_diag_free(diag);
}
