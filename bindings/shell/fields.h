/* What the options of a command say about the surroundings of an event: tags, user and so on.
 * They are noted as they come and put on a scope once there is one. */
#ifndef SH_FIELDS_H
#define SH_FIELDS_H

#include <stddef.h>
#include <tocsin.h>

#include "options.h"

typedef struct sh_field {
    int key;
    const char *value; /* borrowed from the command line */
} sh_field;

typedef struct sh_fields {
    sh_field *noted;
    size_t count;
    size_t cap;
    bool has_environ;
} sh_fields;

extern const sh_option sh_fields_options[];

/* Like sh_session_take. */
bool sh_fields_take(sh_fields *fields, int key, const char *value, bool *is_known);
/* Puts all of it on `scope`, which is the client's; what a file or the library refuses is said, and
 * the rest put there all the same. Whether nothing was refused. */
bool sh_fields_apply(const sh_fields *fields, tocsin_client client, tocsin_scope scope);
void sh_fields_fini(sh_fields *fields);

/* TOCSIN_LEVEL_UNSET: no level of that name. */
int32_t sh_level_find(const char *name);

#endif
