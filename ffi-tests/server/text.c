/* Growing text. A tool that tests others has no use for a failed allocation: it says so and ends.
 */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_die(void *memory)
{
    if (memory != NULL) return memory;
    fputs("tsn_server: no memory\n", stderr);
    abort();
}

void *srv_alloc(size_t size)
{
    return or_die(calloc(1, size > 0 ? size : 1));
}

void *srv_grow(void *old, size_t size)
{
    return or_die(realloc(old, size > 0 ? size : 1));
}

char *srv_copy(const char *data, size_t len)
{
    char *copy = srv_alloc(len + 1);
    if (len > 0) memcpy(copy, data, len);
    return copy;
}

static void reserve(struct srv_text *text, size_t more)
{
    size_t need = text->len + more + 1;
    if (need <= text->cap) return;
    size_t cap = text->cap > 0 ? text->cap : 64;
    while (cap < need) cap *= 2;
    text->data = srv_grow(text->data, cap);
    text->cap = cap;
}

void srv_text_add(struct srv_text *text, const char *data, size_t len)
{
    reserve(text, len);
    if (len > 0) memcpy(text->data + text->len, data, len);
    text->len += len;
    text->data[text->len] = '\0';
}

void srv_text_addz(struct srv_text *text, const char *z)
{
    srv_text_add(text, z, strlen(z));
}

void srv_text_addf(struct srv_text *text, const char *form, ...)
{
    va_list args;
    va_start(args, form);
    int len = vsnprintf(NULL, 0, form, args);
    va_end(args);
    if (len < 0) return;
    reserve(text, (size_t)len);
    va_start(args, form);
    vsnprintf(text->data + text->len, (size_t)len + 1, form, args);
    va_end(args);
    text->len += (size_t)len;
}

char *srv_text_take(struct srv_text *text)
{
    char *data = text->data != NULL ? text->data : srv_alloc(1);
    *text = (struct srv_text){0};
    return data;
}

void srv_text_free(struct srv_text *text)
{
    free(text->data);
    *text = (struct srv_text){0};
}

struct srv_span srv_span_of(const char *z)
{
    return (struct srv_span){z, strlen(z)};
}

bool srv_span_is(struct srv_span span, const char *z)
{
    return span.len == strlen(z) && memcmp(span.data, z, span.len) == 0;
}
