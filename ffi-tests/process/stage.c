/* Lines are written whole, by one write to a file opened for appending, so that those of several
 * processes do not mix. */
#include "stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINE_SIZE = 4096 };

const char *stage_dsn;
long stage_count;
char *stage_journal_path;
static int journal = -1;

/* High up, where a case that closes what it finds does not look. */
enum { JOURNAL_FD = 200 };

void stage_journal_open(char *path)
{
    stage_journal_path = path;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    journal = fcntl(fd, F_DUPFD_CLOEXEC, JOURNAL_FD);
    close(fd);
}

static void write_line(const char *line, int len)
{
    if (len >= LINE_SIZE) len = LINE_SIZE - 1;
    if (write(journal, line, (size_t)len) != len) _exit(90);
}

void stage_fail(const char *format, ...)
{
    char text[LINE_SIZE - 16];
    char line[LINE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    write_line(line, snprintf(line, sizeof line, "failed %s\n", text));
}

tocsin_options stage_options(const char *json)
{
    tocsin_options options = tocsin_options_new();
    tocsin_option(options, "dsn", stage_dsn);
    if (tocsin_options_set_json(options, json, -1) < 0) stage_fail("options: %s", json);
    return options;
}

tocsin_client stage_open(const char *json)
{
    tocsin_options options = stage_options(json);
    tocsin_client client = tocsin_client_open(options);
    if (client < 0) stage_fail("open: %d", (int)client);
    tocsin_handle_close(options);
    return client;
}

void stage_note_captured(const char *id, const char *who)
{
    char line[128];
    write_line(line, snprintf(line, sizeof line, "captured %s %s\n", id, who));
}

tocsin_status stage_capture(tocsin_scope scope, const char *who, int number)
{
    char text[64];
    char id[TOCSIN_EVENT_ID_SIZE];
    snprintf(text, sizeof text, "%s %d", who, number);
    tocsin_status st =
        tocsin_scope_capture_message(scope, TOCSIN_Z(text), TOCSIN_LEVEL_ERROR, 0, NULL, id);
    if (st == TOCSIN_OK || st == TOCSIN_DURABLE) stage_note_captured(id, who);
    return st;
}

void stage_stats(tocsin_client client, const char *who)
{
    char stats[LINE_SIZE / 2];
    char line[LINE_SIZE];
    tocsin_client_stats(client, stats, sizeof stats);
    write_line(line, snprintf(line, sizeof line, "stats %s %s\n", who, stats));
}

void stage_end(tocsin_client client, const char *who)
{
    tocsin_status st = tocsin_client_flush(client, HANG_MS);
    if (st != TOCSIN_OK) stage_fail("%s: flush: %d", who, (int)st);
    stage_stats(client, who);
    st = tocsin_client_close(client, HANG_MS);
    if (st != TOCSIN_OK) stage_fail("%s: close: %d", who, (int)st);
}

long stage_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool stage_is_nightly(void)
{
    const char *text = getenv("TSN_NIGHTLY");
    return text != NULL && strcmp(text, "1") == 0;
}

bool stage_child_has_ended(pid_t child, const char *who, long since_ms)
{
    int outcome = 0;
    pid_t ended = waitpid(child, &outcome, WNOHANG);
    if (ended == 0 && stage_now_ms() < since_ms + HANG_MS) return false;
    if (ended == child) {
        if (outcome != 0) stage_fail("%s came to %#x", who, (unsigned)outcome);
        return true;
    }
    stage_fail("%s hangs", who);
    kill(child, SIGKILL);
    waitpid(child, &outcome, 0);
    return true;
}

void stage_pause(void)
{
    const struct timespec pause = {0, 200000};
    nanosleep(&pause, NULL);
}

void stage_wait_child(pid_t child, const char *who)
{
    long since_ms = stage_now_ms();
    while (!stage_child_has_ended(child, who, since_ms)) stage_pause();
}

int stage_threads(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL) return -1;
    for (const struct dirent *entry; (entry = readdir(tasks)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    closedir(tasks);
    return count;
}
