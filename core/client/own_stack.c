/* Addresses become frames and images at once, while the code they lie in cannot be unloaded. */
#include "client/own_stack.h"

#include "base/sync.h"
#include "native/capture.h"
#include "native/stack_json.h"

static void write_trace(tsn_own_stack *stack, const uintptr_t *addresses, size_t count,
                        const tsn_stack_rules *rules)
{
    TSN_BUF_LIT(&stack->trace, "{\"frames\":");
    if (tsn_stack_write_frames(&stack->trace, addresses, count, rules) < 0)
        stack->trace.failed = true;
    TSN_BUF_LIT(&stack->trace, ",\"instruction_addr_adjustment\":\"" TSN_CAPTURE_ADJUSTMENT "\"}");
}

static void write_threads(tsn_own_stack *stack)
{
    TSN_BUF_LIT(&stack->threads, "{\"values\":[{\"id\":");
    tsn_buf_u64(&stack->threads, tsn_thread_id());
    TSN_BUF_LIT(&stack->threads, ",\"crashed\":false,\"current\":true,\"stacktrace\":");
    tsn_buf_slice(&stack->threads, tsn_buf_view(&stack->trace));
    TSN_BUF_LIT(&stack->threads, "}]}");
}

tocsin_status tsn_own_stack_take(const tsn_settings *settings, tsn_own_stack *stack)
{
    uintptr_t addresses[TSN_CAPTURE_MAX];
    tsn_stack_rules rules = {
        .in_app = {.include = settings->in_app_include.items,
                   .include_count = settings->in_app_include.count,
                   .exclude = settings->in_app_exclude.items,
                   .exclude_count = settings->in_app_exclude.count},
        .max_frames = (size_t)settings->max_stack_frames,
    };
    size_t count = tsn_capture_stack(addresses, TSN_CAPTURE_MAX, 0);
    count = tsn_capture_drop_library(addresses, count);
    count = tsn_stack_cut(addresses, count, rules.max_frames);
    if (count == 0) return TOCSIN_OK;
    write_trace(stack, addresses, count, &rules);
    write_threads(stack);
    TSN_TRY(tsn_stack_write_images(&stack->images, addresses, count));
    TSN_TRY(tsn_buf_status(&stack->trace));
    return tsn_buf_status(&stack->threads);
}

void tsn_own_stack_fini(tsn_own_stack *stack)
{
    tsn_buf_fini(&stack->trace);
    tsn_buf_fini(&stack->threads);
    tsn_buf_fini(&stack->images);
}

static tsn_slice present(const tsn_buf *text)
{
    return text->len == 0 ? TSN_SLICE_ABSENT : tsn_buf_view(text);
}

tsn_slice tsn_own_stack_trace(const tsn_own_stack *stack)
{
    return present(&stack->trace);
}

tsn_slice tsn_own_stack_threads(const tsn_own_stack *stack)
{
    return present(&stack->threads);
}

tsn_slice tsn_own_stack_images(const tsn_own_stack *stack)
{
    return present(&stack->images);
}
