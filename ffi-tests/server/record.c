/* Written piece by piece instead of through a tree, so that numbers and texts of what was sent stay
 * as spelled. */
#include "json_check.h"
#include "lint.h"
#include "record.h"

#include <stdlib.h>
#include <string.h>

static void add_quoted(struct srv_text *out, struct srv_span span)
{
    srv_text_addz(out, "\"");
    for (size_t i = 0; i < span.len; i++) {
        unsigned char byte = (unsigned char)span.data[i];
        if (byte == '"' || byte == '\\')
            srv_text_addf(out, "\\%c", byte);
        else if (byte < 0x20 || byte == 0x7f)
            srv_text_addf(out, "\\u%04x", byte);
        else
            srv_text_add(out, span.data + i, 1);
    }
    srv_text_addz(out, "\"");
}

static void add_base64(struct srv_text *out, struct srv_span span)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *bytes = (const unsigned char *)span.data;
    srv_text_addz(out, "\"");
    for (size_t i = 0; i < span.len; i += 3) {
        size_t have = span.len - i < 3 ? span.len - i : 3;
        unsigned word = (unsigned)bytes[i] << 16;
        if (have > 1) word |= (unsigned)bytes[i + 1] << 8;
        if (have > 2) word |= bytes[i + 2];
        char four[4] = {digits[word >> 18], digits[word >> 12 & 63], digits[word >> 6 & 63],
                        digits[word & 63]};
        memset(four + have + 1, '=', 3 - have);
        srv_text_add(out, four, 4);
    }
    srv_text_addz(out, "\"");
}

static void add_tree(struct srv_text *out, const cJSON *tree)
{
    char *text = cJSON_PrintUnformatted(tree);
    srv_text_addz(out, text != NULL ? text : "null");
    free(text);
}

/* JSON as it stands; raw line ends can only be blanks between its parts. */
static void add_json(struct srv_text *out, struct srv_span json)
{
    size_t start = out->len;
    srv_text_add(out, json.data, json.len);
    for (size_t i = start; i < out->len; i++)
        if (out->data[i] == '\n' || out->data[i] == '\r') out->data[i] = ' ';
}

static void add_item(struct srv_text *out, const struct srv_item *item)
{
    srv_text_addz(out, "{\"header\":");
    if (item->header != NULL)
        add_json(out, item->header_text);
    else
        srv_text_addz(out, "null");
    bool is_attachment = item->type != NULL && strcmp(item->type, "attachment") == 0;
    if (!is_attachment && item->payload.len > 0 && srv_json_valid(item->payload)) {
        srv_text_addz(out, ",\"payload\":");
        add_json(out, item->payload);
    } else if (srv_utf8_valid(item->payload)) {
        srv_text_addz(out, ",\"text\":");
        add_quoted(out, item->payload);
    } else {
        srv_text_addz(out, ",\"base64\":");
        add_base64(out, item->payload);
    }
    srv_text_addz(out, "}");
}

static void add_envelope(struct srv_text *out, const struct srv_envelope *envelope)
{
    srv_text_addz(out, ",\"envelope\":");
    add_json(out, envelope->header_text);
    srv_text_addz(out, ",\"items\":[");
    for (size_t i = 0; i < envelope->count; i++) {
        if (i > 0) srv_text_addz(out, ",");
        add_item(out, &envelope->items[i]);
    }
    srv_text_addz(out, "]");
}

static void add_verdict(struct srv_text *out, struct srv_verdict verdict, int status)
{
    srv_text_addf(out, ",\"status\":%d,\"verdict\":", status);
    struct srv_text words = {0};
    if (verdict.status == 0)
        srv_text_addz(&words, "not read");
    else if (verdict.why == NULL)
        srv_text_addz(&words, "ok");
    else if (verdict.status == 400)
        srv_text_addf(&words, "malformed: %s", verdict.why);
    else
        srv_text_addf(&words, "refused: %s", verdict.why);
    add_quoted(out, (struct srv_span){words.data, words.len});
    srv_text_free(&words);
}

static void add_notes(struct srv_text *out, const struct srv_request *request,
                      const struct srv_envelope *envelope)
{
    struct srv_span project;
    cJSON *notes =
        srv_lint(envelope, srv_path_takes_envelopes(request->path, &project) && project.len > 0);
    srv_text_addz(out, ",\"notes\":");
    add_tree(out, notes);
    cJSON_Delete(notes);
}

static void note_event(struct srv_record *record, struct srv_text *out,
                       const struct srv_envelope *envelope)
{
    const char *id = srv_json_text(envelope->header, "event_id");
    if (id != NULL && strlen(id) < sizeof record->event_id) strcpy(record->event_id, id);
    for (size_t i = 0; i < envelope->count; i++) {
        const struct srv_item *item = &envelope->items[i];
        if (item->type == NULL || strcmp(item->type, "event") != 0) continue;
        srv_text_addf(out, ",\"event\":%zu", i);
        record->event = srv_copy(item->payload.data, item->payload.len);
        record->event_len = item->payload.len;
        return;
    }
}

struct srv_record srv_record_make(const struct srv_request *request,
                                  const struct srv_envelope *envelope, struct srv_verdict verdict,
                                  int status, size_t plain_len, long long received)
{
    struct srv_record record = {.is_ok = verdict.status != 0 && verdict.why == NULL};
    struct srv_text out = {0};
    srv_text_addf(&out, "{\"request\":%zu,\"connection\":%zu,\"received\":%lld.%03lld,\"method\":",
                  request->number, request->connection, received / 1000, received % 1000);
    add_quoted(&out, srv_span_of(request->method));
    srv_text_addz(&out, ",\"path\":");
    add_quoted(&out, srv_span_of(request->path));
    srv_text_addz(&out, ",\"headers\":");
    add_tree(&out, request->headers);
    add_verdict(&out, verdict, status);
    srv_text_addf(&out, ",\"bytes\":{\"sent\":%zu,\"plain\":%zu}", request->body.len, plain_len);
    if (record.is_ok) {
        add_notes(&out, request, envelope);
        add_envelope(&out, envelope);
        note_event(&record, &out, envelope);
    }
    srv_text_addz(&out, "}");
    record.line_len = out.len;
    record.line = srv_text_take(&out);
    return record;
}

void srv_record_free(struct srv_record *record)
{
    free(record->line);
    free(record->event);
    *record = (struct srv_record){0};
}
