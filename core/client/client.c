/* Opening builds a client from the inside out; a client that could not be finished is taken apart
 * by the same function as one whose last reference went. */
#include "client/client.h"

#include <stdatomic.h>

#include "base/alloc.h"
#include "base/rand.h"
#include "client/chain.h"
#include "client/client_config.h"
#include "client/client_log.h"
#include "client/flush_at_exit.h"
#include "client/park.h"
#include "client/unreturned.h"

static void client_free(tsn_client *client)
{
    tsn_fork_watch_remove(&client->fork);
    tsn_flush_at_exit_remove(client);
    tsn_park_free(client->park); /* counts what is left in it */
    if (client->delivery != NULL) tsn_delivery_abandon(client->delivery);
    tsn_unreturned_end_all(client);
    tsn_chains_free(client->chains);
    tsn_cell_fini_own(&client->current);
    tsn_cell_fini_own(&client->isolation);
    tsn_cell_fini_own(&client->global);
    tsn_scope_release(client->blank);
    tsn_client_config_release(client->config);
    tsn_free(client);
}

void tsn_client_retain(tsn_client *client)
{
    tsn_rc_retain(&client->rc);
}

void tsn_client_release(tsn_client *client)
{
    if (client != NULL && tsn_rc_release(&client->rc)) client_free(client);
}

static tocsin_status give_trace(tsn_client *client, tsn_cell *cell)
{
    tsn_propagation *propagation = tsn_client_new_trace(client);
    if (propagation == NULL) return TOCSIN_E_NOMEM;
    return tsn_scope_take_propagation(&cell->value, propagation);
}

static tocsin_status make_scopes(tsn_client *client)
{
    tocsin_status global = tsn_cell_init_own(&client->global, TSN_TIER_GLOBAL, client, NULL);
    tocsin_status isolation =
        tsn_cell_init_own(&client->isolation, TSN_TIER_ISOLATION, client, NULL);
    tocsin_status current =
        tsn_cell_init_own(&client->current, TSN_TIER_CURRENT, client, &client->isolation);
    TSN_TRY(global);
    client->blank = tsn_scope_new();
    if (client->blank == NULL) return TOCSIN_E_NOMEM;
    TSN_TRY(isolation);
    TSN_TRY(current);
    TSN_TRY(give_trace(client, &client->global));
    return give_trace(client, &client->isolation);
}

static tocsin_status make_parts(tsn_client *client)
{
    client->chains = tsn_chains_new();
    if (client->chains == NULL) return TOCSIN_E_NOMEM;
    if (client->settings->is_hooks_pull) {
        client->park = tsn_park_new(client->settings->hook_timeout);
        if (client->park == NULL) return TOCSIN_E_NOMEM;
    }
    tsn_client_log_attach(client);
    return tsn_client_config_deliver(client->config, &client->delivery);
}

/* Scopes are put right one by one, see scope_lock.h, and the delivery looks after itself. */
static void start_afresh(tsn_fork_watch *watch)
{
    tsn_client *client = TSN_CONTAINER_OF(watch, tsn_client, fork);
    tsn_chains_start_afresh(client->chains);
    if (client->park != NULL) tsn_park_start_afresh(client->park);
    atomic_store(&client->unsubmitted, 0);
}

tocsin_status tsn_client_open(tsn_options *options, tsn_client **out)
{
    tsn_client_config *config = NULL;
    TSN_TRY(tsn_client_config_new(options, &config));
    tsn_client *client = tsn_alloc_zero(sizeof *client);
    if (client == NULL) {
        tsn_client_config_release(config);
        return TOCSIN_E_NOMEM;
    }
    tsn_rc_init(&client->rc);
    client->config = config;
    client->settings = config->settings;
    client->diag = config->diag;
    tocsin_status st = make_scopes(client);
    if (st >= 0) st = make_parts(client);
    if (st < 0) {
        const char *what =
            st == TOCSIN_E_NOMEM ? "no memory" : "no system resources for the transport";
        if (options != NULL) tsn_options_set_problem(options, "open: %s", what);
        client_free(client);
        return st;
    }
    tsn_fork_watch_add(&client->fork, start_afresh);
    tsn_client_config_announce(config);
    if (client->delivery != NULL) tsn_flush_at_exit_add(client);
    *out = client;
    return TOCSIN_OK;
}

tsn_propagation *tsn_client_new_trace(tsn_client *client)
{
    uint8_t random[TSN_PROPAGATION_RANDOM];
    tsn_rand_bytes(random, sizeof random);
    tsn_propagation *propagation = NULL;
    tsn_trace_incoming incoming = {
        .sentry_trace = tsn_fragment_slice(client->config->trace_header),
        .baggage = tsn_fragment_slice(client->config->baggage_header),
    };
    tocsin_status st =
        tsn_propagation_continue(&incoming, &client->config->trace_rules, random, &propagation);
    if (st == TOCSIN_OK) return propagation;
    return st < 0 ? NULL : tsn_propagation_new(random);
}

bool tsn_client_is_active(tsn_client *client)
{
    return client->delivery != NULL && !tsn_delivery_is_closed(client->delivery);
}

tocsin_status tsn_client_flush(tsn_client *client, int64_t timeout_ms)
{
    if (!tsn_client_is_active(client)) return TOCSIN_DISABLED;
    if (timeout_ms < 0) timeout_ms = client->settings->shutdown_timeout;
    int64_t deadline = tsn_clock_deadline(timeout_ms);
    tocsin_status waited = TOCSIN_OK;
    if (client->park != NULL) waited = tsn_park_wait(client->park, timeout_ms);
    if (waited == TOCSIN_CANCELLED) return waited;
    tocsin_status flushed = tsn_delivery_flush(client->delivery, tsn_clock_left(deadline));
    return waited == TOCSIN_OK ? flushed : waited;
}

void tsn_client_flush_cancel(tsn_client *client)
{
    if (client->park != NULL) tsn_park_cancel_waits(client->park);
    if (client->delivery != NULL) tsn_delivery_flush_cancel(client->delivery);
}

tocsin_status tsn_client_close(tsn_client *client, int64_t timeout_ms)
{
    tsn_unreturned_end(client);
    if (client->delivery == NULL) return TOCSIN_OK;
    if (timeout_ms < 0) timeout_ms = client->settings->shutdown_timeout;
    int64_t deadline = tsn_clock_deadline(timeout_ms);
    if (client->park != NULL) {
        tsn_park_wait(client->park, timeout_ms);
        tsn_park_close(client->park);
    }
    return tsn_delivery_close(client->delivery, tsn_clock_left(deadline));
}

/* In place of the closing brace of the object before it. */
static void write_denied(tsn_client *client, tsn_buf *out)
{
    if (out->len > 0) tsn_buf_truncate(out, out->len - 1);
    TSN_BUF_LIT(out, ",\"denied\":{\"rights\":");
    tsn_buf_u64(out, atomic_load(&client->denied[TSN_DENIED_RIGHTS]));
    TSN_BUF_LIT(out, ",\"quota\":");
    tsn_buf_u64(out, atomic_load(&client->denied[TSN_DENIED_QUOTA]));
    TSN_BUF_LIT(out, "}}");
}

tocsin_status tsn_client_stats(tsn_client *client, tsn_buf *out)
{
    tsn_unreturned_end(client);
    if (client->park != NULL) tsn_park_expire(client->park);
    if (client->delivery == NULL) {
        TSN_BUF_LIT(out,
                    "{\"active\":false,\"queue\":{\"items\":0,\"bytes\":0},\"categories\":{}}");
    } else {
        tsn_delivery_stats(client->delivery, tsn_client_is_active(client), out);
    }
    write_denied(client, out);
    return tsn_buf_status(out);
}

tocsin_status tsn_client_next_event(tsn_client *client, int64_t timeout_ms, tsn_draft **out)
{
    *out = NULL;
    if (client->park == NULL) return TOCSIN_E_UNSUPPORTED;
    if (client->delivery == NULL) return TOCSIN_DISABLED;
    return tsn_park_take(client->park, timeout_ms, out);
}
