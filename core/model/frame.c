/* A table of the keys with types and lengths. Source lines keep the ones nearest to the line
 * itself. */
#include "model/frame.h"

#include "base/house.h"
#include "model/event_text.h"

#define SOURCE_LINES_MAX 5

static bool write_position(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out)
{
    int64_t position;
    (void)cuts;
    tsn_text_put(out, value);
    return tsn_json_to_i64(value, &position) && position >= 1;
}

/* The strings of `lines` without the first `skip`, at most as many as are kept. */
static bool write_lines(tsn_slice lines, size_t skip, tsn_buf *out)
{
    tsn_json_walk walk = tsn_json_walk_of(lines);
    tsn_opening list = tsn_text_open(out, TSN_LIT("["));
    tsn_slice key;
    tsn_slice line;
    size_t last = skip + SOURCE_LINES_MAX;
    for (size_t i = 0; i < last && tsn_json_next(&walk, &key, &line); i++) {
        if (i >= skip && tsn_json_is(line, TSN_JSON_STRING))
            tsn_text_member(out, TSN_LIT(""), line);
    }
    return tsn_text_close(out, list, TSN_LIT("]"));
}

static bool write_pre_context(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out)
{
    (void)cuts;
    size_t count = tsn_json_count(value);
    return write_lines(value, count > SOURCE_LINES_MAX ? count - SOURCE_LINES_MAX : 0, out);
}

static bool write_post_context(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out)
{
    (void)cuts;
    return write_lines(value, 0, out);
}

#define STRING TSN_JSON_ONLY(TSN_JSON_STRING)

static const tsn_shape_row rows[] = {
    {TSN_SHAPE_KEY("function"), STRING, TSN_FRAME_FUNCTION_MAX, NULL},
    {TSN_SHAPE_KEY("filename"), STRING, TSN_FRAME_PATH_MAX, NULL},
    {TSN_SHAPE_KEY("abs_path"), STRING, TSN_FRAME_PATH_MAX, NULL},
    {TSN_SHAPE_KEY("lineno"), TSN_JSON_ONLY(TSN_JSON_NUMBER), 0, write_position},
    {TSN_SHAPE_KEY("colno"), TSN_JSON_ONLY(TSN_JSON_NUMBER), 0, write_position},
    {TSN_SHAPE_KEY("in_app"), TSN_JSON_ONLY(TSN_JSON_BOOL), 0, NULL},
    {TSN_SHAPE_KEY("instruction_addr"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("symbol_addr"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("image_addr"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("addr_mode"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("module"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("package"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("raw_function"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("symbol"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("platform"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("trust"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("context_line"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("pre_context"), TSN_JSON_ONLY(TSN_JSON_ARRAY), 0, write_pre_context},
    {TSN_SHAPE_KEY("post_context"), TSN_JSON_ONLY(TSN_JSON_ARRAY), 0, write_post_context},
    {TSN_SHAPE_KEY("vars"), TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, NULL},
    {TSN_SHAPE_KEY("stack_start"), TSN_JSON_ONLY(TSN_JSON_BOOL), 0, tsn_shape_true},
};

static const tsn_slice system_prefixes[] = {
    {"/lib/", 5},          {"/lib32/", 7},        {"/lib64/", 7},      {"/libx32/", 8},
    {"/usr/lib/", 9},      {"/usr/lib32/", 11},   {"/usr/lib64/", 11}, {"/usr/libx32/", 12},
    {"/usr/include/", 13}, {"linux-vdso.so", 13},
};

static tsn_slice text_of(tsn_slice frame, tsn_slice key)
{
    return tsn_json_string_body(tsn_json_get(frame, key));
}

bool tsn_frame_is_usable(tsn_slice frame)
{
    return text_of(frame, TSN_LIT("function")).len > 0 ||
           text_of(frame, TSN_LIT("filename")).len > 0 ||
           text_of(frame, TSN_LIT("instruction_addr")).len > 0;
}

static bool is_system(tsn_slice frame)
{
    tsn_slice path = text_of(frame, TSN_LIT("package"));
    if (path.len == 0) path = text_of(frame, TSN_LIT("abs_path"));
    if (path.len == 0) path = text_of(frame, TSN_LIT("filename"));
    for (size_t i = 0; i < TSN_ARRAY_LEN(system_prefixes); i++) {
        if (tsn_slice_starts_with(path, system_prefixes[i])) return true;
    }
    return false;
}

void tsn_frame_write(tsn_slice frame, const tsn_cuts *cuts, tsn_buf *out)
{
    tsn_opening object = tsn_text_open(out, TSN_LIT("{"));
    tsn_shape_copy(rows, TSN_ARRAY_LEN(rows), frame, cuts, out);
    if (!tsn_json_is(tsn_json_get(frame, TSN_LIT("in_app")), TSN_JSON_BOOL)) {
        tsn_text_member(out, TSN_LIT("\"in_app\":"),
                        is_system(frame) ? TSN_LIT("false") : TSN_LIT("true"));
    }
    tsn_text_close(out, object, TSN_LIT("}"));
}
