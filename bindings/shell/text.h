/* Bytes that grow. Without memory a text fails for good, and all that is added to it is lost; who
 * uses it looks once, at the end. */
#ifndef SH_TEXT_H
#define SH_TEXT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct sh_text {
    char *data; /* NULL while empty */
    size_t len;
    size_t cap;
    bool failed;
} sh_text;

void sh_text_add(sh_text *text, const char *bytes, size_t len);
void sh_text_puts(sh_text *text, const char *string);
__attribute__((format(printf, 2, 3))) void sh_text_addf(sh_text *text, const char *format, ...);
/* As a JSON string. What is no UTF-8 stays as it is: the library repairs it. */
void sh_text_quote(sh_text *text, const char *bytes, size_t len);
/* Begins a member of a JSON object: a comma unless it is the first, the key, a colon. */
void sh_text_key(sh_text *text, const char *key, size_t len);
/* A member with a text as value. */
void sh_text_member(sh_text *text, const char *key, const char *value);
/* Appends bytes that are to be filled in; NULL: no memory. */
char *sh_text_room(sh_text *text, size_t len);
void sh_text_drop_front(sh_text *text, size_t len);
void sh_text_fini(sh_text *text);

#endif
