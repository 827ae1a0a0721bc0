/* One pass over the bytes: a header line, then pairs of item header line and payload. Whether a
 * line is a JSON object "to the letter" is json_check's to say, so a blank or a carriage return
 * before the LF is a fault here. */
#include "envelope.h"
#include "json_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *at;
    const char *end;
};

/* The bytes up to the next LF or the end; the cursor moves behind the LF. */
static struct srv_span next_line(struct reader *r, bool *had_lf)
{
    size_t left = (size_t)(r->end - r->at);
    const char *lf = left > 0 ? memchr(r->at, '\n', left) : NULL;
    struct srv_span line = {r->at, lf != NULL ? (size_t)(lf - r->at) : left};
    *had_lf = lf != NULL;
    r->at = lf != NULL ? lf + 1 : r->end;
    return line;
}

static cJSON *parse_object_line(struct srv_span line)
{
    if (!srv_json_is_object_line(line)) return NULL;
    cJSON *object = cJSON_ParseWithLength(line.data, line.len);
    if (cJSON_IsObject(object) && srv_json_doubled_key(object) == NULL) return object;
    cJSON_Delete(object);
    return NULL;
}

static struct srv_item *add_item(struct srv_envelope *out)
{
    out->items = srv_grow(out->items, (out->count + 1) * sizeof *out->items);
    struct srv_item *item = &out->items[out->count++];
    *item = (struct srv_item){0};
    return item;
}

static const char *read_item_header(struct srv_item *item, struct reader *r, bool *had_lf)
{
    item->header_text = next_line(r, had_lf);
    if (item->header_text.len == 0) return "empty line where an item header is due";
    item->header = parse_object_line(item->header_text);
    if (item->header == NULL) return "item header is not exactly one JSON object";
    item->type = srv_json_text(item->header, "type");
    return item->type == NULL ? "item header has no type" : NULL;
}

static const char *read_sized(struct srv_item *item, struct reader *r, double length, bool *had_lf)
{
    if (length < 0 || length > 4294967295.0 || length != floor(length))
        return "item length is not a whole number from 0 to 4294967295";
    size_t len = (size_t)length;
    if ((size_t)(r->end - r->at) < len) return "fewer bytes than the item's length";
    item->payload = (struct srv_span){r->at, len};
    r->at += len;
    *had_lf = r->at < r->end;
    if (!*had_lf) return NULL;
    return *r->at++ == '\n' ? NULL : "no LF right after the payload";
}

static const char *read_payload(struct srv_item *item, struct reader *r, bool *had_lf)
{
    const cJSON *length = cJSON_GetObjectItemCaseSensitive(item->header, "length");
    if (length == NULL) {
        item->payload = next_line(r, had_lf);
        return NULL;
    }
    if (!cJSON_IsNumber(length)) return "item length is not a number";
    return read_sized(item, r, length->valuedouble, had_lf);
}

const char *srv_envelope_read(struct srv_envelope *out, struct srv_span bytes)
{
    *out = (struct srv_envelope){0};
    struct reader r = {bytes.data, bytes.data + bytes.len};
    out->header_text = next_line(&r, &out->ends_in_lf);
    out->header = parse_object_line(out->header_text);
    if (out->header == NULL) return "envelope header is not exactly one JSON object";
    while (r.at < r.end) {
        struct srv_item *item = add_item(out);
        const char *why = read_item_header(item, &r, &out->ends_in_lf);
        if (why == NULL) why = read_payload(item, &r, &out->ends_in_lf);
        if (why != NULL) return why;
    }
    return NULL;
}

void srv_envelope_free(struct srv_envelope *envelope)
{
    for (size_t i = 0; i < envelope->count; i++) cJSON_Delete(envelope->items[i].header);
    free(envelope->items);
    cJSON_Delete(envelope->header);
    *envelope = (struct srv_envelope){0};
}

const char *srv_json_text(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}
