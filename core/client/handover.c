/* Captured and its fate are counted at one place, so that the books agree at any time. */
#include "client/handover.h"

#include "base/rand.h"
#include "client/prepared.h"

void tsn_handover_lose(tsn_client *client, const tsn_id *id, tsn_reason reason)
{
    tsn_delivery_captured(client->delivery, TSN_CATEGORY_ERROR, 1);
    tsn_delivery_discarded(client->delivery, id, reason, TSN_CATEGORY_ERROR, 1);
}

/* 0 keeps none, 1 keeps all. */
static bool is_sampled(const tsn_settings *settings, int32_t rate)
{
    double limit = rate == TSN_RATE_UNSET ? settings->sample_rate : rate / (double)TSN_RATE_ALWAYS;
    return limit >= 1 || tsn_rand_unit() < limit;
}

/* The server does not get it; Spotlight, if it is on, does (S-2). */
static tocsin_status sample_out(tsn_client *client, tsn_record *record)
{
    tsn_handover_lose(client, &record->id, TSN_REASON_SAMPLE_RATE);
    if (client->settings->spotlight_url == NULL) {
        tsn_record_free(record);
    } else {
        record->is_sampled_out = true;
        tsn_delivery_submit(client->delivery, record);
    }
    return TOCSIN_DROPPED;
}

void tsn_handover_tell(tsn_id id, char *event_id)
{
    tsn_id_to_hex(&id, event_id);
    event_id[TSN_ID_HEX] = '\0';
}

TSN_INLINE_EVERYWHERE tocsin_status tsn_handover(tsn_client *client, tsn_cell *home,
                                                 tsn_record *record, int32_t rate, char *event_id)
{
    if (!is_sampled(client->settings, rate)) return sample_out(client, record);
    tsn_id id = record->id;
    tocsin_status st = tsn_delivery_submit(client->delivery, record);
    if (st == TOCSIN_DISABLED) return st;
    if (home != NULL) tsn_cell_set_last_event_id(home, id);
    if (event_id != NULL) tsn_handover_tell(id, event_id);
    return st;
}
