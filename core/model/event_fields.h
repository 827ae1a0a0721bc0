/* The members of an event that are one value: ids, names, level, messages, exception, sdk. Private
 * to the event_ files. */
#ifndef TSN_MODEL_EVENT_FIELDS_H
#define TSN_MODEL_EVENT_FIELDS_H

#include "model/event_source.h"

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

#endif
