/* tocsin run: a command, and an event if it fails. */
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "commands.h"
#include "fields.h"
#include "output.h"
#include "process.h"
#include "say.h"
#include "secrets.h"
#include "session.h"
#include "tail.h"

static const sh_option own_options[] = {
    {SH_KEY_NO_STDERR, "no-stderr", NULL, "leave the command's standard error alone"},
    {SH_KEY_NO_ARGUMENTS, "no-arguments", NULL, "send the command's name without its arguments"},
    {0, NULL, NULL, NULL},
};
static const sh_option *const tables[] = {own_options, sh_fields_options, sh_session_options, NULL};
static const char more[] =
    "The event has the last 100 lines of standard error and the time that it took. What a signal\n"
    "to this program ends is no failure.\n"
    "Exit codes: that of the command, also if the event could not be delivered; 125 wrong usage,\n"
    "126 it cannot be run, 127 there is no such command; a signal ends this program as well.\n";

static const sh_command command = {"run",
                                   "[--] COMMAND [ARGUMENT]...",
                                   "Runs a command and sends an event if it fails.",
                                   more,
                                   tables,
                                   true,
                                   SH_RUN_USAGE};

typedef struct watched {
    sh_session session;
    sh_fields fields;
    bool leaves_stderr;
    bool leaves_arguments;
    char **words;
    sh_child child;
} watched;

static bool take(void *context, int key, const char *value)
{
    watched *made = context;
    bool is_known;
    if (!sh_session_take(&made->session, key, value, &is_known)) return false;
    if (is_known) return true;
    if (!sh_fields_take(&made->fields, key, value, &is_known)) return false;
    if (key == SH_KEY_NO_STDERR) made->leaves_stderr = true;
    if (key == SH_KEY_NO_ARGUMENTS) made->leaves_arguments = true;
    return true;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL || slash[1] == '\0' ? path : slash + 1;
}

static void write_exception(const watched *made, sh_text *json)
{
    sh_text value = {0};
    const sh_child *child = &made->child;
    sh_text_puts(&value, base_name(made->words[0]));
    if (child->start_error != 0) {
        sh_text_puts(&value, " cannot be started: ");
        sh_text_puts(&value, strerror(child->start_error));
    } else if (WIFSIGNALED(child->wait_status)) {
        sh_text_addf(&value, " was ended by signal %d (%s)", WTERMSIG(child->wait_status),
                     strsignal(WTERMSIG(child->wait_status)));
    } else {
        sh_text_addf(&value, " ended with exit code %d", WEXITSTATUS(child->wait_status));
    }
    sh_text_puts(json, "{\"type\":\"CommandFailed\",\"value\":");
    sh_text_quote(json, value.data == NULL ? "" : value.data, value.len);
    sh_text_puts(json, ",\"mechanism\":{\"type\":\"tocsin.run\",\"handled\":false}}");
    json->failed |= value.failed;
    sh_text_fini(&value);
}

static void write_context(const watched *made, sh_text *json)
{
    char *name_alone[] = {made->words[0], NULL};
    char folder[4096];
    sh_text denylist = {0};
    bool has_list = sh_secrets_read(&denylist, made->session.client);
    bool is_bare = made->leaves_arguments || !has_list;
    sh_text_puts(json, "{\"arguments\":");
    sh_secrets_quote_words(json, &denylist, is_bare ? name_alone : made->words);
    sh_text_addf(json, ",\"exit_code\":%d,\"duration_ms\":%" PRId64, sh_child_code(&made->child),
                 made->child.took_ms);
    if (getcwd(folder, sizeof folder) != NULL) sh_text_member(json, "directory", folder);
    sh_text_puts(json, "}");
    sh_text_fini(&denylist);
}

static void set_stderr(const watched *made, tocsin_scope scope)
{
    sh_text json = {0};
    const sh_text *tail = &made->child.tail;
    size_t start = sh_tail_start(tail, SH_TAIL_LINES);
    if (tail->len == 0) return;
    sh_text_quote(&json, tail->data + start, tail->len - start);
    if (!json.failed) {
        (void)tocsin_scope_set_extra(scope, "stderr", -1, json.data, (int64_t)json.len);
    }
    sh_text_fini(&json);
}

static void report(watched *made)
{
    char id[TOCSIN_EVENT_ID_SIZE] = "";
    sh_text context = {0};
    sh_text exception = {0};
    tocsin_scope scope = made->session.scope;
    write_context(made, &context);
    write_exception(made, &exception);
    set_stderr(made, scope);
    if (!context.failed) {
        (void)tocsin_scope_set_context(scope, "command", -1, context.data, (int64_t)context.len);
    }
    (void)tocsin_scope_set_tag(scope, "command", -1, base_name(made->words[0]), -1);
    (void)sh_fields_apply(&made->fields, made->session.client, scope);
    tocsin_status status = TOCSIN_E_NOMEM;
    if (!exception.failed) {
        status = tocsin_scope_capture_exception(scope, exception.data, (int64_t)exception.len, 0,
                                                NULL, id);
    }
    (void)sh_session_deliver(&made->session, status, id);
    sh_text_fini(&exception);
    sh_text_fini(&context);
}

/* Whoever waits for us sees what he would have seen of the command. */
static int end_like(const sh_child *child)
{
    if (child->start_error == 0 && WIFSIGNALED(child->wait_status)) {
        const struct rlimit none = {0, 0}; /* the command has left its core already */
        sigset_t one;
        int number = WTERMSIG(child->wait_status);
        sigemptyset(&one);
        sigaddset(&one, number);
        (void)setrlimit(RLIMIT_CORE, &none);
        signal(number, SIG_DFL);
        sigprocmask(SIG_UNBLOCK, &one, NULL);
        (void)raise(number);
    }
    return sh_child_code(child);
}

static int run(watched *made)
{
    sh_child *child = &made->child;
    sh_child_run(child, made->words, !made->leaves_stderr, sh_process_ignored_pipe());
    if (child->start_error != 0) sh_say("%s: %s", made->words[0], strerror(child->start_error));
    bool has_failed = sh_child_code(child) != 0 && !child->was_told_to_end;
    if (has_failed && sh_session_open(&made->session) == SH_DONE) report(made);
    sh_session_fini(&made->session);
    int code = end_like(child);
    sh_child_fini(child);
    return code;
}

int sh_run(int count, char **words)
{
    watched made = {0};
    int code = SH_RUN_USAGE;
    int at = SH_REFUSED;
    sh_say_as(command.name);
    if (sh_session_init(&made.session)) at = sh_options_read(&command, count, words, take, &made);
    if (at == SH_HELPED) {
        code = SH_DONE;
    } else if (at >= count) {
        (void)sh_misused("which command? tocsin run -- COMMAND [ARGUMENT]...");
    } else if (at >= 0) {
        made.words = words + at;
        code = run(&made);
    }
    sh_fields_fini(&made.fields);
    sh_session_fini(&made.session);
    return code;
}
