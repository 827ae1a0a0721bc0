/* Shorthands for people who write C or C++. They are inline functions, not symbols; each says in
 * one line what the functions beside it say exactly, takes texts that end in NUL, and returns what
 * the function behind it returns. No binding reads this header.
 *
 *   tocsin_tag(scope, "region", "eu");
 *   tocsin_exception(scope, "IOError", "disk full"); */
#ifndef TOCSIN_C_H
#define TOCSIN_C_H

#include <stdlib.h>
#include <string.h>

#include <tocsin.h>

TOCSIN_BEGIN_DECLS

/* Both arguments of a text that ends in NUL: tocsin_scope_remove_tag(scope, TOCSIN_Z("region")).
 * Since 1.0. */
#define TOCSIN_Z(text) (text), -1
/* Both arguments of an absent text. Since 1.0. */
#define TOCSIN_NONE NULL, -1

/* Appends `text` to `to` as a JSON string; the new end. Not for use from outside. */
static inline char *tocsin_c_quote(char *to, const char *text)
{
    static const char digits[] = "0123456789abcdef";
    *to++ = '"';
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\') {
            *to++ = '\\';
            *to++ = *text;
        } else if (byte < 0x20) {
            memcpy(to, "\\u00", 4);
            to[4] = digits[byte >> 4];
            to[5] = digits[byte & 15];
            to += 6;
        } else {
            *to++ = *text;
        }
    }
    *to++ = '"';
    return to;
}

/* A JSON object of two members, of which those with a value of NULL are left out; to be freed with
 * `free`. NULL: no memory. Not for use from outside. */
static inline char *tocsin_c_object(const char *key1, const char *value1, const char *key2,
                                    const char *value2)
{
    size_t len1 = value1 == NULL ? 0 : strlen(value1);
    size_t len2 = value2 == NULL ? 0 : strlen(value2);
    char *json = (char *)malloc(6 * (strlen(key1) + len1 + strlen(key2) + len2) + 16);
    if (json == NULL) return NULL;
    char *to = json;
    *to++ = '{';
    if (value1 != NULL) {
        to = tocsin_c_quote(to, key1);
        *to++ = ':';
        to = tocsin_c_quote(to, value1);
    }
    if (value1 != NULL && value2 != NULL) *to++ = ',';
    if (value2 != NULL) {
        to = tocsin_c_quote(to, key2);
        *to++ = ':';
        to = tocsin_c_quote(to, value2);
    }
    *to++ = '}';
    *to = '\0';
    return json;
}

/* Sets an option; a `value` of NULL unsets it. Texts are copied. Any thread. Since 1.0. */
static inline tocsin_status tocsin_option(tocsin_options options, const char *key,
                                          const char *value)
{
    return tocsin_options_set(options, key, -1, value, -1);
}

/* Sets a tag; a `value` of NULL removes it. Texts are copied. Any thread. Since 1.0. */
static inline tocsin_status tocsin_tag(tocsin_scope scope, const char *key, const char *value)
{
    return tocsin_scope_set_tag(scope, key, -1, value, -1);
}

/* Sets a context from a JSON object; NULL removes it. Texts are copied. Any thread. Since 1.0. */
static inline tocsin_status tocsin_context(tocsin_scope scope, const char *key, const char *json)
{
    return tocsin_scope_set_context(scope, key, -1, json, -1);
}

/* Sets a user known by `id` and perhaps (not NULL) `email`. Texts are copied. Any thread.
 * Since 1.0. */
static inline tocsin_status tocsin_user(tocsin_scope scope, const char *id, const char *email)
{
    char *json = tocsin_c_object("id", id, "email", email);
    tocsin_status status = json == NULL ? TOCSIN_E_NOMEM : tocsin_scope_set_user(scope, json, -1);
    free(json);
    return status;
}

/* Adds a breadcrumb. Texts are copied; NULL leaves one out. Any thread. Since 1.0. */
static inline tocsin_status tocsin_crumb(tocsin_scope scope, const char *category,
                                         const char *message)
{
    char *json = tocsin_c_object("category", category, "message", message);
    tocsin_status status =
        json == NULL ? TOCSIN_E_NOMEM : tocsin_scope_add_breadcrumb(scope, json, -1, NULL);
    free(json);
    return status;
}

/* Moves an isolation scope into the trace that came in with these header values; NULL: no such
 * header. Texts are borrowed. Any thread. Since 1.0. */
static inline tocsin_status tocsin_continue(tocsin_scope scope, const char *sentry_trace,
                                            const char *baggage)
{
    char *json = tocsin_c_object("sentry-trace", sentry_trace, "baggage", baggage);
    tocsin_status status =
        json == NULL ? TOCSIN_E_NOMEM : tocsin_scope_continue_trace(scope, json, -1);
    free(json);
    return status;
}

/* Captures a text at a TOCSIN_LEVEL_. The text is copied. Any thread. Since 1.0. */
static inline tocsin_status tocsin_message(tocsin_scope scope, int32_t level, const char *text)
{
    return tocsin_scope_capture_message(scope, text, -1, level, 0, NULL, NULL);
}

/* Captures an exception of a type and with a text. Both are copied. Any thread. Since 1.0. */
static inline tocsin_status tocsin_exception(tocsin_scope scope, const char *type,
                                             const char *value)
{
    char *json = tocsin_c_object("type", type, "value", value);
    tocsin_status status = json == NULL
                               ? TOCSIN_E_NOMEM
                               : tocsin_scope_capture_exception(scope, json, -1, 0, NULL, NULL);
    free(json);
    return status;
}

TOCSIN_END_DECLS

#endif
