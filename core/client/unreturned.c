/* A view is all that is known of such a call, and it leads to all that the call's frames had. The
 * line about it is not shown to a hook: the caller's holds are not let go of yet. */
#include "client/unreturned.h"

#include "client/chain.h"
#include "client/prepared.h"

static void lose(tsn_prepared *prepared)
{
    if (prepared == NULL) return;
    if (tsn_client_is_active(prepared->client)) tsn_prepared_lose(prepared, TSN_REASON_BEFORE_SEND);
    tsn_prepared_free(prepared);
}

static void end(tsn_chain *chain)
{
    tsn_draft *view = TSN_CONTAINER_OF(chain, tsn_draft, chain);
    tsn_prepared *prepared = chain->prepared;
    tsn_cell *cell = chain->cell;
    if (chain->lone == TSN_CHAIN_LOG) tsn_diag_sink_left();
    if (view->shown_as != 0) view->conceal(view->shown_as);
    tsn_draft_release(view);
    lose(prepared);
    if (cell != NULL) tsn_cell_release(cell);
}

void tsn_unreturned_end(tsn_client *client)
{
    tsn_chain *chain;
    while ((chain = tsn_chain_take_left(client->chains)) != NULL) {
        end(chain);
        tsn_diag_note(client->diag, TOCSIN_LEVEL_ERROR, "hook.left",
                      "a hook did not return; what it looked at is dropped");
    }
}

void tsn_unreturned_end_all(tsn_client *client)
{
    tsn_chain *chain;
    if (client->chains == NULL) return;
    while ((chain = tsn_chain_take_rest(client->chains)) != NULL) end(chain);
}
