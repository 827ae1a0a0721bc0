/* Bodies come plain or in chunks, as text or compressed; only the first line of an envelope is
 * looked into. */
#include "request.h"

#include "unzstd.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

enum { LINE_MAX_BYTES = 1024 };

static const char *header_end(const char *text, size_t len)
{
    const char *end = memmem(text, len, "\r\n\r\n", 4);
    return end == NULL ? NULL : end + 4;
}

/* The value of a header, or NULL. */
static const char *header(const char *text, const char *end, const char *name)
{
    size_t name_len = strlen(name);
    for (const char *line = text; line != NULL && line < end;) {
        if (strncasecmp(line, name, name_len) == 0 && line[name_len] == ':') {
            line += name_len + 1;
            return line + strspn(line, " ");
        }
        line = memmem(line, (size_t)(end - line), "\r\n", 2);
        if (line != NULL) line += 2;
    }
    return NULL;
}

static bool is_chunked(const char *text, const char *end)
{
    const char *value = header(text, end, "transfer-encoding");
    return value != NULL && strncasecmp(value, "chunked", 7) == 0;
}

/* The chunk at `text`: where its bytes begin and how many they are; false: more to come. */
static bool chunk(const char *text, const char *end, const char **bytes, size_t *len)
{
    const char *line_end = memmem(text, (size_t)(end - text), "\r\n", 2);
    if (line_end == NULL) return false;
    *len = strtoul(text, NULL, 16);
    *bytes = line_end + 2;
    return (size_t)(end - *bytes) >= *len + 2;
}

static size_t chunked_len(const char *body, const char *end)
{
    const char *at = body;
    const char *bytes = NULL;
    size_t len = 0;
    while (chunk(at, end, &bytes, &len)) {
        at = bytes + len + 2;
        if (len == 0) return (size_t)(at - body);
    }
    return 0;
}

size_t sink_request_len(const char *text, size_t len)
{
    const char *body = header_end(text, len);
    if (body == NULL) return 0;
    size_t head = (size_t)(body - text);
    if (is_chunked(text, body)) {
        size_t rest = chunked_len(body, text + len);
        return rest == 0 ? 0 : head + rest;
    }
    const char *value = header(text, body, "content-length");
    size_t rest = value == NULL ? 0 : strtoul(value, NULL, 10);
    return len < head + rest ? 0 : head + rest;
}

static size_t inflate_some(const char *body, size_t len, char *out, size_t cap)
{
    z_stream stream = {.next_in = (unsigned char *)(size_t)body, .avail_in = (unsigned)len};
    if (inflateInit2(&stream, 15 + 16) != Z_OK) return 0;
    stream.next_out = (unsigned char *)out;
    stream.avail_out = (unsigned)cap;
    inflate(&stream, Z_SYNC_FLUSH);
    inflateEnd(&stream);
    return cap - stream.avail_out;
}

static size_t copy_some(const char *body, size_t len, char *out, size_t cap)
{
    size_t some = len < cap ? len : cap;
    memcpy(out, body, some);
    return some;
}

static bool is_packed_by(const char *encoding, const char *name)
{
    return encoding != NULL && strncasecmp(encoding, name, strlen(name)) == 0;
}

static bool read_id(const char *line, size_t len, char id[SINK_ID_DIGITS])
{
    static const char member[] = "\"event_id\"";
    const char *end = memchr(line, '\n', len);
    if (end == NULL) end = line + len;
    const char *at = memmem(line, (size_t)(end - line), member, sizeof member - 1);
    if (at == NULL) return false;
    at = memchr(at + sizeof member - 1, '"', (size_t)(end - at) - (sizeof member - 1));
    size_t digits = 0;
    for (at = at == NULL ? end : at + 1; at < end && digits < SINK_ID_DIGITS && *at != '"'; at++) {
        if (isxdigit((unsigned char)*at)) id[digits++] = *at;
    }
    return digits == SINK_ID_DIGITS;
}

bool sink_request_id(const char *text, size_t len, char id[SINK_ID_DIGITS])
{
    char line[LINE_MAX_BYTES];
    const char *body = header_end(text, len);
    size_t rest = len - (size_t)(body - text);
    if (is_chunked(text, body) && !chunk(body, text + len, &body, &rest)) return false;
    const char *encoding = header(text, header_end(text, len), "content-encoding");
    size_t (*read)(const char *, size_t, char *, size_t) =
        is_packed_by(encoding, "gzip")   ? inflate_some
        : is_packed_by(encoding, "zstd") ? sink_unzstd
                                         : copy_some;
    return read_id(line, read(body, rest, line, sizeof line), id);
}
