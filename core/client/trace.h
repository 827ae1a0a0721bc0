/* The trace of a scope: replaced by a new or an incoming one, and written as outgoing headers. */
#ifndef TSN_CLIENT_TRACE_H
#define TSN_CLIENT_TRACE_H

#include "client/scope_cell.h"

/* TOCSIN_E_ARG: neither isolation nor global scope; TOCSIN_E_NOMEM. */
tocsin_status tsn_cell_new_trace(tsn_cell *cell);
/* `headers`: JSON from outside. What cannot be used of it starts a new trace. Likewise. */
tocsin_status tsn_cell_continue_trace(tsn_cell *cell, tsn_slice headers);

/* Appends the headers as a JSON object. TOCSIN_E_ARG: a detached scope; TOCSIN_E_NOMEM. */
tocsin_status tsn_cell_trace_headers(tsn_cell *cell, tsn_buf *out);
/* Those of a request to `url` that has `baggage` (may be absent) already; {} where none may be
 * written (T-4). TOCSIN_E_ARG: a detached scope, no URL; TOCSIN_E_NOMEM. */
tocsin_status tsn_cell_request_headers(tsn_cell *cell, tsn_slice url, tsn_slice baggage,
                                       tsn_buf *out);

#endif
