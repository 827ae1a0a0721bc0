/* What came out of the library: the event of an envelope in a form in which two can be compared. */
#ifndef LAWS_ENVELOPE_H
#define LAWS_ENVELOPE_H

#include <stddef.h>

#include <cjson/cJSON.h>

/* The event of the envelope, or NULL if it has none: what scopes have a say in, without ids and
 * times. Members that are null, empty objects, lists and texts are left out.
 *   level transaction source fingerprint user request tags extra contexts flags crumbs attachments
 *   total   of all crumbs, if some were dropped
 *   trace   the trace id
 * The caller's to delete. Ends the program if it is no envelope. */
cJSON *envelope_event(const char *text, size_t len);

#endif
