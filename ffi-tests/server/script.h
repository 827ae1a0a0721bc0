/* What the server is told to answer: a list that is consumed in order, and a default for when it is
 * used up.
 *
 * Not locked: the owner guards it, and cJSON's parser, with one lock. An answer that was handed out
 * is the caller's. */
#ifndef SRV_SCRIPT_H
#define SRV_SCRIPT_H

#include "text.h"

#include <cjson/cJSON.h>

enum srv_hang_up {
    SRV_HANG_UP_NEVER,
    SRV_HANG_UP_BEFORE, /* after the request's header, its body unread */
    SRV_HANG_UP_AFTER   /* after the whole request, without a byte of answer */
};

struct srv_answer {
    int status;    /* 0: what the request deserves */
    long delay_ms; /* between the whole request and the answer */
    long truncate; /* bytes of the body after which the connection ends; -1: none missing */
    enum srv_hang_up hang_up;
    bool reset; /* hang up with a TCP reset instead of a close */
    bool hold;  /* keep the answer back until the next POST /_release */
    char *body; /* NULL: the server's own */
    size_t body_len;
    cJSON *headers; /* object of text or list of text; NULL: none */
};

struct srv_script {
    cJSON *answers;  /* list of what is still to come, each with a "times" of its own */
    cJSON *fallback; /* NULL: what the request deserves */
};

/* An answer as JSON, every member optional:
 *   {"status":429,"headers":{"Retry-After":"7","X":["one","line each"]},"body":"text or an object",
 *    "delay_ms":100,"hold":true,"truncate":3,"hang_up":"before","reset":true,"times":2}
 *
 * Adds the answers of a control document, and takes its default: a list of answers, or an object
 * with any of "answers", "default" (null: none) and "clear" (true: forget what is still waiting).
 * NULL, or what is wrong (a constant text), in which case nothing changed. */
const char *srv_script_add(struct srv_script *script, struct srv_span json);

/* The next answer, consumed. */
void srv_script_next(struct srv_script *script, struct srv_answer *out);
size_t srv_script_left(const struct srv_script *script);
void srv_script_clear(struct srv_script *script);
void srv_answer_free(struct srv_answer *answer);

#endif
