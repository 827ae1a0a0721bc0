/* Members of a model: tags extra contexts (objects), flags (list of {flag, result}), crumbs (list
 * of {time, number, crumb}), dropped, attachments (list of texts), user request fingerprint level
 * transaction source trace. One that is not there is unset. */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#define FLAGS_MAX 100
#define NOW 2000000000 /* between the times that are given */

static const char *const maps[] = {"tags", "extra", "contexts"};
static const char *const singles[] = {"user", "request", "fingerprint", "level", "trace"};
static const char *const levels[] = {"", "", "debug", "info", "warning", "error", "fatal"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static cJSON *get(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* Takes over `value`; NULL and null unset. */
static void put(cJSON *object, const char *name, cJSON *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
    if (value != NULL && !cJSON_IsNull(value))
        cJSON_AddItemToObject(object, name, value);
    else
        cJSON_Delete(value);
}

static void put_copy(cJSON *object, const char *name, const cJSON *value)
{
    if (value == NULL) return;
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
    cJSON_AddItemToObject(object, name, cJSON_Duplicate(value, true));
}

static cJSON *list_in(cJSON *model, const char *name)
{
    cJSON *list = get(model, name);
    return list != NULL ? list : cJSON_AddArrayToObject(model, name);
}

static cJSON *map_in(cJSON *model, const char *name)
{
    cJSON *map = get(model, name);
    return map != NULL ? map : cJSON_AddObjectToObject(model, name);
}

static void append_copies(cJSON *model, const cJSON *from, const char *name)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, get(from, name))
    {
        cJSON_AddItemToArray(list_in(model, name), cJSON_Duplicate(item, true));
    }
}

static void cut(cJSON *list, int max)
{
    while (cJSON_GetArraySize(list) > max) cJSON_DeleteItemFromArray(list, 0);
}

static void count_dropped(cJSON *model, double more)
{
    const cJSON *dropped = get(model, "dropped");
    double sum = (dropped != NULL ? dropped->valuedouble : 0) + more;
    put(model, "dropped", sum > 0 ? cJSON_CreateNumber(sum) : NULL);
}

static void cut_crumbs(cJSON *model, int max)
{
    cJSON *crumbs = list_in(model, "crumbs");
    int count = cJSON_GetArraySize(crumbs);
    cut(crumbs, max);
    if (count > max) count_dropped(model, count - max);
}

static void set_flag(cJSON *model, const char *flag, cJSON *result)
{
    cJSON *flags = list_in(model, "flags");
    cJSON *old = flags->child;
    while (old != NULL && strcmp(get(old, "flag")->valuestring, flag) != 0) old = old->next;
    if (old != NULL) cJSON_Delete(cJSON_DetachItemViaPointer(flags, old));
    cJSON *item = cJSON_CreateObject();
    cJSON_AddStringToObject(item, "flag", flag);
    cJSON_AddItemToObject(item, "result", result);
    cJSON_AddItemToArray(flags, item);
    cut(flags, FLAGS_MAX);
}

static void add_crumb(cJSON *model, const change *what, int number, int max)
{
    cJSON *crumb = cJSON_Parse(what->json);
    cJSON_DeleteItemFromObjectCaseSensitive(crumb, "timestamp");
    cJSON_AddStringToObject(crumb, "type", "default");
    cJSON *item = cJSON_CreateObject();
    cJSON_AddNumberToObject(item, "time", what->time > 0 ? what->time : NOW);
    cJSON_AddNumberToObject(item, "number", number);
    cJSON_AddItemToObject(item, "crumb", crumb);
    cJSON_AddItemToArray(list_in(model, "crumbs"), item);
    cut_crumbs(model, max);
}

static void set_transaction(cJSON *model, const change *what)
{
    bool is_set = what->key[0] != '\0';
    put(model, "transaction", is_set ? cJSON_CreateString(what->key) : NULL);
    put(model, "source", is_set && what->json[0] != '\0' ? cJSON_CreateString(what->json) : NULL);
}

cJSON *model_new(int trace)
{
    cJSON *model = cJSON_CreateObject();
    if (trace > 0) cJSON_AddNumberToObject(model, "trace", trace);
    return model;
}

void model_clear(cJSON *model, bool keeps_trace)
{
    cJSON *trace = cJSON_DetachItemFromObjectCaseSensitive(model, "trace");
    while (model->child != NULL) cJSON_Delete(cJSON_DetachItemViaPointer(model, model->child));
    if (keeps_trace)
        put(model, "trace", trace);
    else
        cJSON_Delete(trace);
}

static void attach(cJSON *model, const change *what)
{
    char text[sizeof what->key + sizeof what->json + 1];
    strcpy(text, what->key);
    strcat(strcat(text, ":"), what->json);
    cJSON_AddItemToArray(list_in(model, "attachments"), cJSON_CreateString(text));
}

static void set_extra(cJSON *model, const change *what)
{
    cJSON *map = map_in(model, "extra");
    cJSON_DeleteItemFromObjectCaseSensitive(map, what->key);
    cJSON_AddItemToObject(map, what->key, cJSON_Parse(what->json));
}

void model_apply(cJSON *model, const change *what, int number, int max_crumbs)
{
    const char *key = what->key;
    switch (what->kind) {
    case CHANGE_TAG:
        put(map_in(model, "tags"), key, cJSON_CreateString(what->json));
        break;
    case CHANGE_TAG_REMOVE:
        put(map_in(model, "tags"), key, NULL);
        break;
    case CHANGE_EXTRA:
        set_extra(model, what);
        break;
    case CHANGE_EXTRA_REMOVE:
        put(map_in(model, "extra"), key, NULL);
        break;
    case CHANGE_CONTEXT:
        put(map_in(model, "contexts"), key, cJSON_Parse(what->json));
        break;
    case CHANGE_CONTEXT_REMOVE:
        put(map_in(model, "contexts"), key, NULL);
        break;
    case CHANGE_FLAG:
        set_flag(model, key, cJSON_Parse(what->json));
        break;
    case CHANGE_USER:
        put(model, "user", cJSON_Parse(what->json));
        break;
    case CHANGE_REQUEST:
        put(model, "request", cJSON_Parse(what->json));
        break;
    case CHANGE_FINGERPRINT:
        put(model, "fingerprint", cJSON_Parse(what->json));
        break;
    case CHANGE_LEVEL:
        put(model, "level", what->level > 0 ? cJSON_CreateString(levels[what->level]) : NULL);
        break;
    case CHANGE_TRANSACTION:
        set_transaction(model, what);
        break;
    case CHANGE_CRUMB:
        add_crumb(model, what, number, max_crumbs);
        break;
    case CHANGE_CRUMBS_CLEAR:
        put(model, "crumbs", NULL);
        put(model, "dropped", NULL);
        break;
    case CHANGE_ATTACHMENT:
        attach(model, what);
        break;
    case CHANGE_CLEAR:
        model_clear(model, true);
        break;
    case CHANGE_KINDS:
        break;
    }
}

/* Everything but the cut of crumbs. */
static void take_in(cJSON *into, const cJSON *from)
{
    const cJSON *item;
    for (size_t i = 0; i < COUNT(maps); i++) {
        cJSON_ArrayForEach(item, get(from, maps[i]))
        {
            put_copy(map_in(into, maps[i]), item->string, item);
        }
    }
    for (size_t i = 0; i < COUNT(singles); i++) put_copy(into, singles[i], get(from, singles[i]));
    if (get(from, "transaction") != NULL) {
        put(into, "source", cJSON_Duplicate(get(from, "source"), true));
        put_copy(into, "transaction", get(from, "transaction"));
    }
    cJSON_ArrayForEach(item, get(from, "flags"))
    {
        set_flag(into, get(item, "flag")->valuestring, cJSON_Duplicate(get(item, "result"), true));
    }
    append_copies(into, from, "attachments");
    append_copies(into, from, "crumbs");
    if (get(from, "dropped") != NULL) count_dropped(into, get(from, "dropped")->valuedouble);
}

void model_merge(cJSON *into, const cJSON *from, int max_crumbs)
{
    take_in(into, from);
    cut_crumbs(into, max_crumbs);
}

typedef struct placed_crumb {
    cJSON *item;
    int place;
} placed_crumb;

static int compare_crumbs(const void *left, const void *right)
{
    const placed_crumb *one = left;
    const placed_crumb *other = right;
    double times = get(one->item, "time")->valuedouble - get(other->item, "time")->valuedouble;
    double numbers =
        get(one->item, "number")->valuedouble - get(other->item, "number")->valuedouble;
    if (times != 0) return times < 0 ? -1 : 1;
    if (numbers != 0) return numbers < 0 ? -1 : 1;
    return one->place - other->place;
}

/* The crumbs alone, sorted. */
static void sort_crumbs(cJSON *event)
{
    cJSON *list = list_in(event, "crumbs");
    int count = cJSON_GetArraySize(list);
    placed_crumb *crumbs = malloc(sizeof *crumbs * (size_t)(count + 1));
    for (int i = 0; i < count; i++)
        crumbs[i] = (placed_crumb){cJSON_DetachItemFromArray(list, 0), i};
    qsort(crumbs, (size_t)count, sizeof *crumbs, compare_crumbs);
    for (int i = 0; i < count; i++) {
        cJSON_AddItemToArray(list, cJSON_DetachItemFromObject(crumbs[i].item, "crumb"));
        cJSON_Delete(crumbs[i].item);
    }
    free(crumbs);
}

/* What says as much as nothing goes. */
static void leave_out_empty(cJSON *event)
{
    cJSON *next;
    for (cJSON *item = event->child; item != NULL; item = next) {
        next = item->next;
        bool is_container = cJSON_IsObject(item) || cJSON_IsArray(item);
        if (is_container && item->child == NULL)
            cJSON_Delete(cJSON_DetachItemViaPointer(event, item));
    }
}

cJSON *model_event(const cJSON *const layers[], int count, int max_crumbs)
{
    cJSON *event = cJSON_CreateObject();
    for (int i = 0; i < count; i++) take_in(event, layers[i]);
    sort_crumbs(event);
    cut_crumbs(event, max_crumbs);
    double sent = cJSON_GetArraySize(get(event, "crumbs"));
    cJSON *dropped = cJSON_DetachItemFromObjectCaseSensitive(event, "dropped");
    if (dropped != NULL) cJSON_AddNumberToObject(event, "total", sent + dropped->valuedouble);
    cJSON_Delete(dropped);
    if (get(event, "level") == NULL) cJSON_AddStringToObject(event, "level", "info");
    leave_out_empty(event);
    return event;
}
