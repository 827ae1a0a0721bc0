#include "fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crumbs.h"
#include "environ.h"
#include "say.h"
#include "text.h"

const sh_option sh_fields_options[] = {
    {'l', "level", "LEVEL", "debug, info, warning, error (default) or fatal"},
    {'t', "tag", "KEY:VALUE", "a tag, to search by; may be repeated, as most of these"},
    {'e', "extra", "KEY:VALUE", "any further text"},
    {'u', "user", "KEY:VALUE", "of the user: id, email, username, ip_address or others"},
    {SH_KEY_CONTEXT, "context", "NAME=JSON", "a context, a JSON object"},
    {'f', "fingerprint", "TEXT", "what the event is grouped by; again: another part"},
    {SH_KEY_TRANSACTION, "transaction", "NAME", "what was being done"},
    {SH_KEY_BREADCRUMB, "breadcrumb", "TEXT", "something that happened before"},
    {SH_KEY_LOGFILE, "logfile", "FILE", "its last 100 lines become breadcrumbs; -: standard input"},
    {SH_KEY_ATTACH, "attach", "FILE", "send this file along"},
    {SH_KEY_ENVIRON, "send-environ", NULL, "send the environment's variables, secrets filtered"},
    {SH_KEY_NO_ENVIRON, "no-environ", NULL, "do not; this is the default"},
    {0, NULL, NULL, NULL},
};

static const struct level {
    const char *name;
    int32_t level;
} levels[] = {
    {"debug", TOCSIN_LEVEL_DEBUG},     {"info", TOCSIN_LEVEL_INFO},
    {"warning", TOCSIN_LEVEL_WARNING}, {"warn", TOCSIN_LEVEL_WARNING},
    {"error", TOCSIN_LEVEL_ERROR},     {"fatal", TOCSIN_LEVEL_FATAL},
    {"critical", TOCSIN_LEVEL_FATAL},
};

int32_t sh_level_find(const char *name)
{
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (strcmp(levels[i].name, name) == 0) return levels[i].level;
    }
    return TOCSIN_LEVEL_UNSET;
}

static bool is_pair(const char *value)
{
    size_t len = strcspn(value, ":=");
    return len > 0 && value[len] != '\0';
}

/* The row of an option of ours; NULL: it is none. */
static const sh_option *row_of(int key)
{
    for (const sh_option *row = sh_fields_options; row->name != NULL; row++) {
        if (row->key == key) return row;
    }
    return NULL;
}

static bool can_attach(const char *path)
{
    struct stat about;
    const char *why = NULL;
    if (access(path, R_OK) < 0 || stat(path, &about) < 0) {
        why = strerror(errno);
    } else if (!S_ISREG(about.st_mode)) {
        why = "not a regular file";
    }
    if (why != NULL) sh_misused("cannot attach %s: %s", path, why);
    return why == NULL;
}

/* What can be seen to be wrong at once. */
static bool check(int key, const char *value)
{
    bool wants_pair = key == 't' || key == 'e' || key == 'u' || key == SH_KEY_CONTEXT;
    if (wants_pair && !is_pair(value)) {
        const sh_option *row = row_of(key);
        sh_misused("--%s wants %s, not %s", row->name, row->value, value);
        return false;
    }
    if (key == 'l' && sh_level_find(value) == TOCSIN_LEVEL_UNSET) {
        sh_misused("there is no level %s; there are debug, info, warning, error, fatal", value);
        return false;
    }
    return key != SH_KEY_ATTACH || can_attach(value);
}

bool sh_fields_take(sh_fields *fields, int key, const char *value, bool *is_known)
{
    *is_known = row_of(key) != NULL;
    if (!*is_known) return true;
    if (key == SH_KEY_ENVIRON || key == SH_KEY_NO_ENVIRON) {
        fields->has_environ = key == SH_KEY_ENVIRON;
        return true;
    }
    if (!check(key, value)) return false;
    if (fields->count == fields->cap) {
        size_t cap = fields->cap == 0 ? 16 : fields->cap * 2;
        sh_field *noted = realloc(fields->noted, cap * sizeof *noted);
        if (noted == NULL) {
            sh_say("no memory");
            return false;
        }
        fields->noted = noted;
        fields->cap = cap;
    }
    fields->noted[fields->count++] = (sh_field){key, value};
    return true;
}

static tocsin_status attach(tocsin_scope scope, const char *path)
{
    sh_text json = {0};
    sh_text_puts(&json, "{");
    sh_text_member(&json, "path", path);
    sh_text_puts(&json, "}");
    tocsin_status status = TOCSIN_E_NOMEM;
    if (!json.failed) {
        status = tocsin_scope_add_attachment(scope, NULL, -1, json.data, (int64_t)json.len);
    }
    sh_text_fini(&json);
    return status;
}

static tocsin_status set_extra(tocsin_scope scope, const char *pair, size_t key_len)
{
    sh_text json = {0};
    const char *value = pair + key_len + 1;
    sh_text_quote(&json, value, strlen(value));
    tocsin_status status = TOCSIN_E_NOMEM;
    if (!json.failed) {
        status =
            tocsin_scope_set_extra(scope, pair, (int64_t)key_len, json.data, (int64_t)json.len);
    }
    sh_text_fini(&json);
    return status;
}

/* One that stands for itself. */
static tocsin_status apply_one(const sh_field *field, tocsin_scope scope)
{
    const char *value = field->value;
    size_t key_len = strcspn(value, ":=");
    switch (field->key) {
    case 'l':
        return tocsin_scope_set_level(scope, sh_level_find(value));
    case 't':
        return tocsin_scope_set_tag(scope, value, (int64_t)key_len, value + key_len + 1, -1);
    case 'e':
        return set_extra(scope, value, key_len);
    case SH_KEY_CONTEXT:
        return tocsin_scope_set_context(scope, value, (int64_t)key_len, value + key_len + 1, -1);
    case SH_KEY_TRANSACTION:
        return tocsin_scope_set_transaction(scope, value, -1, "custom", -1);
    case SH_KEY_BREADCRUMB:
        return sh_crumbs_add(scope, "shell", value, strlen(value));
    case SH_KEY_LOGFILE:
        return sh_crumbs_add_file(scope, value);
    case SH_KEY_ATTACH:
        return attach(scope, value);
    default:
        return TOCSIN_OK;
    }
}

/* Several of `key` make one: a user's members, or the parts of a fingerprint. */
static tocsin_status apply_joined(const sh_fields *fields, int key, tocsin_scope scope)
{
    sh_text json = {0};
    sh_text_puts(&json, key == 'u' ? "{" : "[");
    size_t empty_len = json.len;
    for (size_t i = 0; i < fields->count; i++) {
        const char *value = fields->noted[i].value;
        if (fields->noted[i].key != key) continue;
        if (key == 'u') {
            size_t key_len = strcspn(value, ":=");
            sh_text_key(&json, value, key_len);
            value += key_len + 1;
        } else if (json.len > empty_len) {
            sh_text_puts(&json, ",");
        }
        sh_text_quote(&json, value, strlen(value));
    }
    bool is_empty = json.len == empty_len;
    sh_text_puts(&json, key == 'u' ? "}" : "]");
    tocsin_status status = json.failed ? TOCSIN_E_NOMEM : TOCSIN_OK;
    if (status == TOCSIN_OK && !is_empty) {
        status = key == 'u' ? tocsin_scope_set_user(scope, json.data, (int64_t)json.len)
                            : tocsin_scope_set_fingerprint(scope, json.data, (int64_t)json.len);
    }
    sh_text_fini(&json);
    return status;
}

/* Of a log that cannot be read it was said why. */
static bool was_said(const sh_field *field, tocsin_status status)
{
    return field->key == SH_KEY_LOGFILE && status == TOCSIN_E_SYSTEM;
}

static bool is_fine(const char *what, tocsin_status status)
{
    if (status >= 0) return true;
    sh_say_status(what, status);
    return false;
}

bool sh_fields_apply(const sh_fields *fields, tocsin_client client, tocsin_scope scope)
{
    bool all = true;
    for (size_t i = 0; i < fields->count; i++) {
        const sh_field *field = &fields->noted[i];
        tocsin_status status = apply_one(field, scope);
        all &= !was_said(field, status) && is_fine(field->value, status);
    }
    all &= is_fine("--user", apply_joined(fields, 'u', scope));
    all &= is_fine("--fingerprint", apply_joined(fields, 'f', scope));
    if (fields->has_environ) all &= is_fine("--send-environ", sh_environ_add(client, scope));
    return all;
}

void sh_fields_fini(sh_fields *fields)
{
    free(fields->noted);
    *fields = (sh_fields){0};
}
