/* A server that does as little as a server can, so that a benchmark is about the client:
 *
 *   bench_sink DELAY_MS LOSE_EVERY
 *
 * Prints "port N". Answers each request after DELAY_MS; every LOSE_EVERY-th request (0: none) it
 * forgets, and hangs up instead of answering. On SIGTERM it prints a line of JSON and ends: how
 * many different events came, requests, bytes, those forgotten, connections at most at a time,
 * seconds from the first event to the last. One thread. */
#include "ids.h"
#include "request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS_AT_A_TIME = 64, READ_BYTES = 64 * 1024, REQUEST_MAX = 16 * 1024 * 1024 };

struct peer {
    int fd;
    char *text;
    size_t len;
    size_t cap;
    double due; /* when the answer to the whole request at the start of text goes; 0: none waits */
    size_t request_len;
    bool is_gone;      /* it hung up, or so it said, before its answer was due */
    struct peer *next; /* of those that wait for an answer, the first due first */
};

static struct {
    int poll;
    int listener;
    double delay_s;
    unsigned long lose_every;
    struct peer *first_due;
    struct peer **last_due;
    struct sink_ids ids;
    unsigned long requests, lost, open, most_open;
    unsigned long long bytes;
    double first_event, last_event;
} sink;

static volatile sig_atomic_t told_to_end;

static void end(int number)
{
    (void)number;
    told_to_end = 1;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void hang_up(struct peer *peer)
{
    close(peer->fd);
    free(peer->text);
    free(peer);
    sink.open--;
}

static void note_event(const struct peer *peer)
{
    char id[SINK_ID_DIGITS];
    if (!sink_request_id(peer->text, peer->request_len, id)) return;
    if (!sink_ids_add(&sink.ids, id)) return;
    sink.last_event = now_s();
    if (sink.ids.count == 1) sink.first_event = sink.last_event;
}

static void answer(struct peer *peer)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                               "Content-Length: 2\r\n\r\n{}";
    if (send(peer->fd, text, sizeof text - 1, MSG_NOSIGNAL) < 0) return;
    peer->len -= peer->request_len;
    memmove(peer->text, peer->text + peer->request_len, peer->len);
}

static void wait_for_answer(struct peer *peer)
{
    peer->due = now_s() + sink.delay_s;
    peer->next = NULL;
    *sink.last_due = peer;
    sink.last_due = &peer->next;
}

/* What is at the start of the peer's text, as long as that is a whole request. False: hung up. */
static bool take_requests(struct peer *peer)
{
    while (peer->due == 0 && (peer->request_len = sink_request_len(peer->text, peer->len)) > 0) {
        sink.requests++;
        sink.bytes += peer->request_len;
        if (sink.lose_every > 0 && sink.requests % sink.lose_every == 0) {
            sink.lost++;
            hang_up(peer);
            return false;
        }
        note_event(peer);
        if (sink.delay_s > 0) {
            wait_for_answer(peer);
        } else {
            answer(peer);
        }
    }
    return true;
}

static void read_more(struct peer *peer)
{
    if (peer->cap - peer->len < READ_BYTES) {
        peer->cap = peer->cap * 2 + READ_BYTES;
        peer->text = realloc(peer->text, peer->cap);
        if (peer->text == NULL || peer->cap > 4 * (size_t)REQUEST_MAX) exit(3);
    }
    ssize_t got = recv(peer->fd, peer->text + peer->len, READ_BYTES, MSG_DONTWAIT);
    if (got > 0) {
        peer->len += (size_t)got;
        take_requests(peer);
        return;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    peer->is_gone = true;
    if (peer->due == 0) {
        hang_up(peer);
    } else {
        epoll_ctl(sink.poll, EPOLL_CTL_DEL, peer->fd, NULL);
    }
}

static void take_connection(void)
{
    int on = 1;
    int fd = accept4(sink.listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct peer *peer = calloc(1, sizeof *peer);
    if (peer == NULL) exit(3);
    peer->fd = fd;
    struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = peer};
    epoll_ctl(sink.poll, EPOLL_CTL_ADD, fd, &wanted);
    if (++sink.open > sink.most_open) sink.most_open = sink.open;
}

static void answer_due(void)
{
    while (sink.first_due != NULL && sink.first_due->due <= now_s()) {
        struct peer *peer = sink.first_due;
        sink.first_due = peer->next;
        if (sink.first_due == NULL) sink.last_due = &sink.first_due;
        peer->due = 0;
        answer(peer);
        if (peer->is_gone) {
            hang_up(peer);
        } else {
            take_requests(peer);
        }
    }
}

static struct timespec until_next(void)
{
    double left = sink.first_due == NULL ? 1.0 : sink.first_due->due - now_s();
    if (left < 0) left = 0;
    return (struct timespec){.tv_sec = (time_t)left,
                             .tv_nsec = (long)((left - (double)(time_t)left) * 1e9)};
}

static void serve(const sigset_t *signals_while_waiting)
{
    struct epoll_event events[EVENTS_AT_A_TIME];
    while (!told_to_end) {
        struct timespec wait = until_next();
        int count = epoll_pwait2(sink.poll, events, EVENTS_AT_A_TIME, &wait, signals_while_waiting);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == NULL) {
                take_connection();
            } else {
                read_more(events[i].data.ptr);
            }
        }
        answer_due();
    }
}

static unsigned listen_on_loopback(void)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof here;
    struct epoll_event wanted = {.events = EPOLLIN};
    sink.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sink.poll = epoll_create1(EPOLL_CLOEXEC);
    if (bind(sink.listener, (struct sockaddr *)&here, len) != 0) exit(3);
    if (listen(sink.listener, 512) != 0) exit(3);
    if (epoll_ctl(sink.poll, EPOLL_CTL_ADD, sink.listener, &wanted) != 0) exit(3);
    getsockname(sink.listener, (struct sockaddr *)&here, &len);
    return ntohs(here.sin_port);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s DELAY_MS LOSE_EVERY\n", argv[0]);
        return 2;
    }
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    signal(SIGTERM, end);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sink.delay_s = strtod(argv[1], NULL) / 1e3;
    sink.lose_every = strtoul(argv[2], NULL, 10);
    sink.last_due = &sink.first_due;
    printf("port %u\n", listen_on_loopback());
    fflush(stdout);
    serve(&before);
    printf("{\"events\":%zu,\"requests\":%lu,\"bytes\":%llu,\"lost\":%lu,\"connections\":%lu,"
           "\"seconds\":%.4f}\n",
           sink.ids.count, sink.requests, sink.bytes, sink.lost, sink.most_open,
           sink.last_event - sink.first_event);
    sink_ids_free(&sink.ids);
    return 0;
}
