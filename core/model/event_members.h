/* The functions that write an event's members, one each; event.c calls them in the order of its
 * table. Private to the event_ files. */
#ifndef TSN_MODEL_EVENT_MEMBERS_H
#define TSN_MODEL_EVENT_MEMBERS_H

#include "model/event_source.h"

/* event_fields.c: members that are one value */
tsn_event_writer tsn_event_write_id;
tsn_event_writer tsn_event_write_timestamp;
tsn_event_writer tsn_event_write_platform;
tsn_event_writer tsn_event_write_level;
tsn_event_writer tsn_event_write_logger;
tsn_event_writer tsn_event_write_transaction;
tsn_event_writer tsn_event_write_transaction_info;
tsn_event_writer tsn_event_write_logentry;
tsn_event_writer tsn_event_write_exception;
tsn_event_writer tsn_event_write_threads;
tsn_event_writer tsn_event_write_debug_meta;
tsn_event_writer tsn_event_write_fingerprint;
tsn_event_writer tsn_event_write_modules;
tsn_event_writer tsn_event_write_errors;

/* event_release.c: which program reported */
tsn_event_writer tsn_event_write_server_name;
tsn_event_writer tsn_event_write_release;
tsn_event_writer tsn_event_write_dist;
tsn_event_writer tsn_event_write_environment;

/* event_privacy.c: without `send_default_pii` the limiting pass takes out what was gathered
 * automatically and identifies somebody (4.2) */
tsn_event_writer tsn_event_write_user;
tsn_event_writer tsn_event_write_request;

/* event_maps.c: unions in which, per key, the layers win over the body (R15) */
tsn_event_writer tsn_event_write_tags;
tsn_event_writer tsn_event_write_extra;

/* event_contexts.c (4.8; scopes: trace context, feature flags) */
tsn_event_writer tsn_event_write_contexts;

/* event_sdk.c */
tsn_event_writer tsn_event_write_sdk;

/* event_crumbs.c: the breadcrumbs' writer sets the source's `crumbs_total`, which goes into the
 * remark of `_meta`, written after it */
tsn_event_writer tsn_event_write_breadcrumbs;
tsn_event_writer tsn_event_write_meta;

#endif
