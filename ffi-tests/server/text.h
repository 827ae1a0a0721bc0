/* Memory for a test tool: growing text, and allocation that ends the program when there is none
 * left.
 *
 * A text owns its bytes and always has a NUL behind them, which does not count. Zeroed storage is
 * an empty text. No locks: one thread at a time. */
#ifndef SRV_TEXT_H
#define SRV_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct srv_text {
    char *data; /* NULL while nothing was ever added */
    size_t len;
    size_t cap;
};

/* Borrowed bytes. */
struct srv_span {
    const char *data;
    size_t len;
};

/* Zeroed memory, the caller's to free(); never NULL. */
void *srv_alloc(size_t size);
void *srv_grow(void *old, size_t size);
char *srv_copy(const char *data, size_t len);

void srv_text_add(struct srv_text *text, const char *data, size_t len);
void srv_text_addz(struct srv_text *text, const char *z);
__attribute__((format(printf, 2, 3))) void srv_text_addf(struct srv_text *text, const char *form,
                                                         ...);
/* The text as a NUL-terminated string that the caller now owns; the text is empty afterwards. */
char *srv_text_take(struct srv_text *text);
void srv_text_free(struct srv_text *text);

struct srv_span srv_span_of(const char *z);
bool srv_span_is(struct srv_span span, const char *z);

#endif
