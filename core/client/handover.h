/* The last steps of a capture: sampling and the hand-over to delivery (scopes 4.6, steps 12 and
 * 13), and the accounting of what does not get that far. */
#ifndef TSN_CLIENT_HANDOVER_H
#define TSN_CLIENT_HANDOVER_H

#include "client/client.h"
#include "model/record.h"
#include "wire/reason.h"

/* Takes over the record, counts it as captured, samples by `rate` (millionths, or -1: option
 * sample_rate), submits it and remembers its id on `home`, unless that is NULL. `event_id`
 * (TOCSIN_EVENT_ID_SIZE bytes or NULL) gets the id if the event was handed to delivery, whatever
 * came of it there; else it is left alone. TOCSIN_OK; TOCSIN_DROPPED: sampled out or rate limited;
 * TOCSIN_DISABLED; the errors of tsn_delivery_submit. */
tocsin_status tsn_handover(tsn_client *client, tsn_cell *home, tsn_record *record, int32_t rate,
                           char *event_id);
/* Writes an id as text with its NUL. */
void tsn_handover_tell(tsn_id id, char *event_id);
/* Counts one error event as captured and lost. `id`: NULL: it had none yet. */
void tsn_handover_lose(tsn_client *client, const tsn_id *id, tsn_reason reason);

#endif
