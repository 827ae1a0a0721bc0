/* Answers stay JSON until their turn comes; they are checked as a whole when they arrive, so that a
 * misspelt key is an error at once and not a test that waits for what will never happen. */
#include "json_check.h"
#include "script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_count(const cJSON *value)
{
    return cJSON_IsNumber(value) && value->valuedouble >= 0 && value->valuedouble <= 1e9 &&
           value->valuedouble == floor(value->valuedouble);
}

static bool is_status(const cJSON *value)
{
    return is_count(value) && (value->valuedouble == 0 || value->valuedouble >= 200) &&
           value->valuedouble <= 599;
}

static bool is_body(const cJSON *value)
{
    return cJSON_IsString(value) || cJSON_IsObject(value);
}

static bool is_when(const cJSON *value)
{
    const char *text = cJSON_GetStringValue(value);
    return text != NULL && (strcmp(text, "before") == 0 || strcmp(text, "after") == 0);
}

static bool is_bool(const cJSON *value)
{
    return cJSON_IsBool(value);
}

static bool are_headers(const cJSON *value)
{
    if (!cJSON_IsObject(value)) return false;
    for (const cJSON *header = value->child; header != NULL; header = header->next) {
        if (cJSON_IsString(header)) continue;
        if (!cJSON_IsArray(header)) return false;
        for (const cJSON *line = header->child; line != NULL; line = line->next)
            if (!cJSON_IsString(line)) return false;
    }
    return true;
}

static const struct {
    const char *key;
    bool (*accepts)(const cJSON *value);
} members[] = {
    {"status", is_status},    {"delay_ms", is_count}, {"truncate", is_count},
    {"hang_up", is_when},     {"reset", is_bool},     {"body", is_body},
    {"headers", are_headers}, {"times", is_count},    {"hold", is_bool},
};

static bool is_member(const cJSON *value)
{
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(members[i].key, value->string) == 0) return members[i].accepts(value);
    return false;
}

static bool is_answer(const cJSON *value)
{
    if (!cJSON_IsObject(value)) return false;
    for (const cJSON *member = value->child; member != NULL; member = member->next)
        if (!is_member(member)) return false;
    return true;
}

static const char *check(const cJSON *answers, const cJSON *fallback)
{
    if (answers != NULL && !cJSON_IsArray(answers)) return "answers is not a list";
    const cJSON *answer;
    cJSON_ArrayForEach(
        answer,
        answers) if (!is_answer(answer)) return "an answer has an unknown key or an unusable value";
    if (fallback == NULL || cJSON_IsNull(fallback) || is_answer(fallback)) return NULL;
    return "the default answer has an unknown key or an unusable value";
}

static const char *check_keys(const cJSON *root)
{
    static const char *const known[] = {"answers", "default", "clear"};
    if (cJSON_IsArray(root)) return NULL;
    if (!cJSON_IsObject(root)) return "a script is a list or an object";
    for (const cJSON *member = root->child; member != NULL; member = member->next) {
        bool is_known = false;
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            is_known = is_known || strcmp(known[i], member->string) == 0;
        if (!is_known) return "a script knows answers, default and clear";
    }
    return NULL;
}

static void add_answers(struct srv_script *script, const cJSON *answers)
{
    if (script->answers == NULL) script->answers = cJSON_CreateArray();
    const cJSON *answer;
    cJSON_ArrayForEach(answer, answers)
        cJSON_AddItemToArray(script->answers, cJSON_Duplicate(answer, 1));
}

static void set_default(struct srv_script *script, const cJSON *fallback)
{
    cJSON_Delete(script->fallback);
    script->fallback = cJSON_IsNull(fallback) ? NULL : cJSON_Duplicate(fallback, 1);
}

const char *srv_script_add(struct srv_script *script, struct srv_span json)
{
    if (!srv_json_valid(json)) return "a script is JSON";
    cJSON *root = cJSON_ParseWithLength(json.data, json.len);
    const cJSON *answers =
        cJSON_IsArray(root) ? root : cJSON_GetObjectItemCaseSensitive(root, "answers");
    const cJSON *fallback = cJSON_GetObjectItemCaseSensitive(root, "default");
    const char *why = check_keys(root);
    if (why == NULL) why = check(answers, fallback);
    if (why == NULL) {
        if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "clear"))) srv_script_clear(script);
        add_answers(script, answers);
        if (fallback != NULL) set_default(script, fallback);
    }
    cJSON_Delete(root);
    return why;
}

static long number_of(const cJSON *answer, const char *key, long absent)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(answer, key);
    return value != NULL ? (long)value->valuedouble : absent;
}

static char *body_of(const cJSON *answer)
{
    const cJSON *body = cJSON_GetObjectItemCaseSensitive(answer, "body");
    if (cJSON_IsString(body)) return srv_copy(body->valuestring, strlen(body->valuestring));
    return body != NULL ? cJSON_PrintUnformatted(body) : NULL;
}

static void fill(struct srv_answer *out, const cJSON *answer)
{
    const char *when = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "hang_up"));
    const cJSON *headers = cJSON_GetObjectItemCaseSensitive(answer, "headers");
    *out = (struct srv_answer){
        .status = (int)number_of(answer, "status", 0),
        .delay_ms = number_of(answer, "delay_ms", 0),
        .truncate = number_of(answer, "truncate", -1),
        .reset = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer, "reset")),
        .hold = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer, "hold")),
        .body = body_of(answer),
        .headers = headers != NULL ? cJSON_Duplicate(headers, 1) : NULL,
    };
    out->body_len = out->body != NULL ? strlen(out->body) : 0;
    if (when != NULL) out->hang_up = when[0] == 'b' ? SRV_HANG_UP_BEFORE : SRV_HANG_UP_AFTER;
}

/* Counts the first answer down, and drops it after its last time. */
static void consume_first(cJSON *answers)
{
    cJSON *times = cJSON_GetObjectItemCaseSensitive(answers->child, "times");
    if (times == NULL || times->valuedouble <= 1)
        cJSON_DeleteItemFromArray(answers, 0);
    else
        cJSON_SetNumberValue(times, times->valuedouble - 1);
}

void srv_script_next(struct srv_script *script, struct srv_answer *out)
{
    const cJSON *first = script->answers != NULL ? script->answers->child : NULL;
    fill(out, first != NULL ? first : script->fallback);
    if (first != NULL) consume_first(script->answers);
}

size_t srv_script_left(const struct srv_script *script)
{
    size_t left = 0;
    const cJSON *answer;
    cJSON_ArrayForEach(answer, script->answers)
    {
        long times = number_of(answer, "times", 1);
        left += times > 1 ? (size_t)times : 1;
    }
    return left;
}

void srv_script_clear(struct srv_script *script)
{
    cJSON_Delete(script->answers);
    cJSON_Delete(script->fallback);
    *script = (struct srv_script){0};
}

void srv_answer_free(struct srv_answer *answer)
{
    free(answer->body);
    cJSON_Delete(answer->headers);
    *answer = (struct srv_answer){0};
}
