/* The two interpreters. A guest's script gets the number of a scope, which stays the host's. */
#ifndef GUESTS_H
#define GUESTS_H

#include <tocsin/types.h>

/* Runs the script at `path`. 0: it ran to its end; else what was wrong is on standard error. */
typedef int guest_fn(const char *path, tocsin_scope scope);

guest_fn run_lua;
guest_fn run_ruby;

#endif
