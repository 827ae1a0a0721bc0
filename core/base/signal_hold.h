/* Holds back the one signal that a write can raise on its own thread: SIGXFSZ, which ends a process
 * whose file-size limit was met. Each hold belongs to one thread and one call. */
#ifndef TSN_BASE_SIGNAL_HOLD_H
#define TSN_BASE_SIGNAL_HOLD_H

#include <stdbool.h>

typedef struct tsn_signal_hold {
    bool was_blocked; /* or waiting already: not ours to take */
} tsn_signal_hold;

void tsn_signal_hold_begin(tsn_signal_hold *hold);
/* Takes the signal away if it came meanwhile. */
void tsn_signal_hold_end(tsn_signal_hold *hold);

#endif
