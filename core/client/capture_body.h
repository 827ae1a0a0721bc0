/* What a caller captures, understood and turned into an event's body. */
#ifndef TSN_CLIENT_CAPTURE_BODY_H
#define TSN_CLIENT_CAPTURE_BODY_H

#include "client/pipeline.h"
#include "client/settings.h"

/* Appends the body. With `is_event_json` the text is an event whatever the source, which then only
 * decides the level of an event that has none. With the option attach_stacktrace the caller's stack
 * goes into messages and into exceptions without one. TOCSIN_E_ARG: no text, or an unknown source;
 * TOCSIN_E_RANGE: level; TOCSIN_E_UNSUPPORTED: a transaction; the JSON errors; TOCSIN_E_NOMEM. */
tocsin_status tsn_capture_body(const tsn_capture *capture, bool is_event_json,
                               const tsn_settings *settings, tsn_buf *out);

#endif
