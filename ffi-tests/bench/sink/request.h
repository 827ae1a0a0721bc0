/* As much of HTTP/1.1 as is needed to see where a request ends and which event it brings. */
#ifndef SINK_REQUEST_H
#define SINK_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#define SINK_ID_DIGITS 32

/* Bytes of the whole request at the start of `text`; 0: there is more to come. */
size_t sink_request_len(const char *text, size_t len);

/* The event id in the first line of the envelope of a whole request, without dashes; false: it
 * brings no event. */
bool sink_request_id(const char *text, size_t len, char id[SINK_ID_DIGITS]);

#endif
