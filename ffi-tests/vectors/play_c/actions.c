/* Actions work on a tree of the event or crumb, which is read before the first one and written back
 * after the last, so that a callback changes its subject in one step. */
#include "actions.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define ACTION_FAILED (-1)

typedef struct action_list {
    player *play;
    const cJSON *actions;
} action_list;

/* TOCSIN_KEEP to go on with the next action, else the callback's answer. */
typedef int32_t (*action_fn)(player *play, cJSON *subject, const cJSON *argument);

typedef struct action_row {
    const char *name;
    action_fn act;
} action_row;

static atomic_int left;

int play_actions_left(void)
{
    return atomic_load(&left);
}

void *play_new_actions(player *play, const cJSON *actions)
{
    action_list *list = malloc(sizeof *list);
    if (list == NULL) play_give_up("no memory", "actions");
    *list = (action_list){play, actions};
    atomic_fetch_add(&left, 1);
    return list;
}

void play_free_actions(void *user)
{
    atomic_fetch_sub(&left, 1);
    free(user);
}

/* `object`'s member, which becomes an empty object if it is none. */
static cJSON *object_in(cJSON *object, const char *name)
{
    cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    if (cJSON_IsObject(member)) return member;
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
    return cJSON_AddObjectToObject(object, name);
}

static void put(cJSON *object, const char *key, const cJSON *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, key);
    cJSON_AddItemToObject(object, key, cJSON_Duplicate(value, true));
}

static void put_pair(cJSON *object, const cJSON *pair)
{
    put(object, cJSON_GetStringValue(cJSON_GetArrayItem(pair, 0)), cJSON_GetArrayItem(pair, 1));
}

static int32_t act_trace(player *play, cJSON *subject, const cJSON *label)
{
    (void)subject;
    cJSON_AddItemToArray(play->calls, cJSON_Duplicate(label, true));
    return TOCSIN_KEEP;
}

static int32_t act_drop(player *play, cJSON *subject, const cJSON *argument)
{
    (void)play;
    (void)subject;
    return cJSON_IsTrue(argument) ? TOCSIN_DROP : TOCSIN_KEEP;
}

static int32_t act_fail(player *play, cJSON *subject, const cJSON *argument)
{
    (void)play;
    (void)subject;
    return cJSON_IsTrue(argument) ? ACTION_FAILED : TOCSIN_KEEP;
}

static int32_t act_set_level(player *play, cJSON *subject, const cJSON *level)
{
    (void)play;
    put(subject, "level", level);
    return TOCSIN_KEEP;
}

static int32_t act_set_tag(player *play, cJSON *event, const cJSON *pair)
{
    (void)play;
    put_pair(object_in(event, "tags"), pair);
    return TOCSIN_KEEP;
}

static int32_t act_remove_tag(player *play, cJSON *event, const cJSON *key)
{
    (void)play;
    cJSON_DeleteItemFromObjectCaseSensitive(object_in(event, "tags"), key->valuestring);
    return TOCSIN_KEEP;
}

static int32_t act_set_extra(player *play, cJSON *event, const cJSON *pair)
{
    (void)play;
    put_pair(object_in(event, "extra"), pair);
    return TOCSIN_KEEP;
}

static int32_t act_set_transaction(player *play, cJSON *event, const cJSON *name)
{
    (void)play;
    put(event, "transaction", name);
    return TOCSIN_KEEP;
}

static int32_t act_set_fingerprint(player *play, cJSON *event, const cJSON *list)
{
    (void)play;
    put(event, "fingerprint", list);
    return TOCSIN_KEEP;
}

static int32_t act_drop_if_tag(player *play, cJSON *event, const cJSON *pair)
{
    (void)play;
    const char *key = cJSON_GetStringValue(cJSON_GetArrayItem(pair, 0));
    const cJSON *tags = cJSON_GetObjectItemCaseSensitive(event, "tags");
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(tags, key);
    bool is_it = value != NULL && cJSON_Compare(value, cJSON_GetArrayItem(pair, 1), true);
    return is_it ? TOCSIN_DROP : TOCSIN_KEEP;
}

static int32_t act_set_data(player *play, cJSON *crumb, const cJSON *pair)
{
    (void)play;
    put_pair(object_in(crumb, "data"), pair);
    return TOCSIN_KEEP;
}

static int32_t act_set_message(player *play, cJSON *crumb, const cJSON *message)
{
    (void)play;
    put(crumb, "message", message);
    return TOCSIN_KEEP;
}

static int32_t act_drop_if_category(player *play, cJSON *crumb, const cJSON *category)
{
    (void)play;
    const cJSON *own = cJSON_GetObjectItemCaseSensitive(crumb, "category");
    return own != NULL && cJSON_Compare(own, category, true) ? TOCSIN_DROP : TOCSIN_KEEP;
}

static const action_row event_rows[] = {
    {"trace", act_trace},
    {"drop", act_drop},
    {"fail", act_fail},
    {"set_level", act_set_level},
    {"set_tag", act_set_tag},
    {"remove_tag", act_remove_tag},
    {"set_extra", act_set_extra},
    {"set_transaction", act_set_transaction},
    {"set_fingerprint", act_set_fingerprint},
    {"drop_if_tag", act_drop_if_tag},
    {NULL, NULL},
};

static const action_row crumb_rows[] = {
    {"trace", act_trace},
    {"drop", act_drop},
    {"fail", act_fail},
    {"set_level", act_set_level},
    {"set_data", act_set_data},
    {"set_message", act_set_message},
    {"drop_if_category", act_drop_if_category},
    {NULL, NULL},
};

static int32_t act(const action_list *list, const action_row *rows, cJSON *subject)
{
    const cJSON *step;
    cJSON_ArrayForEach(step, list->actions)
    {
        const cJSON *action = step->child;
        const action_row *row = rows;
        while (row->name != NULL && strcmp(row->name, action->string) != 0) row++;
        if (row->name == NULL) play_give_up("no such action", action->string);
        int32_t answer = row->act(list->play, subject, action);
        if (answer != TOCSIN_KEEP) return answer;
    }
    return TOCSIN_KEEP;
}

/* NULL: no memory. */
static cJSON *read_subject(player *play, tocsin_event event)
{
    tocsin_length need = tocsin_event_json(event, NULL, 0);
    if (!play_is_done(play, need, "tocsin_event_json")) return NULL;
    char *text = malloc((size_t)need + 1);
    if (text == NULL) play_give_up("no memory", "event");
    need = tocsin_event_json(event, text, need + 1);
    if (!play_is_done(play, need, "tocsin_event_json")) text[0] = '\0';
    cJSON *subject = cJSON_Parse(text);
    if (subject == NULL && need >= 0) play_give_up("an event that is not JSON", text);
    free(text);
    return subject;
}

static int32_t run(tocsin_event event, const action_list *list, const action_row *rows)
{
    cJSON *subject = read_subject(list->play, event);
    if (subject == NULL) return ACTION_FAILED;
    int32_t answer = act(list, rows, subject);
    char *text = cJSON_PrintUnformatted(subject);
    tocsin_status st = tocsin_event_set_json(event, text, -1);
    if (!play_is_done(list->play, st, "tocsin_event_set_json")) answer = ACTION_FAILED;
    cJSON_free(text);
    cJSON_Delete(subject);
    return answer;
}

int32_t play_event_hook(tocsin_event event, const void *hint, void *user)
{
    (void)hint;
    return run(event, user, event_rows);
}

int32_t play_crumb_hook(tocsin_event crumb, const void *hint, void *user)
{
    (void)hint;
    return run(crumb, user, crumb_rows);
}
