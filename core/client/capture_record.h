/* The first of a capture: a record with its body. */
#ifndef TSN_CLIENT_CAPTURE_RECORD_H
#define TSN_CLIENT_CAPTURE_RECORD_H

#include "client/pipeline.h"
#include "model/record.h"

/* A record that has its body, and if `*has_id` becomes true, its id; the rest is still to be filled
 * in. `is_event_json` as for tsn_capture_body. TOCSIN_DROPPED: ignored, and counted; the errors of
 * tsn_capture_body, of which TOCSIN_E_NOMEM is counted. */
tocsin_status tsn_capture_record(const tsn_capture *capture, bool is_event_json, tsn_record **out,
                                 bool *has_id);

#endif
