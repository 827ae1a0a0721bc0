/* The rules in the order of their weight: what the user said, then where the code lies. */
#include "native/in_app.h"

#include "base/house.h"

static const tsn_slice system_prefixes[] = {
    {"/lib/", 5},          {"/lib32/", 7},        {"/lib64/", 7},      {"/libx32/", 8},
    {"/usr/lib/", 9},      {"/usr/lib32/", 11},   {"/usr/lib64/", 11}, {"/usr/libx32/", 12},
    {"linux-vdso.so", 13}, {"linux-gate.so", 13},
};

static tsn_slice file_name(tsn_slice path)
{
    size_t at = path.len;
    while (at > 0 && path.data[at - 1] != '/') at--;
    return tsn_slice_sub(path, at, path.len);
}

static bool matches_any(const tsn_slice *prefixes, size_t count, const tsn_in_app_frame *frame)
{
    tsn_slice name = file_name(frame->package);
    for (size_t i = 0; i < count; i++) {
        if (prefixes[i].len == 0) continue;
        if (tsn_slice_starts_with(frame->function, prefixes[i])) return true;
        if (tsn_slice_starts_with(frame->package, prefixes[i])) return true;
        if (tsn_slice_starts_with(name, prefixes[i])) return true;
    }
    return false;
}

static bool is_system(tsn_slice path)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(system_prefixes); i++) {
        if (tsn_slice_starts_with(path, system_prefixes[i])) return true;
    }
    return false;
}

bool tsn_in_app(const tsn_in_app_rules *rules, const tsn_in_app_frame *frame)
{
    if (matches_any(rules->include, rules->include_count, frame)) return true;
    if (matches_any(rules->exclude, rules->exclude_count, frame)) return false;
    if (is_system(frame->package)) return false;
    return frame->is_main || frame->package.len > 0;
}
