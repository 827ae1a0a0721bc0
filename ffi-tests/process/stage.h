/* What the cases share: a client, a journal of what was captured, children that must not hang.
 *
 * The journal is a file that all processes of a case append to, a line at a time:
 *   captured ID WHO         the library has taken an event, which must arrive once
 *   stats WHO JSON          statistics at the end of a process
 *   failed TEXT             what went wrong */
#ifndef PROCESS_STAGE_H
#define PROCESS_STAGE_H

#include <stdbool.h>
#include <sys/types.h>

#include <tocsin/c.h>

#define HANG_MS 60000 /* what takes longer hangs; it takes a hundredth */

/* Where the case runs. */
extern const char *stage_dsn;
extern long stage_count;
extern char *stage_journal_path;

void stage_journal_open(char *path);
void stage_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define STAGE_EXPECT(cond) ((cond) ? (void)0 : stage_fail("%s:%d: %s", __FILE__, __LINE__, #cond))

/* Options for the case's server; `json` has more. */
tocsin_options stage_options(const char *json);
tocsin_client stage_open(const char *json);
/* Captures a message, which goes into the journal if it was taken. */
tocsin_status stage_capture(tocsin_scope scope, const char *who, int number);
/* The line for an event that was captured by other means. */
void stage_note_captured(const char *id, const char *who);
void stage_stats(tocsin_client client, const char *who);
/* Flushes, writes the statistics, and closes. */
void stage_end(tocsin_client client, const char *who);

/* Whether a child that was made at that time has ended, which must be by exit(0) and in time; one
 * that hangs is killed. */
bool stage_child_has_ended(pid_t child, const char *who, long since_ms);
/* Waits for one. */
void stage_wait_child(pid_t child, const char *who);
/* A moment, between two looks. */
void stage_pause(void);
long stage_now_ms(void);
/* Whether there is time for the long forms of cases. */
bool stage_is_nightly(void);
/* How many threads the process has. */
int stage_threads(void);

typedef struct stage_case {
    const char *name;
    void (*run)(void);
} stage_case;

/* Each ends with a row without a name. */
extern const stage_case stage_storm_cases[];
extern const stage_case stage_fork_cases[];
extern const stage_case stage_exec_cases[];
extern const stage_case stage_exit_cases[];
extern const stage_case stage_signal_cases[];

#endif
