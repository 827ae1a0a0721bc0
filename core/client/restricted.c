/* A refusal is counted at the client that the scope belongs to: by rights, or by quota. An event
 * that a quota refuses was captured and is lost; one that rights refuse never was captured. */
#include "client/restricted.h"

#include <stdatomic.h>

#include "base/alloc.h"
#include "client/handover.h"
#include "client/prepared.h"

tocsin_status tsn_restriction_new(tsn_restriction *of, int64_t rights, tsn_slice quota_json,
                                  tsn_restriction **out)
{
    if ((rights & ~(int64_t)TOCSIN_RIGHT_ALL) != 0) return TOCSIN_E_RANGE;
    tsn_quota *quota = NULL;
    tsn_quota *outer = of == NULL ? NULL : of->quota;
    if (tsn_slice_absent(quota_json)) {
        quota = tsn_quota_retain(outer);
    } else {
        TSN_TRY(tsn_quota_new(quota_json, outer, &quota));
    }
    tsn_restriction *made = tsn_alloc(sizeof *made);
    if (made == NULL) {
        tsn_quota_release(quota);
        return TOCSIN_E_NOMEM;
    }
    tsn_rc_init(&made->rc);
    made->rights = of == NULL ? rights : rights & of->rights;
    made->quota = quota;
    made->root = of == NULL ? made : of->root;
    if (of != NULL) tsn_restriction_retain(made->root);
    atomic_init(&made->is_revoked, false);
    *out = made;
    return TOCSIN_OK;
}

void tsn_restriction_revoke(tsn_restriction *restriction)
{
    atomic_store(&restriction->root->is_revoked, true);
}

bool tsn_restriction_is_revoked(const tsn_restriction *restriction)
{
    return atomic_load(&restriction->root->is_revoked);
}

void tsn_restriction_retain(tsn_restriction *restriction)
{
    tsn_rc_retain(&restriction->rc);
}

void tsn_restriction_release(tsn_restriction *restriction)
{
    if (!tsn_rc_release(&restriction->rc)) return;
    if (restriction->root != restriction) tsn_restriction_release(restriction->root);
    tsn_quota_release(restriction->quota);
    tsn_free(restriction);
}

static tocsin_status deny(tsn_client *client, tsn_denial why)
{
    atomic_fetch_add_explicit(&client->denied[why], 1, memory_order_relaxed);
    return TOCSIN_E_DENIED;
}

tocsin_status tsn_restriction_allow(tsn_restriction *restriction, tsn_client *client,
                                    const tsn_intent *intent)
{
    if (tsn_restriction_is_revoked(restriction)) return TOCSIN_E_STALE;
    if ((intent->rights & ~restriction->rights) != 0) return deny(client, TSN_DENIED_RIGHTS);
    /* an event of a client that is not active is nothing */
    if (intent->is_event && !tsn_client_is_active(client)) return TOCSIN_OK;
    if (tsn_quota_spend(restriction->quota, &intent->cost)) return TOCSIN_OK;
    if (intent->is_event) tsn_handover_lose(client, NULL, TSN_REASON_BACKPRESSURE);
    return deny(client, TSN_DENIED_QUOTA);
}

/* A reference, and a handle of the quota. */
static tocsin_status enter(tsn_restriction *restriction, tsn_client *client)
{
    if (tsn_restriction_is_revoked(restriction)) return TOCSIN_E_STALE;
    if (!tsn_quota_take_handle(restriction->quota)) return deny(client, TSN_DENIED_QUOTA);
    tsn_restriction_retain(restriction);
    return TOCSIN_OK;
}

static void leave(tsn_restriction *restriction)
{
    tsn_quota_give_handle(restriction->quota);
    tsn_restriction_release(restriction);
}

tocsin_status tsn_restricted_new(tsn_cell *cell, tsn_restriction *restriction, tsn_restricted **out)
{
    tocsin_status st = enter(restriction, cell->client);
    tsn_restricted *made = NULL;
    if (st >= 0) {
        made = tsn_alloc(sizeof *made);
        if (made == NULL) {
            leave(restriction);
            st = TOCSIN_E_NOMEM;
        }
    }
    if (st < 0) {
        tsn_cell_release(cell);
        return st;
    }
    tsn_rc_init(&made->rc);
    made->cell = cell;
    made->restriction = restriction;
    *out = made;
    return TOCSIN_OK;
}

void tsn_restricted_retain(tsn_restricted *restricted)
{
    tsn_rc_retain(&restricted->rc);
}

void tsn_restricted_release(tsn_restricted *restricted)
{
    if (!tsn_rc_release(&restricted->rc)) return;
    leave(restricted->restriction);
    tsn_cell_release(restricted->cell);
    tsn_free(restricted);
}

tocsin_status tsn_restricted_prepare(tsn_restricted *restricted, const tsn_capture *capture,
                                     tsn_draft **out)
{
    tsn_restriction *restriction = restricted->restriction;
    *out = NULL;
    tsn_client *client = restricted->cell->client;
    tocsin_status st = enter(restriction, client);
    if (st < 0) {
        bool is_lost = st == TOCSIN_E_DENIED && tsn_client_is_active(client);
        if (is_lost) tsn_handover_lose(client, NULL, TSN_REASON_BACKPRESSURE);
        return st;
    }
    st = tsn_pipeline_prepare(capture, out);
    if (st != TOCSIN_OK) {
        leave(restriction);
        return st;
    }
    (*out)->prepared->restriction = restriction;
    (*out)->prepared->bytes = capture->text.len;
    return TOCSIN_OK;
}

void tsn_restricted_forget(tsn_prepared *prepared)
{
    if (prepared->restriction != NULL) leave(prepared->restriction);
    prepared->restriction = NULL;
}

tocsin_status tsn_restricted_pay(tsn_prepared *prepared, size_t extra)
{
    tsn_restriction *restriction = prepared->restriction;
    if (restriction == NULL) return TOCSIN_OK;
    tsn_quota_cost cost = {{[TSN_QUOTA_EVENTS] = 1, [TSN_QUOTA_BYTES] = prepared->bytes + extra}};
    bool fits = tsn_quota_spend(restriction->quota, &cost);
    tsn_restricted_forget(prepared);
    if (fits) return TOCSIN_OK;
    tsn_prepared_lose(prepared, TSN_REASON_BACKPRESSURE);
    return deny(prepared->client, TSN_DENIED_QUOTA);
}
