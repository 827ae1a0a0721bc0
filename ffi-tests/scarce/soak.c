/* A long run in a short time: a scope forked for each event, against a server that is there for a
 * third of a second and away for another. */
#include <arpa/inet.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tocsin/c.h>

#include "scarce.h"
#include "space.h"

#define EVENTS 2000000
#define EVENTS_NIGHTLY 10000000
#define FLAP_MS 333
#define GROWTH_MAX_KIB 1024
#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

static int listen_somewhere(int *port)
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof place;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&place, size) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&place, &size) != 0) {
        return -1;
    }
    *port = ntohs(place.sin_port);
    return fd;
}

/* Reads one request, whose head comes in one piece here; false: the connection is over. */
static bool read_request(int fd)
{
    static char room[65536];
    ssize_t count = read(fd, room, sizeof room - 1);
    if (count <= 0) return false;
    room[count] = '\0';
    const char *length = strstr(room, "Content-Length: ");
    const char *body = strstr(room, "\r\n\r\n");
    if (length == NULL || body == NULL) return false;
    long left = strtol(length + 16, NULL, 10) - (long)(room + count - (body + 4));
    while (left > 0 && (count = read(fd, room, sizeof room)) > 0) left -= count;
    return left <= 0;
}

static bool is_away(void)
{
    return scarce_now_ms() / FLAP_MS % 2 == 1;
}

static void serve(int listening)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_IGN);
    for (int fd; (fd = accept(listening, NULL, NULL)) >= 0; close(fd)) {
        if (is_away() || fork() != 0) continue;
        while (read_request(fd) && !is_away() &&
               write(fd, ANSWER, sizeof ANSWER - 1) == (ssize_t)sizeof ANSWER - 1) {
        }
        _exit(0);
    }
    _exit(0);
}

static int entries(const char *path)
{
    int count = 0;
    DIR *folder = opendir(path);
    if (folder == NULL) return -1;
    while (readdir(folder) != NULL) count++;
    closedir(folder);
    return count;
}

/* So many events, and more until one found the queue full if there is to be one. */
static bool capture_some(tocsin_scope root, long count, bool is_to_be_full)
{
    bool is_well = true;
    for (long i = 0; (i < count || is_to_be_full) && is_well; i++) {
        tocsin_scope scope = tocsin_scope_fork(root);
        tocsin_tag(scope, "number", i % 2 == 0 ? "even" : "odd");
        tocsin_scope_add_breadcrumb(scope, TOCSIN_Z("{\"message\":\"m\"}"), NULL);
        tocsin_status st = tocsin_scope_capture_message(scope, TOCSIN_Z("m"), 0, 0, NULL, NULL);
        EXPECT(is_well, st == TOCSIN_OK || st == TOCSIN_E_FULL);
        if (st == TOCSIN_E_FULL) is_to_be_full = false;
        EXPECT(is_well, tocsin_handle_close(scope) == TOCSIN_OK);
    }
    return is_well;
}

static bool soak(void)
{
    int port = 0;
    int listening = listen_somewhere(&port);
    fflush(stdout);
    pid_t server = fork();
    if (server == 0) serve(listening);
    char more[64];
    snprintf(more, sizeof more, "\"dsn\":\"http://key@127.0.0.1:%d/1\",", port);
    tocsin_scope scope;
    bool is_well = listening >= 0 && server > 0;
    long events = (scarce_is_nightly() ? EVENTS_NIGHTLY : EVENTS) / SCARCE_SLOWDOWN;
    tocsin_client client = scarce_open(more, &scope);
    space_most_used();                                /* from here on */
    is_well &= capture_some(scope, events / 4, true); /* until all that is kept is there */
    long before = space_most_used();
    int threads = entries("/proc/self/task"), files = entries("/proc/self/fd");
    is_well &= capture_some(scope, events, false);
    long growth = (space_most_used() - before) / 1024;
    printf("  %ld events, %ld KiB more, descriptors %d to %d\n", events, growth, files,
           entries("/proc/self/fd"));
    EXPECT(is_well, growth <= GROWTH_MAX_KIB);
    EXPECT(is_well, entries("/proc/self/task") <= threads);
    EXPECT(is_well,
           entries("/proc/self/fd") <= files + 8); /* as many connections as there may be */
    EXPECT(is_well, tocsin_handle_count(TOCSIN_KIND_SCOPE) == 1);
    EXPECT(is_well, scarce_books_agree(client));
    is_well &= scarce_closes_well(client, scope, 2000);
    if (server > 0) kill(server, SIGKILL);
    return is_well;
}

const scarce_case cases_of_soaking[] = {
    {"OVL-6 a scope for each event and a server that comes and goes: nothing grows", soak},
    {NULL, NULL},
};
