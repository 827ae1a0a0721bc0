/* Keys come from a small set, so that scopes often hold the same ones; values differ nearly always.
 */
#include "change.h"

#include <stdio.h>
#include <string.h>

/* How often each kind comes, against the others. */
static const int weights[CHANGE_KINDS] = {
    [CHANGE_TAG] = 14,         [CHANGE_TAG_REMOVE] = 5,   [CHANGE_EXTRA] = 8,
    [CHANGE_EXTRA_REMOVE] = 3, [CHANGE_CONTEXT] = 8,      [CHANGE_CONTEXT_REMOVE] = 3,
    [CHANGE_FLAG] = 10,        [CHANGE_USER] = 4,         [CHANGE_REQUEST] = 3,
    [CHANGE_FINGERPRINT] = 4,  [CHANGE_LEVEL] = 4,        [CHANGE_TRANSACTION] = 4,
    [CHANGE_CRUMB] = 20,       [CHANGE_CRUMBS_CLEAR] = 1, [CHANGE_ATTACHMENT] = 3,
    [CHANGE_CLEAR] = 1,
};

static change_kind random_kind(chance *source)
{
    int total = 0;
    for (int i = 0; i < CHANGE_KINDS; i++) total += weights[i];
    int left = chance_below(source, total);
    int kind = 0;
    while ((left -= weights[kind]) >= 0) kind++;
    return (change_kind)kind;
}

/* A value as text in some spelling of `forms`, in which %d stands for a number. */
static void random_value(chance *source, change *what, const char *const *forms, int count)
{
    const char *form = forms[chance_below(source, count)];
    const char *mark = strstr(form, "%d");
    int number = chance_below(source, 1000);
    if (mark == NULL)
        snprintf(what->json, sizeof what->json, "%s", form);
    else
        snprintf(what->json, sizeof what->json, "%.*s%d%s", (int)(mark - form), form, number,
                 mark + 2);
}

#define VALUE(...)                                                                                 \
    random_value(source, &what, (const char *const[]){__VA_ARGS__},                                \
                 (int)(sizeof(const char *[]){__VA_ARGS__} / sizeof(char *)))

/* Most are without a time; the others are long past or far off. */
static void random_crumb(chance *source, change *what, int number)
{
    int when = chance_below(source, 8);
    double second = chance_below(source, 4);
    what->time = when == 0 ? 1000000000 + second : when == 1 ? 2300000000 + second : 0;
    if (what->time > 0)
        snprintf(what->json, sizeof what->json, "{\"message\":\"b%d\",\"timestamp\":%.0f}", number,
                 what->time);
    else
        snprintf(what->json, sizeof what->json, "{\"message\":\"b%d\"}", number);
}

static change random_of(change_kind kind, chance *source, int *number)
{
    change what = {.kind = kind};
    snprintf(what.key, sizeof what.key, "k%d", chance_below(source, 24));
    switch (kind) {
    case CHANGE_TAG:
        VALUE("v%d", "", "w%d");
        break;
    case CHANGE_EXTRA:
    case CHANGE_FLAG:
        VALUE("%d", "null", "\"t%d\"", "[%d,{}]", "{\"a\":{\"b\":%d}}", "true", "%d.5");
        break;
    case CHANGE_CONTEXT:
        VALUE("{\"v\":%d}", "{}", "{\"v\":{\"w\":[%d]},\"x\":null}", "null");
        break;
    case CHANGE_USER:
        VALUE("{\"id\":\"%d\"}", "{\"username\":\"u%d\",\"data\":{\"x\":1}}", "{}", "null");
        break;
    case CHANGE_REQUEST:
        VALUE("{\"method\":\"GET\",\"url\":\"https://x.example/%d\"}", "{\"method\":\"PUT\"}",
              "null");
        break;
    case CHANGE_FINGERPRINT:
        VALUE("[\"f%d\"]", "[\"{{ default }}\",\"f%d\"]", "[]", "null");
        break;
    case CHANGE_TRANSACTION:
        VALUE("route", "url", "");
        if (chance_below(source, 4) == 0) what.key[0] = '\0';
        break;
    case CHANGE_LEVEL:
        what.level = chance_below(source, 6);
        if (what.level > 0) what.level++;
        break;
    case CHANGE_CRUMB:
        random_crumb(source, &what, (*number)++);
        break;
    case CHANGE_ATTACHMENT:
        VALUE("data%d");
        break;
    default:
        break;
    }
    return what;
}

change change_random(chance *source, int *number)
{
    return random_of(random_kind(source), source, number);
}

change change_random_value(chance *source)
{
    return random_of((change_kind)chance_below(source, CHANGE_CRUMB), source, NULL);
}

/* Which field a kind is about: its first kind. */
static change_kind field_of(change_kind kind)
{
    switch (kind) {
    case CHANGE_TAG_REMOVE:
    case CHANGE_EXTRA_REMOVE:
    case CHANGE_CONTEXT_REMOVE:
    case CHANGE_CRUMBS_CLEAR:
        return kind - 1;
    default:
        return kind;
    }
}

bool change_commutes(const change *one, const change *other)
{
    if (one->kind == CHANGE_CLEAR || other->kind == CHANGE_CLEAR) return false;
    if (field_of(one->kind) != field_of(other->kind)) return true;
    bool is_keyed = field_of(one->kind) <= CHANGE_CONTEXT;
    return is_keyed && strcmp(one->key, other->key) != 0;
}

static tocsin_status add_attachment(const change *what, tocsin_scope scope)
{
    char about[64];
    snprintf(about, sizeof about, "{\"filename\":\"%s\"}", what->key);
    return tocsin_scope_add_attachment(scope, what->json, -1, about, -1);
}

static tocsin_status set_transaction(const change *what, tocsin_scope scope)
{
    const char *name = what->key[0] != '\0' ? what->key : NULL;
    const char *from = what->json[0] != '\0' ? what->json : NULL;
    return tocsin_scope_set_transaction(scope, name, -1, from, -1);
}

tocsin_status change_apply(const change *what, tocsin_scope scope)
{
    switch (what->kind) {
    case CHANGE_TAG:
        return tocsin_scope_set_tag(scope, what->key, -1, what->json, -1);
    case CHANGE_TAG_REMOVE:
        return tocsin_scope_remove_tag(scope, what->key, -1);
    case CHANGE_EXTRA:
        return tocsin_scope_set_extra(scope, what->key, -1, what->json, -1);
    case CHANGE_EXTRA_REMOVE:
        return tocsin_scope_remove_extra(scope, what->key, -1);
    case CHANGE_CONTEXT:
        return tocsin_scope_set_context(scope, what->key, -1, what->json, -1);
    case CHANGE_CONTEXT_REMOVE:
        return tocsin_scope_remove_context(scope, what->key, -1);
    case CHANGE_FLAG:
        return tocsin_scope_set_flag(scope, what->key, -1, what->json, -1);
    case CHANGE_USER:
        return tocsin_scope_set_user(scope, what->json, -1);
    case CHANGE_REQUEST:
        return tocsin_scope_set_request(scope, what->json, -1);
    case CHANGE_FINGERPRINT:
        return tocsin_scope_set_fingerprint(scope, what->json, -1);
    case CHANGE_LEVEL:
        return tocsin_scope_set_level(scope, what->level);
    case CHANGE_TRANSACTION:
        return set_transaction(what, scope);
    case CHANGE_CRUMB:
        return tocsin_scope_add_breadcrumb(scope, what->json, -1, NULL);
    case CHANGE_CRUMBS_CLEAR:
        return tocsin_scope_clear_breadcrumbs(scope);
    case CHANGE_ATTACHMENT:
        return add_attachment(what, scope);
    case CHANGE_CLEAR:
        return tocsin_scope_clear(scope);
    case CHANGE_KINDS:
        break;
    }
    return TOCSIN_E_INTERNAL;
}
