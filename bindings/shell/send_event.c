/* tocsin send-event: one event, from options or from JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "fields.h"
#include "output.h"
#include "say.h"
#include "session.h"
#include "tail.h"

#define JSON_MAX ((size_t)16 << 20)

static const sh_option own_options[] = {
    {'m', "message", "TEXT", "what happened; again: another line"},
    {'a', "message-arg", "TEXT", "stands in for the next %s of the message"},
    {SH_KEY_JSON, "json", "FILE", "the event as a JSON object; -: standard input"},
    {SH_KEY_TIMESTAMP, "timestamp", "TIME", "when: seconds since 1970, or as 2026-01-31T12:00:00Z"},
    {SH_KEY_LOGGER, "logger", "NAME", "who says so"},
    {'p', "platform", "NAME", "language of what failed (other)"},
    {0, NULL, NULL, NULL},
};

static const sh_option *const tables[] = {own_options, sh_fields_options, sh_session_options, NULL};

static const sh_command command = {
    "send-event",  "[FILE]", "Sends an event and prints its id. FILE is the same as --json FILE.",
    sh_exit_codes, tables,   false,
    SH_USAGE};

typedef struct event {
    sh_session session;
    sh_fields fields;
    sh_text message;
    sh_text arguments; /* JSON strings with commas between */
    sh_text members;   /* of the event's JSON, after a brace */
    const char *json;  /* a path */
} event;

/* The library would take the present time for one that it cannot read. */
static bool is_time(const char *text)
{
    char *end = NULL;
    double seconds = strtod(text, &end);
    if (end != text && *end == '\0') return seconds > 0 && seconds < 1e11;
    static const char shape[] = "0000-00-00T00:00:00";
    for (size_t i = 0; shape[i] != '\0'; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !is_digit : text[i] != shape[i]) return false;
    }
    const char *rest = text + strlen(shape);
    if (*rest == '.') rest += 1 + strspn(rest + 1, "0123456789");
    bool has_zone = (*rest == '+' || *rest == '-') && strlen(rest) == 6 && rest[3] == ':';
    return has_zone || strcmp(rest, "Z") == 0 || *rest == '\0';
}

static bool take_time(event *made, const char *text)
{
    if (!is_time(text)) {
        sh_misused("--timestamp wants seconds since 1970 or 2026-01-31T12:00:00Z, not %s", text);
        return false;
    }
    if (strchr(text, 'T') != NULL) {
        sh_text_member(&made->members, "timestamp", text);
    } else {
        sh_text_key(&made->members, "timestamp", 9);
        sh_text_addf(&made->members, "%.6f", strtod(text, NULL));
    }
    return true;
}

static void add_argument(event *made, const char *text)
{
    if (made->arguments.len > 0) sh_text_puts(&made->arguments, ",");
    sh_text_quote(&made->arguments, text, strlen(text));
}

static bool take_own(event *made, int key, const char *value)
{
    switch (key) {
    case 'm':
        if (made->message.len > 0) sh_text_puts(&made->message, "\n");
        sh_text_puts(&made->message, value);
        return true;
    case 'a':
        add_argument(made, value);
        return true;
    case SH_KEY_JSON:
        made->json = value;
        return true;
    case SH_KEY_TIMESTAMP:
        return take_time(made, value);
    case SH_KEY_LOGGER:
        sh_text_member(&made->members, "logger", value);
        return true;
    default:
        sh_text_member(&made->members, "platform", value);
        return true;
    }
}

static bool take(void *context, int key, const char *value)
{
    event *made = context;
    bool is_known;
    if (!sh_session_take(&made->session, key, value, &is_known)) return false;
    if (is_known) return true;
    if (!sh_fields_take(&made->fields, key, value, &is_known)) return false;
    return is_known || take_own(made, key, value);
}

/* Whether what was said makes an event. */
static bool is_whole(const event *made)
{
    bool has_message = made->message.len > 0;
    if (made->json != NULL && (has_message || made->arguments.len > 0 || made->members.len > 1)) {
        sh_misused("a JSON event has its own message, timestamp, logger and platform");
        return false;
    }
    if (made->json == NULL && !has_message) {
        sh_misused("nothing to send: give --message TEXT, or --json FILE");
        return false;
    }
    return true;
}

static bool has_level(const sh_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (fields->noted[i].key == 'l') return true;
    }
    return false;
}

/* Completes the JSON that options made. */
static void write_json(event *made)
{
    sh_text *json = &made->members;
    if (!has_level(&made->fields)) sh_text_member(json, "level", "error");
    sh_text_key(json, "logentry", 8);
    sh_text_puts(json, "{");
    sh_text_key(json, "message", 7);
    sh_text_quote(json, made->message.data, made->message.len);
    if (made->arguments.len > 0) {
        sh_text_puts(json, ",\"params\":[");
        sh_text_add(json, made->arguments.data, made->arguments.len);
        sh_text_puts(json, "]");
    }
    sh_text_puts(json, "}}");
}

static int capture(event *made, const sh_text *json)
{
    char id[TOCSIN_EVENT_ID_SIZE];
    tocsin_status status = TOCSIN_E_NOMEM;
    if (!json->failed) {
        status = tocsin_scope_capture_event(made->session.scope, json->data, (int64_t)json->len, 0,
                                            NULL, id);
    }
    int code = sh_session_deliver(&made->session, status, id);
    if (code == SH_DONE || code == SH_STORED) sh_output_line(id);
    return code;
}

static int send(event *made)
{
    sh_text text = {0};
    int code = SH_USAGE;
    bool is_read = made->json == NULL || sh_read_whole(&text, made->json, JSON_MAX);
    if (is_read && made->json == NULL) write_json(made);
    if (is_read) code = sh_session_open(&made->session);
    if (is_read && code == SH_DONE) {
        bool applied = sh_fields_apply(&made->fields, made->session.client, made->session.scope);
        code = capture(made, made->json == NULL ? &made->members : &text);
        if (!applied && code == SH_DONE) sh_say("sent without what was refused");
    }
    sh_text_fini(&text);
    return code;
}

int sh_send_event(int count, char **words)
{
    event made = {0};
    int code = SH_USAGE;
    sh_text_puts(&made.members, "{");
    int at = SH_REFUSED;
    sh_say_as(command.name);
    if (sh_session_init(&made.session)) at = sh_options_read(&command, count, words, take, &made);
    if (at == SH_HELPED) {
        code = SH_DONE;
    } else if (at >= 0 && at + (made.json == NULL) < count) {
        code = sh_misused("what is %s for? One file can be given", words[count - 1]);
    } else if (at >= 0) {
        if (at < count) made.json = words[at];
        code = is_whole(&made) ? send(&made) : SH_USAGE;
    }
    sh_fields_fini(&made.fields);
    sh_session_fini(&made.session);
    sh_text_fini(&made.message);
    sh_text_fini(&made.arguments);
    sh_text_fini(&made.members);
    return code;
}
