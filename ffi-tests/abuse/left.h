/* Shared by left.c and left_thrown.cc. */
#ifndef ABUSE_LEFT_H
#define ABUSE_LEFT_H

#include <tocsin.h>

#include "abuse.h"

typedef struct left_world {
    tocsin_client client; /* its transport is pull */
    tocsin_scope scope;
} left_world;

#ifdef __cplusplus
extern "C" {
#endif

left_world left_open(const char *hook, tocsin_hook_fn function, void *user);
void left_close(left_world *world);
/* The number after `name` in the client's stats; 0: it is not there. */
long left_stat(const left_world *world, const char *name);
bool left_is_counted(const left_world *world, long captured, long lost);

/* In left_thrown.cc. */
bool left_by_exception(chance *source);

#ifdef __cplusplus
}
#endif
#endif
