/* Arguments where things tend to go wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storm.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static const char *const words[] = {
    "",
    "k",
    "v",
    "a b",
    " ",
    "bad/key",
    "trace",
    "flags",
    "release",
    "\xc3\xa9",
    "\xff\xfe",
    "\xf0\x9f",
    "before_send",
    "event_processor",
    "no such thing",
    "{{ default }}",
    "\n\r\t\x01",
    "k1",
    "k2",
    "k3",
    "sample_rate",
    "0.5",
    "true",
    "-1",
    "99999999999999999999",
};

static const char *const jsons[] = {
    "{}",
    "[]",
    "null",
    "true",
    "1",
    "-0",
    "1e400",
    "\"text\"",
    "",
    "{",
    "[1,",
    "{\"a\":}",
    "nul",
    "{\"message\":\"m\"}",
    "{\"type\":\"T\",\"value\":\"v\"}",
    "{\"id\":\"u\"}",
    "[\"f\"]",
    "{\"level\":\"warning\",\"tags\":{\"a\":\"1\",\"b/\":2}}",
    "{\"a\":1,\"a\":2}",
    "{\"message\":\"m\",\"timestamp\":\"2001-01-01T00:00:00Z\"}",
    "{\"message\":\"m\",\"timestamp\":1e300}",
    "{\"filename\":\"f\"}",
    "{\"filename\":\"f\",\"path\":\"/dev/null\"}",
    "{\"path\":\"/nowhere/at/all\"}",
    "{\"event_id\":\"0123456789abcdef0123456789abcdef\"}",
    "{\"event_id\":7}",
    "{\"type\":\"transaction\"}",
    "{\"tags\":[1],\"extra\":7,\"contexts\":null,\"user\":[]}",
    "{\"breadcrumbs\":[{\"message\":\"own\"},7]}",
    "{\"breadcrumbs\":{\"values\":[{}]}}",
    "{\"exception\":{\"values\":[{\"type\":\"T\",\"stacktrace\":{\"frames\":[{}]}}]}}",
    "[{\"type\":\"A\"},{\"type\":\"B\"}]",
    "{\"values\":[{\"type\":\"A\"}]}",
    "{\"platform\":\"ruby\",\"sdk\":{\"name\":\"s\"},\"modules\":{},\"runtime\":{}}",
    "{\"transport\":\"pull\"}",
    "{\"max_breadcrumbs\":2,\"host_contexts\":false}",
    "\"\\ud800\"",
    "{\"\\u0000\":\"\\u0000\"}",
    "{\"x\":\"\xff\"}",
    " { } x",
};

static edge_text copy(const char *text, size_t len)
{
    char *data = malloc(len > 0 ? len : 1);
    if (len > 0) memcpy(data, text, len);
    return (edge_text){data, (int64_t)len};
}

/* The text once more with its NUL, and a length that says so. */
static edge_text copy_ended(const char *text)
{
    edge_text ended = copy(text, strlen(text) + 1);
    ended.len = -1;
    return ended;
}

static edge_text long_text(chance *source)
{
    edge_text text = {NULL, 190 + chance_below(source, 20)};
    if (chance_below(source, 4) == 0) text.len = chance_below(source, 20000);
    text.data = malloc((size_t)text.len + 1);
    for (int64_t i = 0; i < text.len; i++)
        text.data[i] = chance_below(source, 50) == 0 ? (char)chance_next(source) : 'x';
    return text;
}

static edge_text absent(chance *source)
{
    static const int64_t lengths[] = {-1, 0, 5, INT64_MIN, INT64_MAX};
    return (edge_text){NULL, lengths[chance_below(source, COUNT(lengths))]};
}

static edge_text one_of(chance *source, const char *const *texts, int count)
{
    const char *text = texts[chance_below(source, count)];
    return chance_below(source, 2) == 0 ? copy_ended(text) : copy(text, strlen(text));
}

edge_text edge_key(chance *source)
{
    return one_of(source, words, COUNT(words));
}

edge_text edge_any(chance *source)
{
    switch (chance_below(source, 8)) {
    case 0:
        return absent(source);
    case 1:
        return long_text(source);
    case 2:
        return copy("a\0b", 3);
    default:
        return edge_key(source);
    }
}

/* As many levels as may just be, or one more. */
static edge_text deep_json(chance *source)
{
    int levels = 120 + chance_below(source, 20);
    edge_text text = {malloc(2 * (size_t)levels + 1), 2 * levels};
    memset(text.data, '[', (size_t)levels);
    memset(text.data + levels, ']', (size_t)levels);
    return text;
}

edge_text edge_json(chance *source)
{
    switch (chance_below(source, 24)) {
    case 0:
        return absent(source);
    case 1:
        return edge_any(source);
    case 2:
        return deep_json(source);
    default:
        return one_of(source, jsons, COUNT(jsons));
    }
}

void edge_free(edge_text *text)
{
    free(text->data);
}

edge_text edge_room(chance *source)
{
    static const int64_t sizes[] = {0, 1, 2, 7, 33, 512, 4096};
    int64_t size = sizes[chance_below(source, COUNT(sizes))];
    if (size == 0) return (edge_text){NULL, chance_below(source, 2) == 0 ? 0 : -5};
    return (edge_text){malloc((size_t)size), size};
}

int32_t edge_number(chance *source)
{
    static const int32_t numbers[] = {0,   1,      2,       3,       4,         5,
                                      6,   7,      -1,      256,     257,       258,
                                      259, 999999, 1000000, 1000001, INT32_MAX, INT32_MIN};
    return numbers[chance_below(source, COUNT(numbers))];
}
