/* One request as one line of JSON, the form in which the server keeps it and hands it out:
 *
 *   {"request":1,"connection":1,"received":1793611799.871,"method":"POST",
 *    "path":"/api/1/envelope/","headers":{...},"status":200,"verdict":"ok",
 *    "bytes":{"sent":n,"plain":n},"notes":[...],"envelope":{...},
 *    "items":[{"header":{...},"payload":{...}},{"header":{...},"text":"..."},
 *             {"header":{...},"base64":"..."}],"event":0}
 *
 * `status` is what was answered, 0 for nothing. `verdict` is "ok", "malformed: why" (deserves 400),
 * "refused: why" (deserves another status) or "not read". `envelope`, headers and JSON payloads
 * stand as they were spelled. `event` is the index of the event among the items, absent if there is
 * none; `notes` are a writer's faults that a reader forgives. `notes`, `envelope` and `items` are
 * there only if the verdict is ok. */
#ifndef SRV_RECORD_H
#define SRV_RECORD_H

#include "request.h"

struct srv_record {
    char *line; /* without LF */
    size_t line_len;
    char *event; /* the event's own JSON; NULL: none. Not to be freed apart from the record */
    size_t event_len;
    char event_id[33]; /* of the envelope header; empty: none */
    bool is_ok;
};

/* `status` is what will be answered. `received` in milliseconds since 1970. */
struct srv_record srv_record_make(const struct srv_request *request,
                                  const struct srv_envelope *envelope, struct srv_verdict verdict,
                                  int status, size_t plain_len, long long received);
void srv_record_free(struct srv_record *record);

#endif
