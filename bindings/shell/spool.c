/* tocsin spool list, tocsin spool send: what waits on disk. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "say.h"
#include "session.h"
#include "spool_dir.h"

enum { LOOK_EVERY_MS = 50, ADOPTED_WITHIN_MS = 2000, STALL_MS = 15000 };

static const sh_option list_options[] = {
    {SH_KEY_DIR, "dir", "DIR", "the cache directory (TOCSIN_CACHE_DIR)"},
    {0, NULL, NULL, NULL},
};
/* As it is called where events are sent. */
static const sh_option other_name[] = {
    {SH_KEY_CACHE_DIR, "cache-dir", "DIR", "the same"},
    {0, NULL, NULL, NULL},
};

static const sh_option *const list_tables[] = {list_options, other_name, NULL};
static const sh_option *const send_tables[] = {list_options, sh_session_options, NULL};

static const char list_more[] =
    "Exit codes: 0 listed, perhaps nothing; 1 it cannot be read; 2 wrong usage.\n";
static const char send_more[] =
    "With --timeout it ends then; without, when for 15 seconds none could be sent.\n"
    "Exit codes: 0 nothing is left, 1 the server refused some, which are lost, 2 wrong usage,\n"
    "3 no DSN, 4 some are left: no answer, for another DSN, or of a program that still runs.\n";

static const sh_command list_command = {
    "spool list", "",          "Lists the envelopes that wait on disk, the oldest first.",
    list_more,    list_tables, false,
    SH_USAGE};
static const sh_command send_command = {
    "spool send", "",          "Sends what waits on disk now, the oldest first.",
    send_more,    send_tables, false,
    SH_USAGE};

typedef struct spool {
    sh_session session;
    bool has_timeout;
} spool;

static bool take(void *context, int key, const char *value)
{
    spool *made = context;
    bool is_known;
    if (key == SH_KEY_DIR) key = SH_KEY_CACHE_DIR;
    if (key == SH_KEY_TIMEOUT) made->has_timeout = true;
    return sh_session_take(&made->session, key, value, &is_known);
}

/* "42s", "5m", "3h", "12d" */
static void write_age(int64_t age_ms, char *out, size_t cap)
{
    int64_t s = age_ms < 0 ? 0 : age_ms / 1000;
    if (s < 120) {
        snprintf(out, cap, "%" PRId64 "s", s);
    } else if (s < 120 * 60) {
        snprintf(out, cap, "%" PRId64 "m", s / 60);
    } else if (s < 48 * 3600) {
        snprintf(out, cap, "%" PRId64 "h", s / 3600);
    } else {
        snprintf(out, cap, "%" PRId64 "d", s / 86400);
    }
}

static int64_t clock_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 0, ENOENT for a directory that nobody made yet, or another errno, which was said. */
static int read_dir(sh_spool_dir *dir, const char *path, bool wants_types)
{
    int why = sh_spool_dir_read(dir, path, wants_types);
    if (why == ENOENT) {
        sh_say("nothing is stored: there is no %s", path);
    } else if (why != 0) {
        sh_say("cannot read %s: %s", path, strerror(why));
    }
    return why;
}

static int list(spool *made)
{
    sh_spool_dir dir;
    char age[32];
    int why = read_dir(&dir, made->session.cache_dir, true);
    int64_t now_ms = clock_ms(CLOCK_REALTIME);
    if (why == 0) printf("%-32s  %5s  %9s  %5s  %s\n", "ID", "AGE", "SIZE", "TRIES", "TYPE");
    for (size_t i = 0; i < dir.count; i++) {
        const sh_stored *one = &dir.files[i];
        write_age(now_ms - one->stamp_ms, age, sizeof age);
        printf("%s  %5s  %9" PRId64 "  %5u  %s\n", one->id, age, one->size, one->tries, one->type);
    }
    if (dir.damaged > 0)
        sh_say("%zu damaged files in %s/bad", dir.damaged, made->session.cache_dir);
    sh_spool_dir_fini(&dir);
    return why == 0 || why == ENOENT ? SH_DONE : SH_UNDELIVERED;
}

/* Of files of whatever kind, in all runs; they move to ours alone, so that is looked at again. */
static bool is_empty(const char *path)
{
    sh_spool_dir dir;
    int why = sh_spool_dir_read(&dir, path, false);
    size_t count = dir.count;
    sh_spool_dir_fini(&dir);
    return why == 0 && count == 0 && sh_spool_dir_count_own(path) <= 0;
}

/* Until the client has no more to send, or cannot. It takes over what ended processes left as it
 * opens, and a busy disk may keep it from that for a while; what it does not take then is not its
 * to send. */
static void wait_for_end(const spool *made)
{
    const struct timespec pause = {0, LOOK_EVERY_MS * 1000000};
    const char *path = made->session.cache_dir;
    int64_t start_ms = clock_ms(CLOCK_MONOTONIC);
    int64_t progress_ms = start_ms;
    int64_t last = -1;
    for (;;) {
        int64_t now_ms = clock_ms(CLOCK_MONOTONIC);
        int64_t own = sh_spool_dir_count_own(path);
        int64_t under_way = sh_session_count(&made->session, "in_flight") +
                            sh_session_count(&made->session, "queued");
        if (own <= 0 && last == own && under_way == 0) {
            if (is_empty(path) || now_ms - progress_ms >= ADOPTED_WITHIN_MS) return;
        }
        if (own != last) progress_ms = now_ms;
        last = own;
        if (made->has_timeout && now_ms - start_ms >= made->session.timeout_ms) return;
        if (!made->has_timeout && now_ms - progress_ms >= STALL_MS) return;
        nanosleep(&pause, NULL);
    }
}

/* A report about what was lost is none of the user's. */
static size_t count_left(const char *path)
{
    sh_spool_dir dir;
    size_t left = 0;
    (void)sh_spool_dir_read(&dir, path, true);
    for (size_t i = 0; i < dir.count; i++) left += strcmp(dir.files[i].type, "client_report") != 0;
    sh_spool_dir_fini(&dir);
    return left;
}

static int conclude(spool *made)
{
    int64_t lost = sh_session_count_lost(&made->session);
    int64_t delivered = sh_session_count(&made->session, "delivered");
    size_t left = count_left(made->session.cache_dir);
    if (lost > 0 || left > 0) sh_session_tell(&made->session);
    if (left > 0 && sh_session_count(&made->session, "captured") == 0) {
        sh_say("what is left is for another DSN, or of a program that still runs");
    }
    printf("%" PRId64 " sent, %" PRId64 " lost, %zu left\n", delivered, lost, left);
    if (lost > 0) return SH_UNDELIVERED;
    return left > 0 ? SH_STORED : SH_DONE;
}

static bool is_active(const sh_session *session)
{
    char stats[8192];
    tocsin_client_stats(session->client, stats, sizeof stats);
    return strstr(stats, "\"active\":true") != NULL;
}

static int send(spool *made)
{
    sh_spool_dir dir;
    int why = read_dir(&dir, made->session.cache_dir, false);
    size_t count = dir.count;
    sh_spool_dir_fini(&dir);
    if (why != 0 && why != ENOENT) return SH_UNDELIVERED;
    if (count == 0) {
        printf("0 sent, 0 lost, 0 left\n");
        return SH_DONE;
    }
    int code = sh_session_open(&made->session);
    if (code != SH_DONE) return code;
    if (!is_active(&made->session)) {
        sh_say("nothing was sent: there is no DSN; set SENTRY_DSN or give --dsn");
        return SH_INACTIVE;
    }
    wait_for_end(made);
    tocsin_client_close(made->session.client, 0);
    return conclude(made);
}

static int run(const sh_command *command, int (*function)(spool *), int count, char **words)
{
    spool made = {0};
    int code = SH_USAGE;
    int at = SH_REFUSED;
    sh_say_as(command->name);
    if (sh_session_init(&made.session)) at = sh_options_read(command, count, words, take, &made);
    if (at == SH_HELPED) {
        code = SH_DONE;
    } else if (at >= 0 && at < count) {
        code = sh_misused("it takes no arguments");
    } else if (at >= 0 && made.session.cache_dir == NULL) {
        code = sh_misused("which directory? Give --dir DIR or set TOCSIN_CACHE_DIR");
    } else if (at >= 0) {
        code = function(&made);
    }
    sh_session_fini(&made.session);
    return code;
}

int sh_spool(int count, char **words)
{
    if (count > 1 && strcmp(words[1], "list") == 0)
        return run(&list_command, list, count - 1, words + 1);
    if (count > 1 && strcmp(words[1], "send") == 0)
        return run(&send_command, send, count - 1, words + 1);
    sh_say_as("spool");
    if (count > 1 && (strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0)) {
        printf("usage: tocsin spool list [OPTION]...\n       tocsin spool send [OPTION]...\n"
               "What waits on disk for a server that answers.\n");
        return SH_DONE;
    }
    return sh_misused("there are spool list and spool send");
}
