/* tocsin's own log lines: what happened inside, said to people, never captured as an event.
 *
 * One log a client. A line has a stable id ("transport.refused"), a level and a text without
 * secrets. A line that a caller's thread causes goes to the sink (the `log` hook, or standard
 * error); a line of the worker never does, since it must not enter a foreign runtime: it waits in a
 * ring of 64 notices until the host asks, and goes to standard error only when no sink is set.
 * Debug and info lines are made only while `debug` is on; warnings and errors always become
 * notices. What a sink itself causes does not come back to it: it only becomes a notice. The first
 * broken assertion of the process (see house.h) becomes one notice of each client. */
#ifndef TSN_BASE_DIAG_H
#define TSN_BASE_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "base/sync.h"

typedef struct tsn_diag_line {
    int32_t level; /* TOCSIN_LEVEL_DEBUG to TOCSIN_LEVEL_ERROR */
    tsn_slice id;
    tsn_slice text;
} tsn_diag_line;

/* Called on the thread that caused the line, no lock held; the line is borrowed for the call. */
typedef void (*tsn_diag_sink)(void *user, const tsn_diag_line *line);

typedef struct tsn_diag tsn_diag;

/* NULL: no memory. */
tsn_diag *tsn_diag_new(bool debug);
void tsn_diag_free(tsn_diag *diag);
/* Before the first line; `user` is borrowed. Without one, lines go to standard error while `debug`
 * is on. */
void tsn_diag_set_sink(tsn_diag *diag, tsn_diag_sink sink, void *user);
bool tsn_diag_wants(const tsn_diag *diag, int32_t level);
/* From a caller's thread. `diag` NULL: nothing happens. Text is cut at 1,000 bytes. */
void tsn_diag_log(tsn_diag *diag, int32_t level, const char *id, const char *format, ...)
    TSN_PRINTF(4, 5);
/* A sink that the calling thread was in has been left by longjmp or an exception. */
void tsn_diag_sink_left(void);
/* From the worker, and where no hook may run. */
void tsn_diag_note(tsn_diag *diag, int32_t level, const char *id, const char *format, ...)
    TSN_PRINTF(4, 5);
/* Appends the oldest notice as "level id: text" and removes it; false: none. Any thread. */
bool tsn_diag_next(tsn_diag *diag, tsn_buf *out);
/* Notices lost because nobody took them, or for want of memory. Any thread. */
uint64_t tsn_diag_overrun(tsn_diag *diag);

#endif
