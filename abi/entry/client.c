/* tocsin/client.h */
#include <tocsin/client.h>

#include "client/client.h"
#include "entry.h"

static tocsin_client open_with(tsn_options *options)
{
    tsn_client *client;
    TSN_TRY(tsn_client_open(options, &client));
    return tsn_entry_add(TOCSIN_KIND_CLIENT, client);
}

tocsin_client tocsin_client_open(tocsin_options options)
{
    if (options == 0) return open_with(NULL);
    tsn_handle_hold hold;
    TSN_TRY(tsn_entry_find(options, TOCSIN_KIND_OPTIONS, &hold));
    tocsin_client client = open_with(hold.object);
    tsn_entry_release(&hold);
    return client;
}

tocsin_status tocsin_client_flush(tocsin_client client, int64_t timeout_ms)
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_entry_find(client, TOCSIN_KIND_CLIENT, &hold));
    tocsin_status st = tsn_client_flush(hold.object, timeout_ms);
    tsn_entry_release(&hold);
    return st;
}

tocsin_status tocsin_client_flush_cancel(tocsin_client client)
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_entry_find(client, TOCSIN_KIND_CLIENT, &hold));
    tsn_client_flush_cancel(hold.object);
    tsn_entry_release(&hold);
    return TOCSIN_OK;
}

tocsin_status tocsin_client_close(tocsin_client client, int64_t timeout_ms)
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_entry_find(client, TOCSIN_KIND_CLIENT, &hold));
    tocsin_status st = tsn_client_close(hold.object, timeout_ms);
    tsn_entry_release(&hold);
    return st;
}

/* Hands out what `write` appends about the client. */
static tocsin_length give(tocsin_client client, tocsin_status (*write)(tsn_client *, tsn_buf *),
                          char *buf, int64_t buf_cap)
{
    tsn_handle_hold hold;
    tsn_buf text = TSN_BUF_EMPTY;
    tocsin_status st = tsn_entry_find(client, TOCSIN_KIND_CLIENT, &hold);
    if (st >= 0) {
        st = write(hold.object, &text);
        tsn_entry_release(&hold);
    }
    return tsn_entry_give(st, &text, buf, buf_cap);
}

tocsin_length tocsin_client_stats(tocsin_client client, char *buf, int64_t buf_cap)
{
    return give(client, tsn_client_stats, buf, buf_cap);
}

static tocsin_status write_options(tsn_client *client, tsn_buf *out)
{
    tsn_settings_write(client->settings, out);
    return tsn_buf_status(out);
}

tocsin_length tocsin_client_options(tocsin_client client, char *buf, int64_t buf_cap)
{
    return give(client, write_options, buf, buf_cap);
}

static tocsin_status write_notice(tsn_client *client, tsn_buf *out)
{
    tsn_diag_next(client->diag, out);
    return tsn_buf_status(out);
}

tocsin_length tocsin_client_next_notice(tocsin_client client, char *buf, int64_t buf_cap)
{
    return give(client, write_notice, buf, buf_cap);
}

static tocsin_status write_last_answer(tsn_client *client, tsn_buf *out)
{
    if (client->delivery != NULL) tsn_delivery_last_answer(client->delivery, out);
    return tsn_buf_status(out);
}

tocsin_length tocsin_client_last_answer(tocsin_client client, char *buf, int64_t buf_cap)
{
    return give(client, write_last_answer, buf, buf_cap);
}

/* A handle to one of the client's own scopes. */
static tocsin_scope own_scope(tocsin_client client, bool is_global)
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_entry_find(client, TOCSIN_KIND_CLIENT, &hold));
    tsn_client *object = hold.object;
    tsn_cell *cell = is_global ? &object->global : &object->current;
    tsn_cell_retain(cell);
    tsn_entry_release(&hold);
    return tsn_entry_add(TOCSIN_KIND_SCOPE, cell);
}

tocsin_scope tocsin_client_scope(tocsin_client client)
{
    return own_scope(client, false);
}

tocsin_scope tocsin_client_global_scope(tocsin_client client)
{
    return own_scope(client, true);
}
