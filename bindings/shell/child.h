/* Runs a command as if it had been started in our place: signals go on to it, and what it writes to
 * standard error goes on too, with its end kept. There must be no other threads. */
#ifndef SH_CHILD_H
#define SH_CHILD_H

#include <stdint.h>

#include "text.h"

typedef struct sh_child {
    sh_text tail; /* of standard error, see tail.h */
    int64_t took_ms;
    int start_error;      /* an errno: it could not be started */
    int wait_status;      /* of waitpid, unless it could not */
    bool was_told_to_end; /* by a signal that we were sent too */
} sh_child;

/* `ignores_pipe`: whether SIGPIPE was ignored when this program started. With
 * `keeps_stderr`, standard error passes through us. */
void sh_child_run(sh_child *child, char **words, bool keeps_stderr, bool ignores_pipe);
/* The code that a shell would see. */
int sh_child_code(const sh_child *child);
void sh_child_fini(sh_child *child);

#endif
