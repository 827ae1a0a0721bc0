/* Rows are a table: a label and the function that fills it. Long values are cut, for the whole
 * event is in the store. */
#include "pretty_rows.h"

#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX = 72, CRUMBS_SHOWN = 10 };

void srv_page_style(struct srv_page *page, const char *escape)
{
    if (page->colour) srv_text_addz(&page->text, escape);
}

/* C0 and C1 control characters; the latter are C2 80 to C2 9F in UTF-8. */
static size_t control_len(const unsigned char *at)
{
    if (at[0] < 0x20 || at[0] == 0x7f) return 1;
    return at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f ? 2 : 0;
}

void srv_page_add(struct srv_page *page, const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0';) {
        size_t control = control_len(at);
        srv_text_add(&page->text, control > 0 ? " " : (const char *)at, 1);
        at += control > 0 ? control : 1;
    }
}

static void add_cut(struct srv_page *page, const char *text)
{
    size_t len = strlen(text);
    size_t cut = len > VALUE_MAX ? VALUE_MAX : len;
    while (cut < len && cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80) cut--;
    char *head = srv_copy(text, cut);
    srv_page_add(page, head);
    free(head);
    if (cut < len) srv_text_addz(&page->text, "...");
}

static void add_value(struct srv_page *page, const cJSON *value)
{
    if (cJSON_IsString(value)) {
        add_cut(page, value->valuestring);
        return;
    }
    char *text = cJSON_PrintUnformatted(value);
    add_cut(page, text != NULL ? text : "?");
    free(text);
}

static void add_pair(struct srv_page *page, const cJSON *member)
{
    srv_page_style(page, SRV_DIM);
    srv_page_add(page, member->string);
    srv_text_addz(&page->text, "=");
    srv_page_style(page, SRV_PLAIN);
    add_value(page, member);
}

static void begin_row(struct srv_page *page, const char *label)
{
    srv_page_style(page, SRV_DIM);
    srv_text_addf(&page->text, "    %-13s", label);
    srv_page_style(page, SRV_PLAIN);
}

/* Columns since `start`; escape sequences take none. */
static size_t width_since(const struct srv_page *page, size_t start)
{
    size_t width = 0;
    bool is_escape = false;
    for (size_t i = start; i < page->text.len; i++) {
        if (page->text.data[i] == '\033') is_escape = true;
        if (!is_escape) width++;
        if (page->text.data[i] == 'm') is_escape = false;
    }
    return width;
}

/* Goes on after `between`, or on a new line if this one is wide; `start` is where the line began.
 */
static void continue_row(struct srv_page *page, size_t *start, const char *between)
{
    if (width_since(page, *start) <= VALUE_MAX) {
        srv_text_addz(&page->text, between);
        return;
    }
    srv_text_addz(&page->text, between[0] == ',' ? ",\n" : "\n");
    begin_row(page, "");
    *start = page->text.len;
}

/* "    tags         host=gateway  plugin=thumbs", broken before it gets wide. */
static void add_pairs_row(struct srv_page *page, const char *label, const cJSON *object)
{
    if (!cJSON_IsObject(object) || object->child == NULL) return;
    begin_row(page, label);
    size_t start = page->text.len;
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        add_pair(page, member);
        if (member->next != NULL) continue_row(page, &start, "  ");
    }
    srv_text_addz(&page->text, "\n");
}

static void add_text_row(struct srv_page *page, const char *label, const char *text)
{
    if (text == NULL || *text == '\0') return;
    begin_row(page, label);
    add_cut(page, text);
    srv_text_addz(&page->text, "\n");
}

static void add_where_row(struct srv_page *page, const cJSON *event)
{
    static const char *const keys[] = {"release",  "environment", "server_name",
                                       "platform", "transaction", "logger"};
    const char *before = "";
    begin_row(page, "from");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *text = srv_json_text(event, keys[i]);
        if (text == NULL) continue;
        srv_text_addz(&page->text, before);
        add_cut(page, text);
        before = " / ";
    }
    srv_text_addz(&page->text, "\n");
}

/* "12:03:04 http     GET /cart  {...}" */
static void add_crumb(struct srv_page *page, const cJSON *crumb)
{
    const char *time = srv_json_text(crumb, "timestamp");
    const char *clock = time != NULL ? strchr(time, 'T') : NULL;
    const char *category = srv_json_text(crumb, "category");
    const char *message = srv_json_text(crumb, "message");
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(crumb, "data");
    if (category == NULL) category = srv_json_text(crumb, "type");
    srv_page_style(page, SRV_DIM);
    srv_text_addf(&page->text, "%.8s ", clock != NULL ? clock + 1 : "--:--:--");
    srv_page_style(page, SRV_PLAIN);
    srv_page_add(page, category != NULL ? category : "-");
    if (message != NULL) {
        srv_text_addz(&page->text, "  ");
        add_cut(page, message);
    }
    if (data != NULL) {
        srv_text_addz(&page->text, "  ");
        add_value(page, data);
    }
    srv_text_addz(&page->text, "\n");
}

static void add_crumb_rows(struct srv_page *page, const cJSON *event)
{
    const cJSON *crumbs = cJSON_GetObjectItemCaseSensitive(event, "breadcrumbs");
    if (cJSON_IsObject(crumbs)) crumbs = cJSON_GetObjectItemCaseSensitive(crumbs, "values");
    int count = cJSON_GetArraySize(crumbs);
    int first = count > CRUMBS_SHOWN ? count - CRUMBS_SHOWN : 0;
    for (int i = first; i < count; i++) {
        begin_row(page, i == first ? "breadcrumbs" : "");
        add_crumb(page, cJSON_GetArrayItem(crumbs, i));
    }
}

/* The two or three words that people look for in a well-known context; NULL: show the whole object.
 */
static const struct {
    const char *context;
    const char *keys[3];
} familiar[] = {
    {"os", {"name", "version", NULL}},
    {"runtime", {"name", "version", NULL}},
    {"device", {"arch", "processor_count", NULL}},
    {"app", {"app_name", "app_version", NULL}},
    {"culture", {"locale", "timezone", NULL}},
    {"trace", {"trace_id", NULL, NULL}},
};

static void add_context(struct srv_page *page, const cJSON *context)
{
    for (size_t i = 0; i < sizeof familiar / sizeof familiar[0]; i++) {
        if (strcmp(familiar[i].context, context->string) != 0) continue;
        srv_page_add(page, context->string);
        for (size_t k = 0; k < 3 && familiar[i].keys[k] != NULL; k++) {
            const cJSON *value = cJSON_GetObjectItemCaseSensitive(context, familiar[i].keys[k]);
            if (value == NULL) continue;
            srv_text_addz(&page->text, " ");
            add_value(page, value);
        }
        return;
    }
    add_pair(page, context);
}

static void add_context_row(struct srv_page *page, const cJSON *contexts)
{
    if (!cJSON_IsObject(contexts) || contexts->child == NULL) return;
    begin_row(page, "contexts");
    size_t start = page->text.len;
    for (const cJSON *context = contexts->child; context != NULL; context = context->next) {
        add_context(page, context);
        if (context->next != NULL) continue_row(page, &start, ", ");
    }
    srv_text_addz(&page->text, "\n");
}

void srv_rows_add(struct srv_page *page, const cJSON *event)
{
    add_pairs_row(page, "tags", cJSON_GetObjectItemCaseSensitive(event, "tags"));
    add_pairs_row(page, "user", cJSON_GetObjectItemCaseSensitive(event, "user"));
    add_pairs_row(page, "request", cJSON_GetObjectItemCaseSensitive(event, "request"));
    add_pairs_row(page, "extra", cJSON_GetObjectItemCaseSensitive(event, "extra"));
    add_crumb_rows(page, event);
    add_context_row(page, cJSON_GetObjectItemCaseSensitive(event, "contexts"));
    add_where_row(page, event);
    add_text_row(page, "event", srv_json_text(event, "event_id"));
}
