/* The laws. Each tries itself on one random program, made from the seed, and says whether it held;
 * if not it has printed what differed. */
#ifndef LAWS_LAWS_H
#define LAWS_LAWS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct law {
    const char *name;
    bool (*holds)(uint64_t seed);
    int weight; /* programs of it, for one of the least */
} law;

/* Each ends with a row without a name. */
extern const law laws_of_forks[];
extern const law laws_of_one_scope[];
extern const law laws_of_merge[];
extern const law laws_of_crumbs[];
extern const law laws_of_the_model[];

#endif
