/* One mutex and one condition for a program whose busiest hour is a test run. */
#include "server.h"

#include <errno.h>
#include <stdint.h>
#include <time.h>

void srv_server_init(struct srv_server *server)
{
    pthread_condattr_t attributes;
    *server = (struct srv_server){.store.keep_max = SIZE_MAX, .last_use = srv_now()};
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

void srv_server_fini(struct srv_server *server)
{
    srv_script_clear(&server->script);
    srv_store_clear(&server->store);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
}

void srv_server_lock(struct srv_server *server)
{
    pthread_mutex_lock(&server->lock);
}

void srv_server_unlock(struct srv_server *server)
{
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

static long long now_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

long long srv_now(void)
{
    return now_of(CLOCK_MONOTONIC);
}

long long srv_now_wall(void)
{
    return now_of(CLOCK_REALTIME);
}

bool srv_server_wait_locked(struct srv_server *server, long long deadline)
{
    struct timespec until = {.tv_sec = (time_t)(deadline / 1000),
                             .tv_nsec = (long)(deadline % 1000) * 1000000};
    if (server->stopping || srv_now() >= deadline) return false;
    int outcome = pthread_cond_timedwait(&server->changed, &server->lock, &until);
    return outcome != ETIMEDOUT && !server->stopping;
}
