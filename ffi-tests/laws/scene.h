/* Where one random program plays: a client, its scopes, chance, and all that the program makes,
 * which goes with the scene. A call that fails where none may ends the test program. */
#ifndef LAWS_SCENE_H
#define LAWS_SCENE_H

#include <tocsin.h>

#include <cjson/cJSON.h>

#include "chance.h"
#include "change.h"

#define SCENE_SCOPES_MAX 512
#define SCENE_CLIENTS 4 /* each with another limit on breadcrumbs */

/* The limit that never matters in a scene. */
#define SCENE_CRUMBS_MANY 100

/* Memory that is refused now and then, for a program that can do so; see torture/laws.c. `begin`
 * may have a request of the next call refused, `end` is after that call. */
typedef struct scene_refusals {
    void (*begin)(chance *source);
    void (*end)(void);
} scene_refusals;
extern const scene_refusals *scene_refuses; /* NULL: nothing is */

typedef struct scene {
    chance chance;
    chance refused_by; /* so that programs are the same with refusals and without */
    bool is_asked_again;
    int max_crumbs;
    int number; /* of the next crumb */
    tocsin_client client;
    tocsin_scope global;
    tocsin_scope isolation;
    tocsin_scope current;
    tocsin_scope bare; /* a current scope that stays empty, as does its isolation scope */
    tocsin_scope scopes[SCENE_SCOPES_MAX]; /* to be closed */
    int scope_count;
    cJSON *events; /* to be deleted */
} scene;

/* Makes a call, and once more if memory was refused to it: that must have changed nothing. */
#define SCENE_ASK(on, answer, call)                                                                \
    do {                                                                                           \
        scene_before_call(on);                                                                     \
        (answer) = (call);                                                                         \
    } while (scene_asks_again((on), (answer)))
void scene_before_call(scene *on);
bool scene_asks_again(scene *on, int64_t answer);

void scene_open_clients(void);
void scene_close_clients(void);

/* The global scope is empty, and so are the new others. */
void scene_begin(scene *on, uint64_t seed);
void scene_end(scene *on);
/* One with a limit that never matters. */
void scene_begin_with_many(scene *on, uint64_t seed);

/* Keeps a scope until the end of the scene. */
tocsin_scope scene_keep(scene *on, tocsin_scope made);
tocsin_scope scene_fork(scene *on, tocsin_scope scope);
tocsin_scope scene_detached(scene *on);
/* A detached scope that holds something. */
tocsin_scope scene_random_detached(scene *on);
/* A current, isolation or detached scope among scopes that hold something. */
tocsin_scope scene_random_scope(scene *on);

void scene_do(scene *on, const change *what, tocsin_scope scope);
/* Up to `most` random changes. */
void scene_change(scene *on, tocsin_scope scope, int most);
/* Puts something into all three tiers. */
void scene_fill_tiers(scene *on);

/* The event of a message captured on the scope, in the form of envelope_event; the scene's. */
cJSON *scene_event(scene *on, tocsin_scope scope, tocsin_scope overlay);
/* The same of an otherwise empty capture with the overlay: what the scope itself has to say. */
cJSON *scene_say(scene *on, tocsin_scope overlay);

/* True if the two are the same; else says how they differ. */
bool scene_same(const cJSON *one, const cJSON *other);
/* The same of some members: a NULL-terminated list. */
bool scene_same_in(const cJSON *one, const cJSON *other, const char *const *members);
/* Deletes members from an event: what a law does not speak of. */
void scene_ignore(cJSON *event, const char *member);

#endif
