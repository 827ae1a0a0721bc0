/* What all threads of the server share. One lock guards it all; `changed` is signalled whenever a
 * test could be waiting for what just happened. */
#ifndef SRV_SERVER_H
#define SRV_SERVER_H

#include "script.h"
#include "store.h"

#include <pthread.h>

struct srv_server {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* on the monotonic clock */
    bool stopping;
    bool quit_asked; /* end once that request has its answer */
    bool pretty;
    bool colour;
    size_t releases; /* of held answers, so far */
    size_t busy;     /* ingest requests between their header and their answer */
    long long last_use;
    struct srv_demands demands;
    struct srv_script script;
    struct srv_store store;
};

void srv_server_init(struct srv_server *server);
void srv_server_fini(struct srv_server *server);
void srv_server_lock(struct srv_server *server);

/* Signals `changed` and unlocks. */
void srv_server_unlock(struct srv_server *server);

/* Milliseconds. */
long long srv_now(void);      /* since some start, never going back */
long long srv_now_wall(void); /* since 1970 */

/* Waits, with the lock held, until something changed or the time `deadline` of srv_now came; false:
 * it came, or the server stops. */
bool srv_server_wait_locked(struct srv_server *server, long long deadline);

#endif
