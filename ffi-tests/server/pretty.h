/* Events for people. */
#ifndef SRV_PRETTY_H
#define SRV_PRETTY_H

#include "envelope.h"

#include <stdio.h>

/* Prints each item of a well-formed envelope: an event in full, anything else in a line. Escape
 * sequences for colour only with `colour`; control bytes of what was sent never reach the terminal.
 */
void srv_pretty_print(FILE *out, const struct srv_envelope *envelope, bool colour);

#endif
