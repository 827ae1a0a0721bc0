/* libgcc walks the stack by the unwind tables that every program has for exceptions' sake, frame
 * pointers or not, and is linked into everything gcc makes. The number of our own frames depends on
 * what the compiler inlined, so they are not counted but recognised by the return address at which
 * the caller's begin. */
#include "native/unwind.h"

#include <unwind.h>

/* Frames of ours between the unwinder and the caller, at most. */
#define OWN_FRAMES_MAX 8

typedef struct walk {
    uintptr_t *addresses;
    size_t cap;
    size_t len;
    uintptr_t first;
    size_t own;
    size_t skip;
    bool is_outside; /* left our own frames behind */
} walk;

static bool is_own(walk *state, uintptr_t address)
{
    if (state->is_outside) return false;
    state->is_outside = address == state->first || ++state->own > OWN_FRAMES_MAX;
    return !state->is_outside;
}

static _Unwind_Reason_Code visit(struct _Unwind_Context *context, void *user)
{
    walk *state = user;
    int is_exact = 0;
    uintptr_t address = _Unwind_GetIPInfo(context, &is_exact);
    if (address == 0 || state->len == state->cap) return _URC_END_OF_STACK;
    if (is_own(state, address)) return _URC_NO_REASON;
    if (state->skip > 0) {
        state->skip--;
        return _URC_NO_REASON;
    }
    state->addresses[state->len++] = is_exact ? address + 1 : address;
    return _URC_NO_REASON;
}

size_t tsn_unwind(uintptr_t *addresses, size_t cap, uintptr_t first, size_t skip)
{
    walk state = {.addresses = addresses, .cap = cap, .first = first, .skip = skip};
    if (cap > 0) _Unwind_Backtrace(visit, &state);
    return state.len;
}

typedef struct search {
    uintptr_t function;
    uintptr_t frame;
    uintptr_t last; /* where the frame before this ended; stacks grow downwards */
    bool is_in_function;
    bool is_found;
    bool is_beyond;
} search;

/* What the unwinder says of a frame's stack pointer is where the frame further in ended. */
static _Unwind_Reason_Code compare(struct _Unwind_Context *context, void *user)
{
    search *state = user;
    uintptr_t inner_end = (uintptr_t)_Unwind_GetCFA(context);
    if (inner_end < state->last) return _URC_END_OF_STACK;
    state->last = inner_end;
    state->is_found = state->is_in_function && inner_end == state->frame;
    state->is_beyond = inner_end > state->frame;
    if (state->is_found || state->is_beyond) return _URC_END_OF_STACK;
    state->is_in_function = (uintptr_t)_Unwind_GetRegionStart(context) == state->function;
    return _URC_NO_REASON;
}

bool tsn_unwind_misses(uintptr_t function, uintptr_t frame)
{
    search state = {.function = function, .frame = frame};
    _Unwind_Backtrace(compare, &state);
    return state.is_beyond && !state.is_found;
}
