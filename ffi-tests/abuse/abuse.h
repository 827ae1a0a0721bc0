/* What the cases of abuse share. A case says whether all went well and prints what did not. */
#ifndef ABUSE_ABUSE_H
#define ABUSE_ABUSE_H

#include <stdbool.h>
#include <stdint.h>

#include <tocsin.h>

#include "chance.h"

/* For functions that take a handle of any kind. */
#define KIND_ANY 0

/* What calls need besides the handle in question. */
typedef struct fixture {
    tocsin_client client; /* its transport is pull */
    tocsin_scope scope;   /* current */
    tocsin_scope other;   /* detached */
} fixture;

void fixture_open(fixture *on);
void fixture_close(fixture *on);
/* A new live handle of a TOCSIN_KIND_. */
int64_t fixture_make(const fixture *on, int kind);
/* Whether it is one of the five errors about a handle. */
bool is_handle_error(int64_t answer);

/* A public function with everything but one handle filled in. What it makes it closes again. */
typedef struct call {
    const char *name; /* of the function; after a blank, which of its handles */
    int kind;         /* what that handle must be */
    int64_t (*with)(const fixture *on, int64_t handle);
    bool takes_zero;
} call;

/* What a call answers that left an out-text as it was although it failed. */
#define ANSWER_UNTIDY (-1000)

/* Both end with a row without a name. */
extern const call calls[];
extern const char *const calls_without_handles[];

typedef struct abuse_case {
    const char *name;
    bool (*goes_well)(chance *source);
} abuse_case;

/* Each ends with a row without a name. */
extern const abuse_case cases_of_handles[];
extern const abuse_case cases_of_states[];
extern const abuse_case cases_of_lives[];
extern const abuse_case cases_of_rights[];
extern const abuse_case cases_of_sharing[];
extern const abuse_case cases_of_limits[];
extern const abuse_case cases_of_leaving[];

/* Whether this is the long run, which TSN_NIGHTLY=1 asks for. */
bool abuse_is_nightly(void);

/* `count` calls in all, from as many threads. */
bool storm_goes_well(chance *source, int threads, long count);

#endif
