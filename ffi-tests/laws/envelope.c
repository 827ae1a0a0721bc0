/* A reader of its own: it shares nothing with the library, or both could be wrong in the same way.
 */
#include "envelope.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    const char *at;
    const char *end;
} reader;

static _Noreturn void give_up(const char *what, const reader *from)
{
    fprintf(stderr, "no envelope: %s at %.60s\n", what, from->at);
    abort();
}

/* The object on the next line. */
static cJSON *read_line(reader *from)
{
    const char *end = memchr(from->at, '\n', (size_t)(from->end - from->at));
    if (end == NULL) end = from->end;
    cJSON *object = cJSON_ParseWithLength(from->at, (size_t)(end - from->at));
    if (!cJSON_IsObject(object)) give_up("a line that is no object", from);
    from->at = end < from->end ? end + 1 : end;
    return object;
}

static cJSON *get(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *text_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(get(object, name));
    return text != NULL ? text : "";
}

static bool is_empty(const cJSON *value)
{
    if (value == NULL || cJSON_IsNull(value)) return true;
    if (cJSON_IsString(value)) return value->valuestring[0] == '\0';
    return (cJSON_IsObject(value) || cJSON_IsArray(value)) && value->child == NULL;
}

/* Moves `object`'s member into `out` under another name, if it says anything. */
static void move(cJSON *object, const char *name, cJSON *out, const char *as)
{
    cJSON *value = cJSON_DetachItemFromObjectCaseSensitive(object, name);
    if (is_empty(value))
        cJSON_Delete(value);
    else
        cJSON_AddItemToObject(out, as, value);
}

static void take_contexts(cJSON *event, cJSON *out)
{
    cJSON *contexts = get(event, "contexts");
    cJSON *trace = get(contexts, "trace");
    cJSON_AddStringToObject(out, "trace", text_of(trace, "trace_id"));
    cJSON_DeleteItemFromObjectCaseSensitive(contexts, "trace");
    move(get(contexts, "flags"), "values", out, "flags");
    cJSON_DeleteItemFromObjectCaseSensitive(contexts, "flags");
    move(event, "contexts", out, "contexts");
}

static void take_crumbs(cJSON *event, cJSON *out)
{
    cJSON *crumb;
    cJSON_ArrayForEach(crumb, get(get(event, "breadcrumbs"), "values"))
    {
        cJSON_DeleteItemFromObjectCaseSensitive(crumb, "timestamp");
    }
    move(get(event, "breadcrumbs"), "values", out, "crumbs");
    move(get(get(get(event, "_meta"), "breadcrumbs"), ""), "len", out, "total");
}

static cJSON *normal_form(cJSON *event)
{
    static const char *const plain[] = {"level",   "transaction", "fingerprint", "user",
                                        "request", "tags",        "extra"};
    cJSON *out = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) move(event, plain[i], out, plain[i]);
    move(get(event, "transaction_info"), "source", out, "source");
    take_contexts(event, out);
    take_crumbs(event, out);
    cJSON_Delete(event);
    return out;
}

/* The payload, and the item's header in `*about`. */
static reader read_item(reader *from, cJSON **about)
{
    *about = read_line(from);
    const cJSON *length = get(*about, "length");
    if (!cJSON_IsNumber(length)) give_up("an item without length", from);
    if (length->valuedouble > (double)(from->end - from->at)) give_up("a short item", from);
    reader payload = {from->at, from->at + (size_t)length->valuedouble};
    from->at = payload.end;
    if (from->at < from->end && *from->at++ != '\n') give_up("an item that goes on", from);
    return payload;
}

static void add_attachment(cJSON *list, const cJSON *about, reader payload)
{
    char text[64];
    int len = (int)(payload.end - payload.at);
    snprintf(text, sizeof text, "%s:%.*s", text_of(about, "filename"), len, payload.at);
    cJSON_AddItemToArray(list, cJSON_CreateString(text));
}

cJSON *envelope_event(const char *text, size_t len)
{
    reader from = {text, text + len};
    cJSON *event = NULL;
    cJSON *files = cJSON_CreateArray();
    cJSON_Delete(read_line(&from));
    while (from.at < from.end) {
        cJSON *about;
        reader payload = read_item(&from, &about);
        const char *type = text_of(about, "type");
        if (strcmp(type, "event") == 0)
            event = cJSON_ParseWithLength(payload.at, (size_t)(payload.end - payload.at));
        if (strcmp(type, "attachment") == 0) add_attachment(files, about, payload);
        cJSON_Delete(about);
    }
    cJSON *out = event == NULL ? NULL : normal_form(event);
    if (out != NULL && files->child != NULL)
        cJSON_AddItemToObject(out, "attachments", files);
    else
        cJSON_Delete(files);
    return out;
}
