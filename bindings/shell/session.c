#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "spool_dir.h"
#include "text.h"

enum { TIMEOUT_DEFAULT_MS = 5000, TIMEOUT_MAX_S = 86400, STATS_SIZE = 8192, LINE_SIZE = 1400 };

const sh_option sh_session_options[] = {
    {SH_KEY_DSN, "dsn", "DSN", "where to send (SENTRY_DSN)"},
    {'r', "release", "TEXT", "version of what failed (SENTRY_RELEASE)"},
    {'E', "environment", "TEXT", "such as production (SENTRY_ENVIRONMENT)"},
    {'d', "dist", "TEXT", "build of the release"},
    {'o', "option", "KEY=VALUE", "any other option of the library; may be repeated"},
    {SH_KEY_CACHE_DIR, "cache-dir", "DIR", "keep on disk what cannot be sent (TOCSIN_CACHE_DIR)"},
    {SH_KEY_TIMEOUT, "timeout", "SECONDS", "wait so long for the server (5)"},
    {0, NULL, NULL, NULL},
};

const char sh_exit_codes[] =
    "Exit codes: 0 delivered, 1 not delivered, 2 wrong usage, 3 no DSN, so nothing was sent,\n"
    "4 kept on disk for later, 5 kept from being sent by an option such as sample_rate.\n";

static bool set(sh_session *session, const char *key, size_t key_len, const char *value)
{
    char problem[400];
    if (tocsin_options_set(session->options, key, (int64_t)key_len, value, -1) == TOCSIN_OK) {
        return true;
    }
    tocsin_options_problem(session->options, problem, sizeof problem);
    sh_misused("%s", problem);
    return false;
}

static bool set_cache_dir(sh_session *session, const char *dir)
{
    session->cache_dir = dir;
    return set(session, "cache_dir", 9, dir) && set(session, "durability", 10, "spool");
}

bool sh_session_init(sh_session *session)
{
    *session = (sh_session){.timeout_ms = TIMEOUT_DEFAULT_MS, .options = tocsin_options_new()};
    const char *dir = getenv("TOCSIN_CACHE_DIR");
    if (!set(session, "sdk_name", 8, "tocsin.shell") || !set(session, "platform", 8, "other")) {
        return false;
    }
    return dir == NULL || *dir == '\0' || set_cache_dir(session, dir);
}

static bool take_option(sh_session *session, const char *pair)
{
    const char *equals = strchr(pair, '=');
    if (equals == NULL) {
        sh_misused("--option wants KEY=VALUE, not %s", pair);
        return false;
    }
    size_t len = (size_t)(equals - pair);
    if (len == 9 && memcmp(pair, "cache_dir", 9) == 0) return set_cache_dir(session, equals + 1);
    return set(session, pair, len, equals + 1);
}

static bool take_timeout(sh_session *session, const char *text)
{
    char *end = NULL;
    double seconds = strtod(text, &end);
    if (end == text || *end != '\0' || !(seconds >= 0 && seconds <= TIMEOUT_MAX_S)) {
        sh_misused("--timeout wants seconds, 0 to %d, not %s", TIMEOUT_MAX_S, text);
        return false;
    }
    session->timeout_ms = (int64_t)(seconds * 1000);
    return true;
}

bool sh_session_take(sh_session *session, int key, const char *value, bool *is_known)
{
    *is_known = true;
    switch (key) {
    case SH_KEY_DSN:
        return set(session, "dsn", 3, value);
    case 'r':
        return set(session, "release", 7, value);
    case 'E':
        return set(session, "environment", 11, value);
    case 'd':
        return set(session, "dist", 4, value);
    case 'o':
        return take_option(session, value);
    case SH_KEY_CACHE_DIR:
        return set_cache_dir(session, value);
    case SH_KEY_TIMEOUT:
        return take_timeout(session, value);
    default:
        *is_known = false;
        return true;
    }
}

/* Who started us may have handed its trace on. */
static void continue_trace(tocsin_scope scope)
{
    const char *trace = getenv("SENTRY_TRACE");
    const char *baggage = getenv("SENTRY_BAGGAGE");
    sh_text headers = {0};
    if (trace == NULL || *trace == '\0') return;
    sh_text_puts(&headers, "{");
    sh_text_member(&headers, "sentry-trace", trace);
    if (baggage != NULL) sh_text_member(&headers, "baggage", baggage);
    sh_text_puts(&headers, "}");
    tocsin_scope isolation = tocsin_scope_isolation(scope);
    if (!headers.failed) {
        (void)tocsin_scope_continue_trace(isolation, headers.data, (int64_t)headers.len);
    }
    tocsin_handle_close(isolation);
    sh_text_fini(&headers);
}

int sh_session_open(sh_session *session)
{
    char problem[400];
    session->client = tocsin_client_open(session->options);
    if (session->client > 0) session->scope = tocsin_client_scope(session->client);
    if (session->scope > 0) {
        continue_trace(session->scope);
        return SH_DONE;
    }
    if (session->client == TOCSIN_E_DSN) {
        tocsin_options_problem(session->options, problem, sizeof problem);
        return sh_misused("%s", problem);
    }
    tocsin_status why = (tocsin_status)(session->client < 0 ? session->client : session->scope);
    sh_say_status("the client does not open", why);
    return SH_UNDELIVERED;
}

int64_t sh_session_count(const sh_session *session, const char *name)
{
    char stats[STATS_SIZE];
    char member[64];
    int64_t sum = 0;
    tocsin_client_stats(session->client, stats, sizeof stats);
    snprintf(member, sizeof member, "\"%s\":", name);
    const char *at = strstr(stats, "\"categories\"");
    while (at != NULL && (at = strstr(at, member)) != NULL) {
        at += strlen(member);
        sum += strtoll(at, NULL, 10);
    }
    return sum;
}

int64_t sh_session_count_lost(const sh_session *session)
{
    int64_t left = sh_session_count(session, "captured");
    static const char *const others[] = {"delivered", "spooled", "queued", "in_flight"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        left -= sh_session_count(session, others[i]);
    }
    return left;
}

/* Notices that say again what is said anyhow. */
static bool is_known(const char *notice, const char *answer)
{
    return (*answer != '\0' && strstr(notice, answer) != NULL) ||
           strstr(notice, "close.left") != NULL;
}

/* The names that stand in `discarded`, such as send_error. */
static void say_reasons(const sh_session *session)
{
    char stats[STATS_SIZE];
    static const char member[] = "\"discarded\":{\"";
    tocsin_client_stats(session->client, stats, sizeof stats);
    for (const char *at = stats; (at = strstr(at, member)) != NULL;) {
        at += strlen(member);
        sh_say("lost: %.*s", (int)strcspn(at, "\""), at);
    }
}

/* The latest answer may be that to a report about the loss. */
void sh_session_tell(const sh_session *session)
{
    char answer[LINE_SIZE];
    char line[LINE_SIZE];
    say_reasons(session);
    tocsin_client_last_answer(session->client, answer, sizeof answer);
    if (*answer != '\0' && strncmp(answer, "200", 3) != 0) {
        sh_say("%s%s", strncmp(answer, "no answer", 9) == 0 ? "" : "the server said: ", answer);
    }
    while (tocsin_client_next_notice(session->client, line, sizeof line) > 0) {
        if (!is_known(line, answer)) sh_say("%s", line);
    }
}

/* Nothing was queued. */
static int explain(tocsin_status captured)
{
    if (captured == TOCSIN_DISABLED) {
        sh_say("nothing was sent: there is no DSN; set SENTRY_DSN or give --dsn");
        return SH_INACTIVE;
    }
    if (captured == TOCSIN_DROPPED) {
        sh_say("nothing was sent: an option or a limit keeps this event back");
        return SH_DROPPED;
    }
    sh_say_status("nothing was sent", captured);
    bool is_input = captured <= TOCSIN_E_ARG && captured >= TOCSIN_E_DSN;
    return is_input || captured == TOCSIN_E_UNSUPPORTED ? SH_USAGE : SH_UNDELIVERED;
}

static bool is_on_disk(const sh_session *session, const char *event_id)
{
    return session->cache_dir != NULL && sh_spool_dir_has(session->cache_dir, event_id);
}

static int say_stored(const sh_session *session)
{
    sh_session_tell(session);
    sh_say("not delivered yet: kept in %s; tocsin spool send tries again", session->cache_dir);
    return SH_STORED;
}

int sh_session_deliver(sh_session *session, tocsin_status captured, const char *event_id)
{
    if (captured != TOCSIN_OK && captured != TOCSIN_DURABLE) return explain(captured);
    tocsin_status flushed = tocsin_client_flush(session->client, session->timeout_ms);
    bool was_stored = is_on_disk(session, event_id);
    tocsin_client_close(session->client, 0);
    bool is_stored = is_on_disk(session, event_id);
    bool is_lost = sh_session_count_lost(session) > 0;
    bool is_delivered = !is_lost && sh_session_count(session, "delivered") > 0;
    if (is_delivered && !is_stored) return SH_DONE;
    /* A closed client's files are anybody's: another process may have taken this one over. */
    if (is_stored || (was_stored && !is_lost)) return say_stored(session);
    sh_session_tell(session);
    if (flushed == TOCSIN_TIMEOUT) {
        sh_say("not delivered within %.3g seconds", (double)session->timeout_ms / 1000);
    } else {
        sh_say("not delivered");
    }
    return SH_UNDELIVERED;
}

void sh_session_fini(sh_session *session)
{
    if (session->client > 0) tocsin_client_close(session->client, 0);
    if (session->scope > 0) tocsin_handle_close(session->scope);
    if (session->client > 0) tocsin_handle_close(session->client);
    if (session->options > 0) tocsin_handle_close(session->options);
    *session = (sh_session){0};
}
