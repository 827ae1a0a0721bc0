/* The program and the libraries that are loaded, as far as given addresses lie in them.
 *
 * What is found is a copy, good for ever; the looking has to happen while the images in question
 * are loaded, so ask on the thread whose stack the addresses come from: its own frames keep their
 * images from being unloaded. Addresses are return addresses (native/capture.h): each is looked up
 * one byte before itself. Any thread; takes the loader's lock for a moment, and allocates nothing
 * while it holds it. */
#ifndef TSN_NATIVE_MODULES_ELF_H
#define TSN_NATIVE_MODULES_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "native/debug_id.h"

typedef struct tsn_image {
    uintptr_t start; /* lowest mapped address */
    size_t size;     /* up to the end of the highest segment */
    bool is_main;
    tsn_build_id build_id; /* from the notes in memory; `len` 0: none there */
    tsn_slice path;        /* borrowed from the set; empty: unknown */
} tsn_image;

typedef struct tsn_images {
    tsn_image *items; /* owned; in load order, the program first */
    size_t count;
    size_t cap;
    tsn_buf text; /* the paths, one after another */
} tsn_images;

#define TSN_IMAGES_EMPTY ((tsn_images){NULL, 0, 0, TSN_BUF_EMPTY})

/* Fills `out` with the images that hold at least one of the addresses. TOCSIN_OK, or TOCSIN_E_NOMEM
 * with `out` empty. */
tocsin_status tsn_images_init(tsn_images *out, const uintptr_t *addresses, size_t count);
void tsn_images_fini(tsn_images *images);
/* The image of a return address; borrowed, NULL: none. */
const tsn_image *tsn_images_find(const tsn_images *images, uintptr_t address);

/* Both names of a build. Reads a few small pieces of the image's file if memory does not tell. */
typedef struct tsn_image_ids {
    char code_id[2 * TSN_BUILD_ID_MAX + 1]; /* empty: no build id */
    char debug_id[TSN_DEBUG_ID_SIZE];       /* empty: nothing to make one from */
} tsn_image_ids;

void tsn_image_ids_find(const tsn_image *image, tsn_image_ids *out);

/* The extent of the image that `address` itself lies in; false: none. */
bool tsn_image_range(uintptr_t address, uintptr_t *start, size_t *size);

#endif
