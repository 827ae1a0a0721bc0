/* Attachments of one capture: read from their paths now, on the caller's thread, and held against
 * the size limit. */
#ifndef TSN_CLIENT_CAPTURE_FILES_H
#define TSN_CLIENT_CAPTURE_FILES_H

#include "client/client.h"
#include "model/record.h"

/* Replaces the record's list by one in which all have bytes. One that cannot be read or is too
 * large costs itself alone: it is counted `invalid` and a log line names it. TOCSIN_OK,
 * TOCSIN_E_NOMEM. */
tocsin_status tsn_capture_files(tsn_client *client, tsn_record *record);

#endif
