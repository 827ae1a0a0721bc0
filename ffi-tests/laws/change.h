/* One random setter, which can be done to a scope of the library and to a scope of the model. */
#ifndef LAWS_CHANGE_H
#define LAWS_CHANGE_H

#include <stdbool.h>

#include <tocsin.h>

#include "chance.h"

typedef enum change_kind {
    CHANGE_TAG,
    CHANGE_TAG_REMOVE,
    CHANGE_EXTRA,
    CHANGE_EXTRA_REMOVE,
    CHANGE_CONTEXT,
    CHANGE_CONTEXT_REMOVE,
    CHANGE_FLAG,
    CHANGE_USER,
    CHANGE_REQUEST,
    CHANGE_FINGERPRINT,
    CHANGE_LEVEL,
    CHANGE_TRANSACTION,
    CHANGE_CRUMB,
    CHANGE_CRUMBS_CLEAR,
    CHANGE_ATTACHMENT,
    CHANGE_CLEAR,
    CHANGE_KINDS,
} change_kind;

typedef struct change {
    change_kind kind;
    char key[24];  /* of a keyed value; a file's name; a transaction's name */
    char json[96]; /* the value; a tag's or an attachment's is the text itself; "": unset */
    int32_t level;
    double time; /* of a crumb; 0: none given */
} change;

/* `*number` goes up with each crumb, which carries it in its message. */
change change_random(chance *source, int *number);
/* Only what sets or removes one named value or one single value. */
change change_random_value(chance *source);
/* Whether the order of the two does not matter on one scope. */
bool change_commutes(const change *one, const change *other);
/* Does it through the public ABI. */
tocsin_status change_apply(const change *what, tocsin_scope scope);

#endif
