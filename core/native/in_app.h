/* Whether a frame belongs to the application or to what it stands on. Pure; any thread. */
#ifndef TSN_NATIVE_IN_APP_H
#define TSN_NATIVE_IN_APP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* Prefixes of a function's name, of a library's path or of its file name; an empty one matches
 * nothing. Borrowed. */
typedef struct tsn_in_app_rules {
    const tsn_slice *include;
    size_t include_count;
    const tsn_slice *exclude;
    size_t exclude_count;
} tsn_in_app_rules;

typedef struct tsn_in_app_frame {
    tsn_slice function; /* absent or empty: unknown */
    tsn_slice package;  /* path of the program or library; absent or empty: unknown */
    bool is_main;       /* the package is the program itself */
} tsn_in_app_frame;

/* What `include` matches is the application's, else what `exclude` matches is not, nor is anything
 * in the system's library directories, the kernel's own image and code of no known library; the
 * rest is. */
bool tsn_in_app(const tsn_in_app_rules *rules, const tsn_in_app_frame *frame);

#endif
