/* What is fixed for a client's whole life, in the form in which model, wire and io want it.
 * Counted: the client has one reference, its delivery another, so a worker that closes after the
 * client is gone still has everything it reads. Immutable; any thread. */
#ifndef TSN_CLIENT_CLIENT_CONFIG_H
#define TSN_CLIENT_CLIENT_CONFIG_H

#include "base/diag.h"
#include "client/settings.h"
#include "io/delivery.h"
#include "model/event.h"
#include "model/propagation_continue.h"

typedef struct tsn_client_config {
    tsn_rc rc;
    tsn_settings *settings;
    tsn_diag *diag;
    tsn_event_config event; /* borrows from settings, strings and contexts */
    tsn_dsc_source dsc;
    tsn_trace_rules trace_rules;
    tsn_fragment *strings[8]; /* canonical JSON that event and dsc point to */
    size_t string_count;
    tsn_pmap *contexts;         /* os, device, app, culture */
    tsn_fragment *trace_header; /* raw SENTRY_TRACE and SENTRY_BAGGAGE, or NULL */
    tsn_fragment *baggage_header;
    tsn_buf warnings; /* said when the log is there */
} tsn_client_config;

/* TOCSIN_E_DSN, TOCSIN_E_NOMEM; the options' problem text (if there are options) says why. */
tocsin_status tsn_client_config_new(tsn_options *options, tsn_client_config **out);
void tsn_client_config_release(tsn_client_config *config);
/* What was wrong in the environment, and where events go, as log lines. */
void tsn_client_config_announce(tsn_client_config *config);
/* Starts the delivery that the settings ask for; `*out` NULL: none, the client is not active.
 * TOCSIN_E_SYSTEM, TOCSIN_E_NOMEM. */
tocsin_status tsn_client_config_deliver(tsn_client_config *config, tsn_delivery **out);

#endif
