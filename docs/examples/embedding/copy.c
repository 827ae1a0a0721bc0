/* Loaded by its path a library is loaded once more, with handles of its own. So never load
 * libtocsin by a path: its soname finds the copy that is there. */
#include "copy.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <tocsin/version.h>

typedef int64_t instance_fn(void);
typedef tocsin_status new_trace_fn(tocsin_scope scope);
typedef tocsin_length status_text_fn(int32_t status, char *buf, int64_t buf_cap);

struct copy {
    instance_fn *instance_id;
    new_trace_fn *new_trace;
    status_text_fn *status_text;
};

static void find(void *library, const char *name, void *function)
{
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, sizeof symbol);
}

static int load(const char *path, struct copy *copy)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "copy: %s\n", dlerror());
        return 1;
    }
    find(library, "tocsin_instance_id", (void *)&copy->instance_id);
    find(library, "tocsin_scope_new_trace", (void *)&copy->new_trace);
    find(library, "tocsin_status_text", (void *)&copy->status_text);
    return copy->instance_id == NULL || copy->new_trace == NULL || copy->status_text == NULL;
}

int show_copy(const char *path, tocsin_scope scope)
{
    char text[200];
    struct copy copy;
    if (load(path, &copy) != 0) return 1;
    tocsin_status st = copy.new_trace(scope);
    copy.status_text(st, text, sizeof text);
    printf("  copy   is instance %" PRId64 " and says of the host's scope: %s (%" PRId32 ")\n",
           copy.instance_id(), text, st);
    int is_told_apart = copy.instance_id() != tocsin_instance_id(); /* but one time in 1,024 */
    return is_told_apart && st != TOCSIN_E_FOREIGN;
}
