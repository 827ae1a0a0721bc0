/* The way into libraries that take themselves apart when the process exits, while our threads still
 * run: those that libcurl speaks TLS with. Whoever calls into them passes this gate, for as long as
 * the call lasts; exit closes it for good and waits, though not for ever, until nobody is inside.
 * Any thread. */
#ifndef TSN_IO_EXIT_GATE_H
#define TSN_IO_EXIT_GATE_H

#include <stdbool.h>

#define TSN_EXIT_GATE_WAIT_MS 1000 /* real time granted to a call at the end of the process */

/* After those libraries were set up, since what was registered last with atexit runs first; again
 * and again. */
void tsn_exit_gate_watch(void);
/* True: the caller is inside until it leaves. False: the process is at its end. */
bool tsn_exit_gate_enter(void);
void tsn_exit_gate_leave(void);

#endif
