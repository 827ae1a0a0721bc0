/* Scopes once more, as simply as can be: a scope is a JSON object, a fork is a deep copy. */
#ifndef LAWS_MODEL_H
#define LAWS_MODEL_H

#include <cjson/cJSON.h>

#include "change.h"

/* `trace`: a number that stands for a trace id; 0: none. */
cJSON *model_new(int trace);
/* `number`: of the program's crumbs so far, which orders them. */
void model_apply(cJSON *model, const change *what, int number, int max_crumbs);
void model_merge(cJSON *into, const cJSON *from, int max_crumbs);
/* A cleared home of a trace keeps it. */
void model_clear(cJSON *model, bool keeps_trace);
/* The event that a capture with these layers gives, in the form of envelope_event; `trace` is the
 * number. */
cJSON *model_event(const cJSON *const layers[], int count, int max_crumbs);

#endif
