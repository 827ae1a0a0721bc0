/* A page has a title line, then what happened (innermost call first, the way one reads a crash),
 * then what was known at the time, one labelled row each. Everything is built in a text and written
 * in one go, so pages never interleave. */
#include "pretty.h"
#include "pretty_rows.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *level;
    const char *mark;
    const char *colour;
} levels[] = {
    {"fatal", "FATAL", SRV_RED}, {"error", "ERROR", SRV_RED}, {"warning", "WARNING", SRV_YELLOW},
    {"info", "INFO", SRV_BLUE},  {"debug", "DEBUG", SRV_DIM},
};

static void add_level(struct srv_page *page, const char *level)
{
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (level == NULL || strcmp(levels[i].level, level) != 0) continue;
        srv_page_style(page, levels[i].colour);
        srv_text_addz(&page->text, levels[i].mark);
        srv_page_style(page, SRV_PLAIN);
        return;
    }
    srv_page_add(page, level != NULL ? level : "EVENT");
}

static const cJSON *exceptions_of(const cJSON *event)
{
    const cJSON *exception = cJSON_GetObjectItemCaseSensitive(event, "exception");
    if (cJSON_IsArray(exception)) return exception;
    return cJSON_GetObjectItemCaseSensitive(exception, "values");
}

static void add_exception_title(struct srv_page *page, const cJSON *exception)
{
    const char *type = srv_json_text(exception, "type");
    const char *value = srv_json_text(exception, "value");
    srv_page_add(page, type != NULL ? type : "");
    if (type != NULL && value != NULL) srv_page_add(page, ": ");
    srv_page_add(page, value != NULL ? value : "");
}

static void add_title(struct srv_page *page, const cJSON *event)
{
    const cJSON *values = exceptions_of(event);
    const cJSON *logentry = cJSON_GetObjectItemCaseSensitive(event, "logentry");
    const char *message = srv_json_text(logentry, "formatted");
    if (message == NULL) message = srv_json_text(logentry, "message");
    add_level(page, srv_json_text(event, "level"));
    srv_text_addz(&page->text, "  ");
    srv_page_style(page, SRV_BOLD);
    int count = cJSON_GetArraySize(values);
    if (count > 0)
        add_exception_title(page, cJSON_GetArrayItem(values, count - 1));
    else
        srv_page_add(page, message != NULL ? message : "(no message)");
    srv_page_style(page, SRV_PLAIN);
    srv_text_addz(&page->text, "\n");
}

static void add_frame(struct srv_page *page, const cJSON *frame)
{
    const char *function = srv_json_text(frame, "function");
    const char *file = srv_json_text(frame, "filename");
    const char *package = srv_json_text(frame, "package");
    const char *address = srv_json_text(frame, "instruction_addr");
    const cJSON *line = cJSON_GetObjectItemCaseSensitive(frame, "lineno");
    srv_text_addz(&page->text, "      at ");
    srv_page_add(page, function != NULL ? function : address != NULL ? address : "?");
    srv_page_style(page, SRV_DIM);
    if (file != NULL) {
        srv_text_addz(&page->text, "  ");
        srv_page_add(page, file);
        if (cJSON_IsNumber(line)) srv_text_addf(&page->text, ":%.0f", line->valuedouble);
    }
    if (package != NULL) {
        const char *name = strrchr(package, '/');
        srv_text_addz(&page->text, "  in ");
        srv_page_add(page, name != NULL ? name + 1 : package);
    }
    srv_page_style(page, SRV_PLAIN);
    srv_text_addz(&page->text, "\n");
}

static void add_frames(struct srv_page *page, const cJSON *holder)
{
    const cJSON *stack = cJSON_GetObjectItemCaseSensitive(holder, "stacktrace");
    const cJSON *frames = cJSON_GetObjectItemCaseSensitive(stack, "frames");
    for (int i = cJSON_GetArraySize(frames); i-- > 0;)
        add_frame(page, cJSON_GetArrayItem(frames, i));
}

static void add_stacks(struct srv_page *page, const cJSON *event)
{
    const cJSON *values = exceptions_of(event);
    int count = cJSON_GetArraySize(values);
    for (int i = count; i-- > 0;) {
        const cJSON *exception = cJSON_GetArrayItem(values, i);
        if (i < count - 1) {
            srv_text_addz(&page->text, "    caused by ");
            add_exception_title(page, exception);
            srv_text_addz(&page->text, "\n");
        }
        add_frames(page, exception);
    }
    const cJSON *threads = cJSON_GetObjectItemCaseSensitive(event, "threads");
    const cJSON *thread;
    cJSON_ArrayForEach(thread, cJSON_GetObjectItemCaseSensitive(threads, "values"))
        add_frames(page, thread);
}

static void add_event(struct srv_page *page, const cJSON *event)
{
    add_title(page, event);
    add_stacks(page, event);
    srv_rows_add(page, event);
    srv_text_addz(&page->text, "\n");
}

/* "  + attachment  thumb.log, 120 bytes": anything that is not an event. */
static void add_other(struct srv_page *page, const struct srv_item *item)
{
    const char *filename = srv_json_text(item->header, "filename");
    srv_page_style(page, SRV_DIM);
    srv_text_addz(&page->text, "+ ");
    srv_page_add(page, item->type);
    srv_text_addz(&page->text, "  ");
    if (filename != NULL) {
        srv_page_add(page, filename);
        srv_text_addz(&page->text, ", ");
    }
    srv_text_addf(&page->text, "%zu bytes", item->payload.len);
    srv_page_style(page, SRV_PLAIN);
    srv_text_addz(&page->text, "\n");
}

void srv_pretty_print(FILE *out, const struct srv_envelope *envelope, bool colour)
{
    struct srv_page page = {.colour = colour};
    for (size_t i = 0; i < envelope->count; i++) {
        const struct srv_item *item = &envelope->items[i];
        if (strcmp(item->type, "event") != 0) {
            add_other(&page, item);
            continue;
        }
        cJSON *event = cJSON_ParseWithLength(item->payload.data, item->payload.len);
        add_event(&page, event);
        cJSON_Delete(event);
    }
    if (page.text.len > 0) fwrite(page.text.data, 1, page.text.len, out);
    fflush(out);
    srv_text_free(&page.text);
}
