/* The writer's side of sections 3 and 4: rules that a lenient reader does not enforce, each one a
 * note with its id. */
#include "lint.h"
#include "json_check.h"

#include <string.h>

static void note(cJSON *notes, const char *text)
{
    cJSON_AddItemToArray(notes, cJSON_CreateString(text));
}

static size_t count_of(const struct srv_envelope *envelope, const char *type)
{
    size_t count = 0;
    for (size_t i = 0; i < envelope->count; i++)
        if (envelope->items[i].type != NULL && strcmp(envelope->items[i].type, type) == 0) count++;
    return count;
}

/* `pattern` has d for a digit, h for a lower-case hex digit; any other byte stands for itself. */
static bool matches(const char *text, const char *pattern)
{
    for (; *text != '\0' && *pattern != '\0'; text++, pattern++) {
        if (*pattern == 'd' && strchr("0123456789", *text) != NULL) continue;
        if (*pattern == 'h' && strchr("0123456789abcdef", *text) != NULL) continue;
        if (*pattern != *text) return false;
    }
    return *text == *pattern;
}

static bool is_id(const char *text)
{
    return text != NULL && matches(text, "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh");
}

static void lint_header(cJSON *notes, const struct srv_envelope *envelope, bool ingest)
{
    const cJSON *sdk = cJSON_GetObjectItemCaseSensitive(envelope->header, "sdk");
    const char *sent_at = srv_json_text(envelope->header, "sent_at");
    const char *name = srv_json_text(sdk, "name");
    if (ingest && srv_json_text(envelope->header, "dsn") == NULL) note(notes, "D-9: no dsn header");
    if (name == NULL || srv_json_text(sdk, "version") == NULL)
        note(notes, "envelope header: sdk lacks name or version");
    if (name != NULL && strncmp(name, "sentry.", 7) == 0)
        note(notes, "C-8: sdk name is the vendor's");
    if (sent_at == NULL)
        note(notes, "envelope header: no sent_at");
    else if (!matches(sent_at, "dddd-dd-ddTdd:dd:dd.dddZ"))
        note(notes, "C-3: form of sent_at");
}

static void lint_items(cJSON *notes, const struct srv_envelope *envelope)
{
    if (!envelope->ends_in_lf) note(notes, "E-1: no LF at the end");
    if (envelope->count == 0) note(notes, "E-5: no items");
    for (size_t i = 0; i < envelope->count; i++) {
        const struct srv_item *item = &envelope->items[i];
        if (!cJSON_HasObjectItem(item->header, "length"))
            note(notes, "E-2: an item without length");
        if (strcmp(item->type, "attachment") != 0) continue;
        const char *filename = srv_json_text(item->header, "filename");
        if (filename == NULL || strchr(filename, '/') != NULL)
            note(notes, "attachment: filename missing or with a directory");
    }
}

static void lint_composition(cJSON *notes, const struct srv_envelope *envelope)
{
    size_t events = count_of(envelope, "event");
    size_t main_items = events + count_of(envelope, "transaction") + count_of(envelope, "feedback");
    if (main_items > 1) note(notes, "E-6: more than one event, transaction or feedback");
    bool seen_event = false;
    for (size_t i = 0; i < envelope->count; i++) {
        const char *type = envelope->items[i].type;
        seen_event = seen_event || strcmp(type, "event") == 0 || strcmp(type, "transaction") == 0;
        if (strcmp(type, "attachment") == 0 && !seen_event)
            note(notes, "E-7: an attachment before or without its event");
    }
    const char *id = srv_json_text(envelope->header, "event_id");
    if (main_items > 0 && !is_id(id)) note(notes, "C-2: envelope header has no proper event_id");
    if (main_items == 0 && id != NULL && count_of(envelope, "attachment") == 0)
        note(notes, "envelope header: event_id without event");
}

static void lint_event(cJSON *notes, const cJSON *event, const char *header_id)
{
    static const char *const always[] = {"event_id",    "timestamp", "platform", "level",
                                         "environment", "contexts",  "sdk"};
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
        if (!cJSON_HasObjectItem(event, always[i])) note(notes, "P: an attribute is missing");
    const char *doubled = srv_json_doubled_key(event);
    const char *id = srv_json_text(event, "event_id");
    const char *time = srv_json_text(event, "timestamp");
    if (doubled != NULL) note(notes, "C-6: a key stands twice");
    if (!is_id(id) || header_id == NULL || strcmp(id, header_id) != 0)
        note(notes, "C-2: event_id is odd, or differs from the header's");
    if (time == NULL || !matches(time, "dddd-dd-ddTdd:dd:dd.ddddddZ"))
        note(notes, "C-3: form of the event's timestamp");
    if (cJSON_HasObjectItem(event, "type")) note(notes, "P-1: an error event with a type");
    if (cJSON_HasObjectItem(event, "message")) note(notes, "logentry: a top-level message");
    const cJSON *contexts = cJSON_GetObjectItemCaseSensitive(event, "contexts");
    const cJSON *trace = cJSON_GetObjectItemCaseSensitive(contexts, "trace");
    const char *span = srv_json_text(trace, "span_id");
    bool has_span = span != NULL && matches(span, "hhhhhhhhhhhhhhhh");
    if (!is_id(srv_json_text(trace, "trace_id")) || !has_span)
        note(notes, "4.8: contexts.trace lacks a proper trace_id or span_id");
}

cJSON *srv_lint(const struct srv_envelope *envelope, bool ingest)
{
    cJSON *notes = cJSON_CreateArray();
    lint_header(notes, envelope, ingest);
    lint_items(notes, envelope);
    lint_composition(notes, envelope);
    for (size_t i = 0; i < envelope->count; i++) {
        const struct srv_item *item = &envelope->items[i];
        if (strcmp(item->type, "event") != 0) continue;
        cJSON *event = cJSON_ParseWithLength(item->payload.data, item->payload.len);
        lint_event(notes, event, srv_json_text(envelope->header, "event_id"));
        cJSON_Delete(event);
    }
    return notes;
}
