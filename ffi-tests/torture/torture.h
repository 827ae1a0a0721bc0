/* Refused memory, everywhere (OOM-1): each scenario is a run of public calls in a world that was
 * made before; it runs again and again with allocation 1, 2, 3 ... refused. */
#ifndef TORTURE_H
#define TORTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <tocsin.h>

/* What a scenario plays with; the runner closes what is left. */
typedef struct world {
    tocsin_client client;
    tocsin_scope scope;
    tocsin_client others[2]; /* a scenario may leave more; else 0 */
    const char *problem;     /* the first thing that went wrong; NULL: none */
    const char *call;
    int64_t answer;          /* of `call` */
    bool did_fail_elsewhere; /* a request of a child's was refused */
} world;

typedef struct scenario {
    const char *name;
    const char *options;                  /* of the world's client, JSON */
    void (*hook)(tocsin_options options); /* sets hooks; NULL: none */
    void (*run)(world *here);
    int stride;         /* it waits: every so many at random, but for TSN_NIGHTLY=1; 0: each */
    const char *losses; /* reasons for which it loses events besides a lack of memory; NULL: none */
} scenario;

void torture_report(world *here);
void torture_spool(world *here);
void torture_fork(world *here);
extern const scenario scenarios[];
extern const size_t scenario_count;

/* Keeps `answer` as a problem unless it is a success, or says that memory was refused. */
void check_answer(world *here, const char *call, int64_t answer);
#define CHECK(here, call) check_answer((here), #call, (call))

/* Whether in each category captured is the sum of all fates. */
bool books_agree(tocsin_client client);
/* Whether each loss is one for a lack of memory, or for one of these reasons. NULL: no others. */
bool losses_are_named(tocsin_client client, const char *reasons);
/* Whether a message captured on `scope` comes out of `client`. */
bool still_works(tocsin_client client, tocsin_scope scope);
/* NULL once all handles are closed and all memory is freed. */
const char *what_is_left(void);

#endif
