/* tocsin/transport.h */
#include <tocsin/transport.h>

#include "base/utf8.h"
#include "client/client.h"
#include "entry.h"

static tocsin_envelope next_of(tsn_client *client, int64_t timeout_ms)
{
    if (client->delivery == NULL) return TOCSIN_E_CLOSED;
    tsn_envelope_out *envelope = NULL;
    tocsin_status st = tsn_delivery_next_envelope(client->delivery, timeout_ms, &envelope);
    if (st == TOCSIN_OK) return tsn_entry_add(TOCSIN_KIND_ENVELOPE, envelope);
    if (st == TOCSIN_DISABLED) return TOCSIN_E_CLOSED;
    return st < 0 ? st : 0;
}

tocsin_envelope tocsin_client_next_envelope(tocsin_client client, int64_t timeout_ms)
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_entry_find(client, TOCSIN_KIND_CLIENT, &hold));
    tocsin_envelope envelope = next_of(hold.object, timeout_ms);
    tsn_entry_release(&hold);
    return envelope;
}

/* The envelope straight into the caller's buffer; the length it needs. */
static tocsin_length copy_out(tsn_envelope_out *envelope, char *buf, size_t cap)
{
    size_t need;
    TSN_TRY(tsn_envelope_out_copy(envelope, buf, cap, &need));
    return (tocsin_length)need;
}

tocsin_length tocsin_envelope_text(tocsin_envelope envelope, char *buf, int64_t buf_cap)
{
    tsn_handle_hold hold;
    size_t cap = buf == NULL || buf_cap <= 0 ? 0 : (size_t)buf_cap;
    tocsin_length need = tsn_entry_find(envelope, TOCSIN_KIND_ENVELOPE, &hold);
    if (need >= 0) {
        need = copy_out(hold.object, buf, cap);
        tsn_entry_release(&hold);
    }
    if (cap == 0) return need;
    size_t len = need < 0 ? 0 : (size_t)need;
    if (len >= cap) len = tsn_utf8_floor((tsn_slice){buf, cap}, cap - 1);
    buf[len] = '\0';
    return need;
}

tocsin_status tocsin_envelope_done(tocsin_envelope envelope, int32_t http_status,
                                   const char *headers, int64_t headers_len)
{
    tsn_handle_hold hold;
    tsn_slice lines;
    TSN_TRY(tsn_entry_find(envelope, TOCSIN_KIND_ENVELOPE, &hold));
    tocsin_status st = tsn_entry_text(headers, headers_len, &lines);
    if (st >= 0) st = tsn_envelope_out_done(hold.object, http_status, lines);
    if (st < 0) (void)tsn_envelope_out_done(hold.object, 0, TSN_SLICE_ABSENT); /* no answer */
    tsn_entry_close(envelope, TOCSIN_KIND_ENVELOPE);
    tsn_entry_release(&hold);
    return st;
}
