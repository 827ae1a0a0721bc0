#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(sh_text *text, size_t len)
{
    if (text->failed) return false;
    if (text->cap - text->len >= len) return true;
    size_t cap = text->cap < 128 ? 256 : text->cap * 2;
    if (cap - text->len < len) cap = text->len + len;
    char *data = cap < text->len ? NULL : realloc(text->data, cap);
    if (data == NULL) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->cap = cap;
    return true;
}

void sh_text_add(sh_text *text, const char *bytes, size_t len)
{
    if (len == 0 || !reserve(text, len)) return;
    memcpy(text->data + text->len, bytes, len);
    text->len += len;
}

void sh_text_puts(sh_text *text, const char *string)
{
    sh_text_add(text, string, strlen(string));
}

void sh_text_addf(sh_text *text, const char *format, ...)
{
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (len > 0) sh_text_add(text, line, (size_t)len < sizeof line ? (size_t)len : sizeof line - 1);
}

static void add_escaped(sh_text *text, unsigned char byte)
{
    if (byte == '"' || byte == '\\') {
        char pair[2] = {'\\', (char)byte};
        sh_text_add(text, pair, 2);
    } else {
        sh_text_addf(text, "\\u%04x", byte);
    }
}

void sh_text_quote(sh_text *text, const char *bytes, size_t len)
{
    size_t plain = 0;
    sh_text_add(text, "\"", 1);
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        sh_text_add(text, bytes + plain, i - plain);
        add_escaped(text, byte);
        plain = i + 1;
    }
    sh_text_add(text, bytes + plain, len - plain);
    sh_text_add(text, "\"", 1);
}

void sh_text_key(sh_text *text, const char *key, size_t len)
{
    if (text->len > 0 && text->data[text->len - 1] != '{') sh_text_add(text, ",", 1);
    sh_text_quote(text, key, len);
    sh_text_add(text, ":", 1);
}

void sh_text_member(sh_text *text, const char *key, const char *value)
{
    sh_text_key(text, key, strlen(key));
    sh_text_quote(text, value, strlen(value));
}

char *sh_text_room(sh_text *text, size_t len)
{
    if (!reserve(text, len)) return NULL;
    char *room = text->data + text->len;
    memset(room, 0, len);
    text->len += len;
    return room;
}

void sh_text_drop_front(sh_text *text, size_t len)
{
    if (len == 0) return;
    memmove(text->data, text->data + len, text->len - len);
    text->len -= len;
}

void sh_text_fini(sh_text *text)
{
    free(text->data);
    *text = (sh_text){0};
}
