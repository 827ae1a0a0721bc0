/* What this process was started with, made fit to work with. */
#ifndef SH_PROCESS_H
#define SH_PROCESS_H

#include <stdbool.h>

/* Standard descriptors that are closed are filled, so that no socket gets their numbers; what
 * is written there fails as before, and a program started from here finds them closed. SIGPIPE is
 * ignored. */
void sh_process_prepare(void);
bool sh_process_ignored_pipe(void);

#endif
