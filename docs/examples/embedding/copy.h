/* Another copy of the library in the same process. */
#ifndef COPY_H
#define COPY_H

#include <tocsin/types.h>

/* Loads the copy at `path` and shows what it says of a handle that is not its own. 0: it refused.
 */
int show_copy(const char *path, tocsin_scope scope);

#endif
