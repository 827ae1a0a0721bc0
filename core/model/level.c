/* One table of names; the numbers are its indices, which the public constants fix for good. */
#include "model/level.h"

#include "base/house.h"

static const tsn_slice names[] = {
    [TOCSIN_LEVEL_TRACE] = TSN_LIT_INIT("trace"), [TOCSIN_LEVEL_DEBUG] = TSN_LIT_INIT("debug"),
    [TOCSIN_LEVEL_INFO] = TSN_LIT_INIT("info"),   [TOCSIN_LEVEL_WARNING] = TSN_LIT_INIT("warning"),
    [TOCSIN_LEVEL_ERROR] = TSN_LIT_INIT("error"), [TOCSIN_LEVEL_FATAL] = TSN_LIT_INIT("fatal"),
};

tsn_slice tsn_level_name(int32_t level)
{
    if (level < 0 || (size_t)level >= TSN_ARRAY_LEN(names)) return TSN_SLICE_ABSENT;
    return names[level];
}

bool tsn_level_is_event_level(int32_t level)
{
    return level >= TOCSIN_LEVEL_DEBUG && level <= TOCSIN_LEVEL_FATAL;
}

int32_t tsn_level_find(tsn_slice name)
{
    for (int32_t level = TOCSIN_LEVEL_DEBUG; tsn_level_is_event_level(level); level++) {
        if (tsn_slice_equal(tsn_level_name(level), name)) return level;
    }
    return TOCSIN_LEVEL_UNSET;
}
