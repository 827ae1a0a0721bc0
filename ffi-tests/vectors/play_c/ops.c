/* The operations of the vector language, one row each. What the language can say and the ABI cannot
 * express (a tag that is no text) is left out, as the rules have it. */
#include "actions.h"
#include "play.h"

#include <string.h>

typedef tocsin_status (*json_setter)(tocsin_scope scope, const char *json, int64_t json_len);
typedef tocsin_status (*named_setter)(tocsin_scope scope, const char *key, int64_t key_len,
                                      const char *json, int64_t json_len);

static const cJSON *member(const cJSON *op, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(op, name);
}

/* NULL if it is not there or no text. */
static const char *text_of(const cJSON *op, const char *name)
{
    return cJSON_GetStringValue(member(op, name));
}

static tocsin_scope scope_of(const player *play, const cJSON *op)
{
    return play_scope(play, op, "scope");
}

static tocsin_status set_json(tocsin_scope scope, json_setter set, const cJSON *value)
{
    char *json = value == NULL ? NULL : cJSON_PrintUnformatted(value);
    tocsin_status st = set(scope, json, -1);
    cJSON_free(json);
    return st;
}

static tocsin_status set_named(tocsin_scope scope, named_setter set, const char *key,
                               const cJSON *value)
{
    char *json = cJSON_PrintUnformatted(value);
    tocsin_status st = set(scope, key, -1, json, -1);
    cJSON_free(json);
    return st;
}

/* UNSET for null; a number that no level has for a text that is none. */
static int32_t level_of(const cJSON *op)
{
    static const char *const names[] = {"", "trace", "debug", "info", "warning", "error", "fatal"};
    const char *text = text_of(op, "level");
    if (text == NULL) return TOCSIN_LEVEL_UNSET;
    int32_t level = TOCSIN_LEVEL_DEBUG;
    while (level <= TOCSIN_LEVEL_FATAL && strcmp(names[level], text) != 0) level++;
    return level;
}

static tocsin_status op_fork(player *play, const cJSON *op)
{
    return play_keep_scope(play, op, "as", tocsin_scope_fork(play_scope(play, op, "from")));
}

static tocsin_status op_fork_isolation(player *play, const cJSON *op)
{
    tocsin_scope current = tocsin_scope_fork_isolation(play_scope(play, op, "from"));
    play_keep_scope(play, op, "isolation_as", tocsin_scope_isolation(current));
    return play_keep_scope(play, op, "as", current);
}

static tocsin_status op_new_current(player *play, const cJSON *op)
{
    tocsin_scope isolation = play_scope(play, op, "isolation");
    return play_keep_scope(play, op, "as", tocsin_scope_new_current(isolation));
}

static tocsin_status op_new_isolation(player *play, const cJSON *op)
{
    return play_keep_scope(play, op, "as", tocsin_scope_new_isolation(play->client));
}

static tocsin_status op_new_scope(player *play, const cJSON *op)
{
    return play_keep_scope(play, op, "as", tocsin_scope_new(play->client));
}

static tocsin_status op_set_tag(player *play, const cJSON *op)
{
    const cJSON *value = member(op, "value");
    if (!cJSON_IsString(value) && !cJSON_IsNull(value)) return TOCSIN_OK;
    return tocsin_scope_set_tag(scope_of(play, op), text_of(op, "key"), -1,
                                cJSON_GetStringValue(value), -1);
}

static tocsin_status op_set_tags(player *play, const cJSON *op)
{
    return set_json(scope_of(play, op), tocsin_scope_set_tags, member(op, "tags"));
}

static tocsin_status op_remove_tag(player *play, const cJSON *op)
{
    return tocsin_scope_remove_tag(scope_of(play, op), text_of(op, "key"), -1);
}

static tocsin_status op_set_user(player *play, const cJSON *op)
{
    return set_json(scope_of(play, op), tocsin_scope_set_user, member(op, "user"));
}

static tocsin_status op_set_request(player *play, const cJSON *op)
{
    return set_json(scope_of(play, op), tocsin_scope_set_request, member(op, "request"));
}

static tocsin_status op_set_origin(player *play, const cJSON *op)
{
    return set_json(scope_of(play, op), tocsin_scope_set_origin, member(op, "origin"));
}

static tocsin_status op_set_extra(player *play, const cJSON *op)
{
    return set_named(scope_of(play, op), tocsin_scope_set_extra, text_of(op, "key"),
                     member(op, "value"));
}

static tocsin_status op_remove_extra(player *play, const cJSON *op)
{
    return tocsin_scope_remove_extra(scope_of(play, op), text_of(op, "key"), -1);
}

static tocsin_status op_set_context(player *play, const cJSON *op)
{
    return set_named(scope_of(play, op), tocsin_scope_set_context, text_of(op, "key"),
                     member(op, "value"));
}

static tocsin_status op_remove_context(player *play, const cJSON *op)
{
    return tocsin_scope_remove_context(scope_of(play, op), text_of(op, "key"), -1);
}

static tocsin_status op_set_level(player *play, const cJSON *op)
{
    return tocsin_scope_set_level(scope_of(play, op), level_of(op));
}

static tocsin_status op_set_fingerprint(player *play, const cJSON *op)
{
    return set_json(scope_of(play, op), tocsin_scope_set_fingerprint, member(op, "fingerprint"));
}

static tocsin_status op_set_transaction(player *play, const cJSON *op)
{
    return tocsin_scope_set_transaction(scope_of(play, op), text_of(op, "name"), -1,
                                        text_of(op, "source"), -1);
}

static tocsin_status op_set_flag(player *play, const cJSON *op)
{
    return set_named(scope_of(play, op), tocsin_scope_set_flag, text_of(op, "flag"),
                     member(op, "result"));
}

static tocsin_status op_add_breadcrumb(player *play, const cJSON *op)
{
    char *json = cJSON_PrintUnformatted(member(op, "crumb"));
    tocsin_status st = tocsin_scope_add_breadcrumb(scope_of(play, op), json, -1, NULL);
    cJSON_free(json);
    return st;
}

static tocsin_status op_clear_breadcrumbs(player *play, const cJSON *op)
{
    return tocsin_scope_clear_breadcrumbs(scope_of(play, op));
}

static tocsin_status op_add_attachment(player *play, const cJSON *op)
{
    cJSON *about = cJSON_CreateObject();
    cJSON_AddItemToObject(about, "filename", cJSON_Duplicate(member(op, "filename"), true));
    char *json = cJSON_PrintUnformatted(about);
    tocsin_status st =
        tocsin_scope_add_attachment(scope_of(play, op), text_of(op, "data"), -1, json, -1);
    cJSON_free(json);
    cJSON_Delete(about);
    return st;
}

static tocsin_status add_processor(player *play, const cJSON *op, int32_t kind, const char *type)
{
    void *user = play_new_actions(play, member(op, "do"));
    return tocsin_scope_add_processor(scope_of(play, op), kind, type, -1, play_event_hook, user,
                                      play_free_actions);
}

static tocsin_status op_add_event_processor(player *play, const cJSON *op)
{
    return add_processor(play, op, TOCSIN_PROCESSOR_EVENT, NULL);
}

static tocsin_status op_add_error_processor(player *play, const cJSON *op)
{
    return add_processor(play, op, TOCSIN_PROCESSOR_ERROR, text_of(op, "type"));
}

static tocsin_status op_new_trace(player *play, const cJSON *op)
{
    return tocsin_scope_new_trace(scope_of(play, op));
}

static tocsin_status op_continue_trace(player *play, const cJSON *op)
{
    return set_json(scope_of(play, op), tocsin_scope_continue_trace, member(op, "headers"));
}

static tocsin_status op_merge(player *play, const cJSON *op)
{
    return tocsin_scope_merge(play_scope(play, op, "into"), play_scope(play, op, "from"));
}

static tocsin_status op_clear(player *play, const cJSON *op)
{
    return tocsin_scope_clear(scope_of(play, op));
}

static tocsin_status op_update(player *play, const cJSON *op)
{
    return set_json(scope_of(play, op), tocsin_scope_update, member(op, "fields"));
}

static void set_each(player *play, tocsin_scope scope, named_setter set, const cJSON *object)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, object)
    {
        play_is_done(play, set_named(scope, set, item->string, item), item->string);
    }
}

/* A detached scope that holds inline fields. */
static tocsin_scope inline_scope(player *play, const cJSON *with)
{
    static const struct {
        const char *name;
        json_setter set;
    } whole[] = {{"tags", tocsin_scope_set_tags},
                 {"user", tocsin_scope_set_user},
                 {"fingerprint", tocsin_scope_set_fingerprint}};
    tocsin_scope scope = tocsin_scope_new(play->client);
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        const cJSON *value = member(with, whole[i].name);
        if (value == NULL) continue;
        play_is_done(play, set_json(scope, whole[i].set, value), whole[i].name);
    }
    set_each(play, scope, tocsin_scope_set_extra, member(with, "extra"));
    set_each(play, scope, tocsin_scope_set_context, member(with, "contexts"));
    play_is_done(play, tocsin_scope_set_level(scope, level_of(with)), "level");
    return scope;
}

/* A new handle to what the capture is to be overlaid with; 0: nothing. */
static tocsin_scope overlay_of(player *play, const cJSON *op)
{
    if (member(op, "with") != NULL) return inline_scope(play, member(op, "with"));
    if (member(op, "overlay") != NULL) {
        return tocsin_handle_dup(play_scope(play, op, "overlay"));
    }
    return 0;
}

static void note_stats(player *play)
{
    char text[4096];
    tocsin_length need = tocsin_client_stats(play->client, text, sizeof text);
    if (!play_is_done(play, need, "tocsin_client_stats")) return;
    if (need >= (tocsin_length)sizeof text) play_give_up("tocsin_client_stats", "too long");
    cJSON_AddItemToArray(play->stats, cJSON_Parse(text));
}

static tocsin_status note_capture(player *play, tocsin_scope overlay, tocsin_status st,
                                  const char *event_id)
{
    if (overlay != 0) tocsin_handle_close(overlay);
    bool is_sent = event_id[0] != '\0';
    cJSON *id = is_sent ? cJSON_CreateString(event_id) : cJSON_CreateNull();
    cJSON_AddItemToArray(play->captures, id);
    note_stats(play);
    return st;
}

static tocsin_status op_capture_message(player *play, const cJSON *op)
{
    char event_id[TOCSIN_EVENT_ID_SIZE] = "";
    tocsin_scope overlay = overlay_of(play, op);
    tocsin_status st = tocsin_scope_capture_message(scope_of(play, op), text_of(op, "message"), -1,
                                                    level_of(op), overlay, NULL, event_id);
    return note_capture(play, overlay, st, event_id);
}

static tocsin_status op_capture_event(player *play, const cJSON *op)
{
    char event_id[TOCSIN_EVENT_ID_SIZE] = "";
    tocsin_scope overlay = overlay_of(play, op);
    char *json = cJSON_PrintUnformatted(member(op, "event"));
    tocsin_status st =
        tocsin_scope_capture_event(scope_of(play, op), json, -1, overlay, NULL, event_id);
    cJSON_free(json);
    return note_capture(play, overlay, st, event_id);
}

static tocsin_status op_capture_exception(player *play, const cJSON *op)
{
    char event_id[TOCSIN_EVENT_ID_SIZE] = "";
    tocsin_scope overlay = overlay_of(play, op);
    cJSON *exception = cJSON_CreateObject();
    cJSON_AddItemToObject(exception, "type", cJSON_Duplicate(member(op, "type"), true));
    cJSON_AddItemToObject(exception, "value", cJSON_Duplicate(member(op, "value"), true));
    char *json = cJSON_PrintUnformatted(exception);
    tocsin_status st =
        tocsin_scope_capture_exception(scope_of(play, op), json, -1, overlay, NULL, event_id);
    cJSON_free(json);
    cJSON_Delete(exception);
    return note_capture(play, overlay, st, event_id);
}

static tocsin_status op_get_last_event_id(player *play, const cJSON *op)
{
    char event_id[TOCSIN_EVENT_ID_SIZE] = "";
    tocsin_length need = tocsin_scope_last_event_id(scope_of(play, op), event_id, sizeof event_id);
    cJSON *id = need > 0 ? cJSON_CreateString(event_id) : cJSON_CreateNull();
    cJSON_AddItemToArray(play->reads, id);
    return need < 0 ? (tocsin_status)need : TOCSIN_OK;
}

static const struct {
    const char *name;
    tocsin_status (*act)(player *play, const cJSON *op);
} rows[] = {
    {"fork", op_fork},
    {"fork_isolation", op_fork_isolation},
    {"new_current", op_new_current},
    {"new_isolation", op_new_isolation},
    {"new_scope", op_new_scope},
    {"set_tag", op_set_tag},
    {"set_tags", op_set_tags},
    {"remove_tag", op_remove_tag},
    {"set_user", op_set_user},
    {"set_request", op_set_request},
    {"set_origin", op_set_origin},
    {"set_extra", op_set_extra},
    {"remove_extra", op_remove_extra},
    {"set_context", op_set_context},
    {"remove_context", op_remove_context},
    {"set_level", op_set_level},
    {"set_fingerprint", op_set_fingerprint},
    {"set_transaction", op_set_transaction},
    {"set_flag", op_set_flag},
    {"add_breadcrumb", op_add_breadcrumb},
    {"clear_breadcrumbs", op_clear_breadcrumbs},
    {"add_attachment", op_add_attachment},
    {"add_event_processor", op_add_event_processor},
    {"add_error_processor", op_add_error_processor},
    {"new_trace", op_new_trace},
    {"continue_trace", op_continue_trace},
    {"merge", op_merge},
    {"clear", op_clear},
    {"update", op_update},
    {"capture_message", op_capture_message},
    {"capture_event", op_capture_event},
    {"capture_exception", op_capture_exception},
    {"get_last_event_id", op_get_last_event_id},
};

tocsin_status play_op(player *play, const cJSON *op)
{
    const char *name = text_of(op, "op");
    for (size_t i = 0; name != NULL && i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].name, name) == 0) return rows[i].act(play, op);
    }
    play_give_up("no such operation", name != NULL ? name : "(none)");
}
