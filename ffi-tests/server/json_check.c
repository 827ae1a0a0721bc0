/* A recursive-descent recogniser for RFC 8259. Each function takes a cursor at the first byte of
 * what it knows, moves it behind, and answers whether that was well formed; it builds nothing. */
#include "json_check.h"

#include <string.h>

enum { DEPTH_MAX = 512 };

struct cursor {
    const char *at;
    const char *end;
    int depth;
};

static bool peek_is(const struct cursor *c, char want)
{
    return c->at < c->end && *c->at == want;
}

static bool take(struct cursor *c, char want)
{
    if (!peek_is(c, want)) return false;
    c->at++;
    return true;
}

static bool take_word(struct cursor *c, const char *word)
{
    size_t len = strlen(word);
    if ((size_t)(c->end - c->at) < len || memcmp(c->at, word, len) != 0) return false;
    c->at += len;
    return true;
}

static void skip_blanks(struct cursor *c)
{
    while (c->at < c->end && memchr(" \t\r\n", *c->at, 4) != NULL) c->at++;
}

static size_t skip_digits(struct cursor *c)
{
    const char *start = c->at;
    while (c->at < c->end && *c->at >= '0' && *c->at <= '9') c->at++;
    return (size_t)(c->at - start);
}

static bool number(struct cursor *c)
{
    take(c, '-');
    if (!take(c, '0') && skip_digits(c) == 0) return false;
    if (take(c, '.') && skip_digits(c) == 0) return false;
    if (!take(c, 'e') && !take(c, 'E')) return true;
    if (!take(c, '+')) take(c, '-');
    return skip_digits(c) > 0;
}

static bool escape(struct cursor *c)
{
    if (c->at == c->end) return false;
    char kind = *c->at++;
    if (kind != 'u') return strchr("\"\\/bfnrt", kind) != NULL && kind != '\0';
    for (int i = 0; i < 4; i++, c->at++) {
        if (c->at == c->end || *c->at == '\0') return false;
        if (strchr("0123456789abcdefABCDEF", *c->at) == NULL) return false;
    }
    return true;
}

static bool string(struct cursor *c)
{
    if (!take(c, '"')) return false;
    while (c->at < c->end) {
        unsigned char byte = (unsigned char)*c->at++;
        if (byte == '"') return true;
        if (byte < 0x20) return false;
        if (byte == '\\' && !escape(c)) return false;
    }
    return false;
}

static bool value(struct cursor *c);

static bool member(struct cursor *c)
{
    skip_blanks(c);
    if (!string(c)) return false;
    skip_blanks(c);
    return take(c, ':') && value(c);
}

/* The inside of `[...]` or `{...}`, the opening bracket already taken. */
static bool list(struct cursor *c, char close, bool (*part)(struct cursor *))
{
    skip_blanks(c);
    if (take(c, close)) return true;
    do {
        if (!part(c)) return false;
        skip_blanks(c);
    } while (take(c, ','));
    return take(c, close);
}

static bool value(struct cursor *c)
{
    if (++c->depth > DEPTH_MAX) return false;
    skip_blanks(c);
    bool ok;
    if (peek_is(c, '"'))
        ok = string(c);
    else if (take(c, '{'))
        ok = list(c, '}', member);
    else if (take(c, '['))
        ok = list(c, ']', value);
    else if (take_word(c, "true") || take_word(c, "false") || take_word(c, "null"))
        ok = true;
    else
        ok = number(c);
    c->depth--;
    return ok;
}

bool srv_json_valid(struct srv_span text)
{
    if (!srv_utf8_valid(text)) return false;
    struct cursor c = {text.data, text.data + text.len, 0};
    if (!value(&c)) return false;
    skip_blanks(&c);
    return c.at == c.end;
}

bool srv_json_is_object_line(struct srv_span text)
{
    if (text.len < 2 || text.data[0] != '{' || text.data[text.len - 1] != '}') return false;
    return srv_json_valid(text);
}

const char *srv_json_doubled_key(const cJSON *value_)
{
    for (const cJSON *child = value_->child; child != NULL; child = child->next) {
        for (const cJSON *other = child->next; cJSON_IsObject(value_) && other; other = other->next)
            if (strcmp(child->string, other->string) == 0) return child->string;
        const char *inner = srv_json_doubled_key(child);
        if (inner != NULL) return inner;
    }
    return NULL;
}

/* Bytes of the sequence that starts at `at`, 0 if it is ill-formed. */
static size_t sequence(const unsigned char *at, size_t left)
{
    if (at[0] >= 0x01 && at[0] <= 0x7f) return 1;
    size_t len = at[0] >= 0xc2 && at[0] <= 0xdf ? 2 : (at[0] & 0xf0) == 0xe0 ? 3 : 4;
    if (len == 4 && (at[0] < 0xf0 || at[0] > 0xf4)) return 0;
    if (left < len) return 0;
    for (size_t i = 1; i < len; i++)
        if ((at[i] & 0xc0) != 0x80) return 0;
    if (at[0] == 0xe0 && at[1] < 0xa0) return 0; /* overlong */
    if (at[0] == 0xed && at[1] > 0x9f) return 0; /* surrogate */
    if (at[0] == 0xf0 && at[1] < 0x90) return 0; /* overlong */
    if (at[0] == 0xf4 && at[1] > 0x8f) return 0; /* beyond U+10FFFF */
    return len;
}

bool srv_utf8_valid(struct srv_span text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    for (size_t i = 0; i < text.len;) {
        size_t len = sequence(bytes + i, text.len - i);
        if (len == 0) return false;
        i += len;
    }
    return true;
}
