/* The way into libraries that cannot bear what a process does at its end or when it is copied:
 * libcurl and what it speaks TLS with. They take themselves apart at exit while our threads still
 * run, and a child of fork inherits locks that one of our threads held in them. Whoever calls into
 * them passes this gate, for as long as the call lasts. Exit closes it for good and fork for the
 * time, and both wait, though not for ever, until nobody is inside. Any thread. */
#ifndef TSN_IO_EXIT_GATE_H
#define TSN_IO_EXIT_GATE_H

#include <stdbool.h>

#define TSN_EXIT_GATE_WAIT_MS 1000     /* real time granted to a call at the end of the process */
#define TSN_EXIT_GATE_FORK_WAIT_MS 100 /* and when it is copied */

/* After those libraries were set up, since what was registered last with atexit runs first; again
 * and again. */
void tsn_exit_gate_watch(void);
/* True: the caller is inside until it leaves. False: the process is at its end. Waits while the
 * process is being copied. */
bool tsn_exit_gate_enter(void);
void tsn_exit_gate_leave(void);

#endif
