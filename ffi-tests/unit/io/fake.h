/* A transport that the test plays: it keeps what was started, and answers when it is told to. */
#ifndef TSN_UNIT_IO_FAKE_H
#define TSN_UNIT_IO_FAKE_H

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/sync.h"
#include "io/transport.h"

#define UNIT_FAKE_MAX 512

typedef struct unit_fake {
    tsn_transport base;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* Guarded by lock. */
    bool is_woken;
    bool answers_at_once; /* with `status` */
    int status;           /* 0: no answer */
    size_t to_answer;     /* of those that wait, oldest first */
    size_t started;
    size_t waiting_max;
    size_t cancelled;
    size_t polls;
    tsn_list waiting;
    size_t waiting_count;
    char *bodies[UNIT_FAKE_MAX]; /* of the first ones, NUL-terminated */
    bool is_gone;                /* fini was called */
} unit_fake;

static inline unit_fake *unit_fake_of(tsn_transport *transport)
{
    return (unit_fake *)(void *)transport;
}

static inline void unit_fake_start(tsn_transport *transport, tsn_transfer *transfer)
{
    unit_fake *fake = unit_fake_of(transport);
    pthread_mutex_lock(&fake->lock);
    transport->running++;
    if (fake->started < UNIT_FAKE_MAX) {
        fake->bodies[fake->started] = calloc(1, transfer->body.len + 1);
        memcpy(fake->bodies[fake->started], transfer->body.data, transfer->body.len);
    }
    fake->started++;
    tsn_list_push_back(&fake->waiting, &transfer->node);
    if (++fake->waiting_count > fake->waiting_max) fake->waiting_max = fake->waiting_count;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->lock);
}

static inline tsn_transfer *unit_fake_next(unit_fake *fake)
{
    if (!fake->answers_at_once && fake->to_answer == 0) return NULL;
    tsn_list *node = tsn_list_pop_front(&fake->waiting);
    if (node == NULL) return NULL;
    if (!fake->answers_at_once) fake->to_answer--;
    fake->waiting_count--;
    tsn_transfer *transfer = TSN_CONTAINER_OF(node, tsn_transfer, node);
    transfer->went_out = true;
    if (fake->status != 0) tsn_response_set_status(&transfer->response, fake->status);
    if (fake->status == 0) tsn_transfer_fail(transfer, "as the test wants it");
    return transfer;
}

static inline void unit_fake_poll(tsn_transport *transport, int64_t timeout_ms)
{
    unit_fake *fake = unit_fake_of(transport);
    pthread_mutex_lock(&fake->lock);
    fake->polls++;
    bool can_wait = timeout_ms != 0;
    for (;;) {
        tsn_transfer *transfer = unit_fake_next(fake);
        if (transfer == NULL && (!can_wait || fake->is_woken)) break;
        if (transfer == NULL) {
            pthread_cond_wait(&fake->changed, &fake->lock);
            continue;
        }
        can_wait = false;
        transport->running--;
        pthread_mutex_unlock(&fake->lock);
        transfer->finish(transfer, transfer->context);
        pthread_mutex_lock(&fake->lock);
    }
    fake->is_woken = false;
    pthread_mutex_unlock(&fake->lock);
}

static inline void unit_fake_wake(tsn_transport *transport)
{
    unit_fake *fake = unit_fake_of(transport);
    pthread_mutex_lock(&fake->lock);
    fake->is_woken = true;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->lock);
}

static inline void unit_fake_cancel_all(tsn_transport *transport)
{
    unit_fake *fake = unit_fake_of(transport);
    pthread_mutex_lock(&fake->lock);
    while (tsn_list_pop_front(&fake->waiting) != NULL) {
        fake->cancelled++;
        transport->running--;
    }
    fake->waiting_count = 0;
    pthread_mutex_unlock(&fake->lock);
}

static inline void unit_fake_fini(tsn_transport *transport)
{
    unit_fake *fake = unit_fake_of(transport);
    pthread_mutex_lock(&fake->lock);
    fake->is_gone = true;
    pthread_mutex_unlock(&fake->lock);
}

static inline void unit_fake_forsake(tsn_transport *transport)
{
    unit_fake_of(transport)->is_gone = true;
}

static inline unit_fake *unit_fake_new(int status, bool answers_at_once)
{
    static const tsn_transport_ops ops = {unit_fake_start,      unit_fake_poll, unit_fake_wake,
                                          unit_fake_cancel_all, unit_fake_fini, unit_fake_forsake};
    unit_fake *fake = calloc(1, sizeof *fake);
    fake->base.ops = &ops;
    fake->status = status;
    fake->answers_at_once = answers_at_once;
    pthread_mutex_init(&fake->lock, NULL);
    pthread_cond_init(&fake->changed, NULL);
    tsn_list_init(&fake->waiting);
    return fake;
}

static inline void unit_fake_free(unit_fake *fake)
{
    for (size_t i = 0; i < UNIT_FAKE_MAX; i++) free(fake->bodies[i]);
    pthread_mutex_destroy(&fake->lock);
    pthread_cond_destroy(&fake->changed);
    free(fake);
}

/* Lets the oldest `count` have their answer. */
static inline void unit_fake_answer(unit_fake *fake, size_t count, int status)
{
    pthread_mutex_lock(&fake->lock);
    fake->to_answer += count;
    fake->status = status;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->lock);
}

static inline void unit_fake_wait_started(unit_fake *fake, size_t count)
{
    pthread_mutex_lock(&fake->lock);
    while (fake->started < count) pthread_cond_wait(&fake->changed, &fake->lock);
    pthread_mutex_unlock(&fake->lock);
}

static inline size_t unit_fake_started(unit_fake *fake)
{
    pthread_mutex_lock(&fake->lock);
    size_t started = fake->started;
    pthread_mutex_unlock(&fake->lock);
    return started;
}

#endif
