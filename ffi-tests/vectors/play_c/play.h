/* One vector being played: its client, its scopes by name, and what has been seen of it so far. */
#ifndef PLAY_C_PLAY_H
#define PLAY_C_PLAY_H

#include <tocsin.h>

#include <stdbool.h>

#include <cjson/cJSON.h>

#define PLAY_SCOPES_MAX 64

typedef struct player {
    tocsin_client client;
    struct {
        const char *name; /* borrowed from the vector */
        tocsin_scope scope;
    } scopes[PLAY_SCOPES_MAX];
    int scope_count;
    bool may_lack_memory; /* the library may refuse for that reason wherever it likes */
    bool did_lack;        /* it has, in a call that is no operation's answer */
    /* What the result line holds; each is a list. */
    cJSON *statuses;  /* one number an op */
    cJSON *captures;  /* one event id, or null, a capture */
    cJSON *stats;     /* the client's statistics after each capture */
    cJSON *reads;     /* last event ids that were asked for */
    cJSON *calls;     /* labels left by callbacks */
    cJSON *envelopes; /* bytes in hexadecimal */
} player;

/* Answers each vector of standard input by what `play` makes of it, until there are no more. */
void play_lines(cJSON *(*play)(const cJSON *vector));

/* Plays `vector` from a fresh client to its closing. The result line's object, the caller's. */
cJSON *play_vector(const cJSON *vector);

/* The steps of that. `*play` is empty before, but for `may_lack_memory`. Gives the result, the
 * caller's. */
cJSON *play_start(player *play, const cJSON *vector);
void play_ops(player *play, const cJSON *vector);
/* All envelopes and reports. */
void play_take(player *play);
void play_end(player *play);

/* Ends the program: the vector itself is wrong, or the library fails where nothing may fail. */
_Noreturn void play_give_up(const char *what, const char *which);

/* True for a success. Gives up if `answer` is another failure than one that may be. */
bool play_is_done(player *play, int64_t answer, const char *what);

/* The scope named by `op`'s member; gives up if there is none of that name. */
tocsin_scope play_scope(const player *play, const cJSON *op, const char *member);
/* Takes over `scope`, under the name in `op`'s member; closes it if `op` names none. */
tocsin_status play_keep_scope(player *play, const cJSON *op, const char *member,
                              tocsin_scope scope);

/* Does one operation and notes what it shows. */
tocsin_status play_op(player *play, const cJSON *op);

#endif
