/* A client for the length of one command: the options that all commands share, the events that are
 * sent, and what became of them. */
#ifndef SH_SESSION_H
#define SH_SESSION_H

#include <tocsin.h>

#include "options.h"

typedef struct sh_session {
    tocsin_options options;
    tocsin_client client;
    tocsin_scope scope;
    const char *cache_dir; /* NULL: events do not go to disk */
    int64_t timeout_ms;
} sh_session;

extern const sh_option sh_session_options[];
extern const char sh_exit_codes[]; /* lines for --help */

/* Begins with defaults. */
bool sh_session_init(sh_session *session);
/* Takes an option of the table; *is_known: it is one. False: it was refused, which was said. */
bool sh_session_take(sh_session *session, int key, const char *value, bool *is_known);
/* SH_DONE, or a code to end with, which was said. */
int sh_session_open(sh_session *session);
/* Waits until the event that was captured with this outcome was taken by the server or is on disk,
 * and closes the client. A code to end with; why it is not SH_DONE was said. */
int sh_session_deliver(sh_session *session, tocsin_status captured, const char *event_id);
/* What the server answered and the client noticed. */
void sh_session_tell(const sh_session *session);
/* For all events of this client: a count of the statistics by its name, such as `delivered`. */
int64_t sh_session_count(const sh_session *session, const char *name);
/* All that were lost or refused. */
int64_t sh_session_count_lost(const sh_session *session);
void sh_session_fini(sh_session *session);

#endif
