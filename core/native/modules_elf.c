/* The loader is walked twice: once to learn how many images and how much text there will be, once
 * to copy them into memory set aside in between. So nothing is allocated under the loader's lock,
 * where a host's allocator that itself asks the loader something could deadlock. What was loaded
 * between the two walks finds no room and is left out: no frame of ours can have been in it. */
#include "native/modules_elf.h"

#include <link.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "native/elf_ids.h"
#include "native/sysfile.h"

#define PATH_CAP 4096

typedef struct extent {
    uintptr_t start;
    size_t size;
} extent;

typedef struct walk {
    const uintptr_t *addresses;
    size_t count;
    size_t visited; /* images seen so far; the first one is the program */
    size_t found;
    size_t text_len;
    tsn_images *out; /* NULL: only measure */
} walk;

static bool extent_holds(extent range, uintptr_t address)
{
    return address >= range.start && address - range.start < range.size;
}

static extent image_extent(const struct dl_phdr_info *info)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t low = UINTPTR_MAX;
    uintptr_t high = 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || segment->p_memsz == 0) continue;
        uintptr_t start = (info->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        uintptr_t end = info->dlpi_addr + segment->p_vaddr + segment->p_memsz;
        if (start < low) low = start;
        if (end > high) high = end;
    }
    return low < high ? (extent){low, high - low} : (extent){0, 0};
}

static bool holds_any(const walk *state, extent range)
{
    for (size_t i = 0; i < state->count; i++) {
        if (state->addresses[i] > 0 && extent_holds(range, state->addresses[i] - 1)) return true;
    }
    return false;
}

/* Whether a segment's bytes are mapped and may be read. */
static bool is_readable(const struct dl_phdr_info *info, const ElfW(Phdr) * wanted)
{
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_R) == 0) continue;
        if (wanted->p_vaddr < segment->p_vaddr) continue;
        uintptr_t into = wanted->p_vaddr - segment->p_vaddr;
        if (into <= segment->p_filesz && wanted->p_filesz <= segment->p_filesz - into) return true;
    }
    return false;
}

static void read_notes(const struct dl_phdr_info *info, tsn_build_id *out)
{
    out->len = 0;
    for (size_t i = 0; i < info->dlpi_phnum && out->len == 0; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_NOTE || !is_readable(info, segment)) continue;
        uintptr_t start = info->dlpi_addr + segment->p_vaddr;
        tsn_slice notes = {(const char *)start, segment->p_filesz};
        tsn_elf_notes_build_id(notes, segment->p_align, out);
    }
}

static tsn_slice loader_path(const struct dl_phdr_info *info)
{
    const char *name = info->dlpi_name != NULL ? info->dlpi_name : "";
    return (tsn_slice){name, strnlen(name, PATH_CAP)};
}

/* The text was reserved by the first walk, so it does not move and slices of it stay good. */
static tsn_slice keep_text(tsn_buf *text, tsn_slice path)
{
    if (path.len > text->cap - text->len) return TSN_LIT("");
    size_t at = text->len;
    tsn_buf_slice(text, path);
    return (tsn_slice){text->data + at, path.len};
}

static void collect(tsn_images *out, const struct dl_phdr_info *info, extent range, bool is_main)
{
    if (out->count == out->cap) return;
    tsn_image *image = &out->items[out->count++];
    *image = (tsn_image){.start = range.start, .size = range.size, .is_main = is_main};
    image->path = is_main ? TSN_LIT("") : keep_text(&out->text, loader_path(info));
    read_notes(info, &image->build_id);
}

static int visit(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    walk *state = context;
    bool is_main = state->visited++ == 0;
    extent range = image_extent(info);
    if (!holds_any(state, range)) return 0;
    state->found++;
    state->text_len += is_main ? PATH_CAP : loader_path(info).len;
    if (state->out != NULL) collect(state->out, info, range, is_main);
    return 0;
}

/* The loader has no name for the program; the system has one. */
static void name_program(tsn_images *images)
{
    char path[PATH_CAP];
    if (images->count == 0 || !images->items[0].is_main) return;
    tsn_slice target = {path, tsn_sysfile_program(path, sizeof path)};
    images->items[0].path = keep_text(&images->text, target);
}

tocsin_status tsn_images_init(tsn_images *out, const uintptr_t *addresses, size_t count)
{
    *out = TSN_IMAGES_EMPTY;
    walk state = {.addresses = addresses, .count = count};
    dl_iterate_phdr(visit, &state);
    if (state.found == 0) return TOCSIN_OK;
    out->items = tsn_alloc_array(state.found, sizeof *out->items);
    if (out->items == NULL || !tsn_buf_reserve(&out->text, state.text_len)) {
        tsn_images_fini(out);
        return TOCSIN_E_NOMEM;
    }
    out->cap = state.found;
    state = (walk){.addresses = addresses, .count = count, .out = out};
    dl_iterate_phdr(visit, &state);
    name_program(out);
    return TOCSIN_OK;
}

void tsn_images_fini(tsn_images *images)
{
    tsn_free(images->items);
    tsn_buf_fini(&images->text);
    *images = TSN_IMAGES_EMPTY;
}

const tsn_image *tsn_images_find(const tsn_images *images, uintptr_t address)
{
    if (address == 0) return NULL;
    for (size_t i = 0; i < images->count; i++) {
        const tsn_image *image = &images->items[i];
        if (extent_holds((extent){image->start, image->size}, address - 1)) return image;
    }
    return NULL;
}

/* A path that is not absolute (the vDSO has one) may mean any file by now. */
static int image_open(const tsn_image *image)
{
    char path[PATH_CAP];
    if (image->is_main) return tsn_sysfile_open(TSN_SYSFILE_PROGRAM);
    if (image->path.len == 0 || image->path.data[0] != '/') return -1;
    if (image->path.len >= sizeof path) return -1;
    memcpy(path, image->path.data, image->path.len);
    path[image->path.len] = '\0';
    return tsn_sysfile_open(path);
}

static void ids_from_build(const tsn_build_id *build, tsn_image_ids *out)
{
    tsn_code_id_text(build, out->code_id);
    tsn_debug_id_text(build->bytes, build->len, out->debug_id);
}

static void ids_from_file(int fd, tsn_image_ids *out)
{
    tsn_build_id build;
    uint8_t folded[TSN_DEBUG_ID_BYTES];
    if (tsn_elf_file_build_id(fd, &build)) {
        ids_from_build(&build, out);
    } else if (tsn_elf_file_text_id(fd, folded)) {
        tsn_debug_id_text(folded, sizeof folded, out->debug_id);
    }
}

void tsn_image_ids_find(const tsn_image *image, tsn_image_ids *out)
{
    out->code_id[0] = '\0';
    out->debug_id[0] = '\0';
    if (image->build_id.len > 0) {
        ids_from_build(&image->build_id, out);
        return;
    }
    int fd = image_open(image);
    if (fd < 0) return;
    ids_from_file(fd, out);
    tsn_sysfile_close(fd);
}

typedef struct range_query {
    uintptr_t address;
    extent found;
} range_query;

static int visit_range(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    range_query *query = context;
    extent range = image_extent(info);
    if (!extent_holds(range, query->address)) return 0;
    query->found = range;
    return 1;
}

bool tsn_image_range(uintptr_t address, uintptr_t *start, size_t *size)
{
    range_query query = {address, {0, 0}};
    if (dl_iterate_phdr(visit_range, &query) == 0) return false;
    *start = query.found.start;
    *size = query.found.size;
    return true;
}
