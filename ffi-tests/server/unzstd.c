/* By the system's libzstd, without its header. */
#include "unzstd.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

enum { UNPACKED_MAX = 256 * 1024 * 1024 };

typedef unsigned long long content_size_fn(const void *bytes, size_t len);
typedef size_t frame_size_fn(const void *bytes, size_t len);
typedef size_t decompress_fn(void *to, size_t cap, const void *from, size_t len);

static void *library(void)
{
    return dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
}

/* `function` is where a pointer to a function is. */
static bool find(void *from, const char *name, void *function)
{
    void *at = from == NULL ? NULL : dlsym(from, name);
    memcpy(function, &at, sizeof at);
    return at != NULL;
}

static const char *unpack(struct srv_text *out, struct srv_span packed, size_t size,
                          decompress_fn *decompress)
{
    char *plain = malloc(size + 1);
    if (plain == NULL) return "no memory";
    size_t len = decompress(plain, size, packed.data, packed.len);
    if (len == size) srv_text_add(out, plain, len);
    free(plain);
    return len == size ? NULL : "body is not whole zstd data";
}

const char *srv_unzstd(struct srv_text *out, struct srv_span packed)
{
    content_size_fn *content_size;
    frame_size_fn *frame_size;
    decompress_fn *decompress;
    void *from = library();
    if (!find(from, "ZSTD_getFrameContentSize", &content_size) ||
        !find(from, "ZSTD_findFrameCompressedSize", &frame_size) ||
        !find(from, "ZSTD_decompress", &decompress))
        return "libzstd.so.1 is not there";
    unsigned long long size = content_size(packed.data, packed.len);
    if (size > UNPACKED_MAX) return "body is no zstd frame that says how long it is, or too long";
    if (frame_size(packed.data, packed.len) != packed.len) return "bytes after the frame";
    return unpack(out, packed, (size_t)size, decompress);
}
