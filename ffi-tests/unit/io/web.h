/* A scripted HTTP server inside the test: plain sockets on loopback, a thread a connection, every
 * request kept byte for byte. It answers the n-th request with the n-th reply of its script, the
 * last one again and again. */
#ifndef TSN_UNIT_IO_WEB_H
#define TSN_UNIT_IO_WEB_H

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/slice.h"

#define UNIT_WEB_CONNECTIONS 64
#define UNIT_WEB_REQUESTS 4096

#define UNIT_WEB_OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

typedef struct unit_reply {
    const char *text; /* written as it is; NULL: nothing */
    bool holds;       /* then keeps the connection open, silent */
    bool hangs_up;    /* then closes it */
    size_t repeats;   /* `tail` is written so many times after the text */
    const char *tail;
} unit_reply;

typedef struct unit_web {
    int fd;
    uint16_t port;
    pthread_t acceptor;
    const unit_reply *script;
    size_t script_len;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* Guarded by lock. */
    bool is_stopping;
    bool is_paused;     /* requests are read, not yet answered */
    size_t connections; /* ever */
    size_t open;
    size_t open_max;
    int fds[UNIT_WEB_CONNECTIONS];
    pthread_t threads[UNIT_WEB_CONNECTIONS];
    size_t requests;
    char *texts[UNIT_WEB_REQUESTS];
    size_t lens[UNIT_WEB_REQUESTS];
} unit_web;

typedef struct unit_web_connection {
    unit_web *web;
    size_t idx;
} unit_web_connection;

/* Reads one request; 0: the other side has gone. */
static inline size_t unit_web_read(int fd, char **text)
{
    size_t len = 0;
    size_t cap = 1 << 16;
    size_t need = 0;
    *text = malloc(cap);
    while (need == 0 || len < need) {
        if (len + 1 >= cap) *text = realloc(*text, cap *= 2);
        ssize_t got = read(fd, *text + len, cap - len - 1);
        if (got <= 0) break;
        len += (size_t)got;
        (*text)[len] = '\0';
        const char *end = need == 0 ? strstr(*text, "\r\n\r\n") : NULL;
        if (end == NULL) continue;
        const char *length = strstr(*text, "Content-Length: ");
        size_t body = length != NULL && length < end ? strtoul(length + 16, NULL, 10) : 0;
        need = (size_t)(end + 4 - *text) + body;
    }
    if (need != 0 && len >= need) return len;
    free(*text);
    return 0;
}

/* Keeps the request and finds its reply; waits while the server is paused. */
static inline const unit_reply *unit_web_note(unit_web *web, char *text, size_t len)
{
    pthread_mutex_lock(&web->lock);
    size_t idx = web->requests++;
    ck_assert(idx < UNIT_WEB_REQUESTS);
    web->texts[idx] = text;
    web->lens[idx] = len;
    pthread_cond_broadcast(&web->changed);
    while (web->is_paused && !web->is_stopping) pthread_cond_wait(&web->changed, &web->lock);
    pthread_mutex_unlock(&web->lock);
    return &web->script[idx < web->script_len ? idx : web->script_len - 1];
}

static inline bool unit_web_write(int fd, const char *text)
{
    size_t len = text == NULL ? 0 : strlen(text);
    while (len > 0) {
        ssize_t put = send(fd, text, len, MSG_NOSIGNAL);
        if (put <= 0) return false;
        text += put;
        len -= (size_t)put;
    }
    return true;
}

/* False: the connection is at its end. */
static inline bool unit_web_answer(int fd, const unit_reply *reply)
{
    bool ok = unit_web_write(fd, reply->text);
    for (size_t i = 0; ok && i < reply->repeats; i++) ok = unit_web_write(fd, reply->tail);
    if (reply->holds) {
        char byte;
        while (read(fd, &byte, 1) > 0) continue;
    }
    return ok && !reply->holds && !reply->hangs_up;
}

static inline void *unit_web_serve(void *context)
{
    unit_web_connection connection = *(unit_web_connection *)context;
    unit_web *web = connection.web;
    int fd = web->fds[connection.idx];
    char *text;
    size_t len;
    free(context);
    while ((len = unit_web_read(fd, &text)) > 0) {
        if (!unit_web_answer(fd, unit_web_note(web, text, len))) break;
    }
    pthread_mutex_lock(&web->lock);
    shutdown(fd, SHUT_RDWR);
    web->open--;
    pthread_cond_broadcast(&web->changed);
    pthread_mutex_unlock(&web->lock);
    return NULL;
}

static inline void *unit_web_accept(void *context)
{
    unit_web *web = context;
    for (;;) {
        int fd = accept(web->fd, NULL, NULL);
        if (fd < 0) return NULL;
        pthread_mutex_lock(&web->lock);
        size_t idx = web->connections;
        ck_assert(idx < UNIT_WEB_CONNECTIONS);
        web->connections++;
        web->fds[idx] = fd;
        if (++web->open > web->open_max) web->open_max = web->open;
        unit_web_connection *connection = malloc(sizeof *connection);
        *connection = (unit_web_connection){web, idx};
        pthread_create(&web->threads[idx], NULL, unit_web_serve, connection);
        pthread_cond_broadcast(&web->changed);
        pthread_mutex_unlock(&web->lock);
    }
}

static inline unit_web *unit_web_start(const unit_reply *script, size_t script_len)
{
    unit_web *web = calloc(1, sizeof *web);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    web->script = script;
    web->script_len = script_len;
    pthread_mutex_init(&web->lock, NULL);
    pthread_cond_init(&web->changed, NULL);
    web->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(web->fd, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(web->fd, 64), 0);
    getsockname(web->fd, (struct sockaddr *)&address, &size);
    web->port = ntohs(address.sin_port);
    pthread_create(&web->acceptor, NULL, unit_web_accept, web);
    return web;
}

static inline void unit_web_pause(unit_web *web, bool on)
{
    pthread_mutex_lock(&web->lock);
    web->is_paused = on;
    pthread_cond_broadcast(&web->changed);
    pthread_mutex_unlock(&web->lock);
}

/* Waits until so many requests have been read whole. */
static inline void unit_web_wait(unit_web *web, size_t requests)
{
    pthread_mutex_lock(&web->lock);
    while (web->requests < requests) pthread_cond_wait(&web->changed, &web->lock);
    pthread_mutex_unlock(&web->lock);
}

static inline size_t unit_web_requests(unit_web *web)
{
    pthread_mutex_lock(&web->lock);
    size_t requests = web->requests;
    pthread_mutex_unlock(&web->lock);
    return requests;
}

/* The n-th request as it came; alive until the server is stopped. */
static inline tsn_slice unit_web_request(unit_web *web, size_t idx)
{
    pthread_mutex_lock(&web->lock);
    ck_assert(idx < web->requests);
    tsn_slice text = {web->texts[idx], web->lens[idx]};
    pthread_mutex_unlock(&web->lock);
    return text;
}

static inline tsn_slice unit_web_body(unit_web *web, size_t idx)
{
    tsn_slice text = unit_web_request(web, idx);
    size_t head = (size_t)(strstr(text.data, "\r\n\r\n") + 4 - text.data);
    return tsn_slice_sub(text, head, text.len);
}

static inline void unit_web_stop(unit_web *web)
{
    pthread_mutex_lock(&web->lock);
    web->is_stopping = true;
    pthread_cond_broadcast(&web->changed);
    pthread_mutex_unlock(&web->lock);
    shutdown(web->fd, SHUT_RDWR);
    pthread_join(web->acceptor, NULL);
    for (size_t i = 0; i < web->connections; i++) {
        shutdown(web->fds[i], SHUT_RDWR);
        pthread_join(web->threads[i], NULL);
        close(web->fds[i]);
    }
    for (size_t i = 0; i < web->requests; i++) free(web->texts[i]);
    close(web->fd);
    pthread_mutex_destroy(&web->lock);
    pthread_cond_destroy(&web->changed);
    free(web);
}

#endif
