/* Names come from the dynamic symbol tables alone, which are in memory anyway: a program's own
 * functions are usually not in them, and the server finds those by the image's debug id and the
 * address. A frame is therefore its address first of all, and whatever else is known about it. */
#include "native/stack_json.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <string.h>

#include "base/house.h"
#include "data/json_text.h"
#include "data/limits.h"
#include "native/modules_elf.h"

/* Longest name that is taken in from a symbol table. */
#define SYMBOL_MAX 4096

static size_t kept_inner(size_t max)
{
    return max - max / 2;
}

size_t tsn_stack_cut(uintptr_t *addresses, size_t count, size_t max)
{
    if (count <= max) return count;
    size_t inner = kept_inner(max);
    size_t outer = max - inner;
    memmove(addresses + inner, addresses + count - outer, outer * sizeof *addresses);
    return max;
}

/* The name of the function around a return address; absent: unknown. Borrowed from the image. */
static tsn_slice function_name(uintptr_t address)
{
    Dl_info info;
    const void *call = (const void *)(address - 1);
    if (address == 0 || dladdr(call, &info) == 0 || info.dli_sname == NULL) return TSN_SLICE_ABSENT;
    return (tsn_slice){info.dli_sname, strnlen(info.dli_sname, SYMBOL_MAX)};
}

static void append_address(tsn_buf *out, tsn_slice key, uintptr_t address)
{
    tsn_json_append_key(out, key);
    tsn_buf_printf(out, "\"0x%" PRIxPTR "\"", address);
}

static void append_text(tsn_buf *out, tsn_slice key, tsn_slice text)
{
    if (text.len == 0) return;
    tsn_json_append_key(out, key);
    tsn_json_append_string(out, text);
}

static void append_frame(tsn_buf *out, uintptr_t address, const tsn_image *image,
                         const tsn_in_app_rules *rules)
{
    tsn_in_app_frame frame = {function_name(address), TSN_SLICE_ABSENT, false};
    if (image != NULL) {
        frame.package = image->path;
        frame.is_main = image->is_main;
    }
    tsn_json_append_comma(out);
    tsn_buf_byte(out, '{');
    if (frame.function.len > 0) {
        tsn_json_append_key(out, TSN_LIT("function"));
        tsn_json_append_cut(out, frame.function, TSN_FRAME_FUNCTION_MAX);
    }
    append_text(out, TSN_LIT("package"), frame.package);
    append_address(out, TSN_LIT("instruction_addr"), address);
    tsn_json_append_key(out, TSN_LIT("in_app"));
    tsn_buf_slice(out, tsn_in_app(rules, &frame) ? TSN_LIT("true") : TSN_LIT("false"));
    tsn_buf_byte(out, '}');
}

/* Walks from the outermost frame inwards; where too many were captured it steps over the middle. */
static void append_frames(tsn_buf *out, const uintptr_t *addresses, size_t count,
                          const tsn_stack_rules *rules, const tsn_images *images)
{
    size_t inner = kept_inner(rules->max_frames);
    size_t outer = rules->max_frames - inner;
    bool is_cut = count > rules->max_frames;
    for (size_t i = count; i-- > 0;) {
        if (is_cut && i >= inner && i < count - outer) continue;
        const tsn_image *image = tsn_images_find(images, addresses[i]);
        append_frame(out, addresses[i], image, &rules->in_app);
    }
}

tocsin_status tsn_stack_write_frames(tsn_buf *out, const uintptr_t *addresses, size_t count,
                                     const tsn_stack_rules *rules)
{
    tsn_images images;
    TSN_TRY(tsn_images_init(&images, addresses, count));
    tsn_buf_byte(out, '[');
    append_frames(out, addresses, count, rules, &images);
    tsn_buf_byte(out, ']');
    tsn_images_fini(&images);
    return tsn_buf_status(out);
}

static void append_image(tsn_buf *out, const tsn_image *image)
{
    tsn_image_ids ids;
    tsn_image_ids_find(image, &ids);
    tsn_json_append_comma(out);
    TSN_BUF_LIT(out, "{\"type\":\"elf\"");
    append_address(out, TSN_LIT("image_addr"), image->start);
    tsn_json_append_key(out, TSN_LIT("image_size"));
    tsn_buf_u64(out, image->size);
    append_text(out, TSN_LIT("code_file"), image->path);
    append_text(out, TSN_LIT("code_id"), tsn_slice_of(ids.code_id));
    append_text(out, TSN_LIT("debug_id"), tsn_slice_of(ids.debug_id));
    tsn_buf_byte(out, '}');
}

tocsin_status tsn_stack_write_images(tsn_buf *out, const uintptr_t *addresses, size_t count)
{
    tsn_images images;
    TSN_TRY(tsn_images_init(&images, addresses, count));
    TSN_BUF_LIT(out, "{\"images\":[");
    for (size_t i = 0; i < images.count; i++) append_image(out, &images.items[i]);
    TSN_BUF_LIT(out, "]}");
    tsn_images_fini(&images);
    return tsn_buf_status(out);
}
