/* By the system's libzstd, without its header: the three functions and two structs below have been
 * the same since its 1.0. */
#include "unzstd.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

typedef struct {
    const void *bytes;
    size_t len;
    size_t at;
} zstd_in;

typedef struct {
    void *bytes;
    size_t cap;
    size_t at;
} zstd_out;

static struct {
    bool was_looked_for;
    void *stream;
    size_t (*begin)(void *stream);
    size_t (*unpack)(void *stream, zstd_out *out, zstd_in *in);
} zstd;

/* `function` is where a pointer to a function is. */
static bool find(void *library, const char *name, void *function)
{
    void *at = library == NULL ? NULL : dlsym(library, name);
    memcpy(function, &at, sizeof at);
    return at != NULL;
}

static bool is_there(void)
{
    void *(*create)(void);
    if (zstd.was_looked_for) return zstd.stream != NULL;
    zstd.was_looked_for = true;
    void *library = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
    if (find(library, "ZSTD_createDStream", &create) &&
        find(library, "ZSTD_initDStream", &zstd.begin) &&
        find(library, "ZSTD_decompressStream", &zstd.unpack))
        zstd.stream = create();
    return zstd.stream != NULL;
}

size_t sink_unzstd(const char *body, size_t len, char *out, size_t cap)
{
    zstd_in in = {.bytes = body, .len = len};
    zstd_out plain = {.bytes = out, .cap = cap};
    if (!is_there()) return 0;
    zstd.begin(zstd.stream);
    zstd.unpack(zstd.stream, &plain, &in);
    return plain.at;
}
