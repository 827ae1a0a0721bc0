/* Frames are counted only when there may be too many. What goes is the middle, where deep recursion
 * repeats itself; the crash site and the way into the program stay. */
#include "model/stacktrace.h"

#include "base/house.h"
#include "model/event_text.h"
#include "model/frame.h"

static size_t count_usable(tsn_slice frames)
{
    tsn_json_walk walk = tsn_json_walk_of(frames);
    tsn_slice key;
    tsn_slice frame;
    size_t count = 0;
    while (tsn_json_next(&walk, &key, &frame)) count += tsn_frame_is_usable(frame);
    return count;
}

static bool write_frames(tsn_slice frames, const tsn_cuts *cuts, tsn_buf *out)
{
    size_t max = cuts->on ? cuts->frames : SIZE_MAX;
    size_t count = cuts->on ? count_usable(frames) : 0;
    size_t first_cut = count > max ? max / 2 : SIZE_MAX;
    size_t last_cut = count > max ? first_cut + count - max : SIZE_MAX;
    tsn_json_walk walk = tsn_json_walk_of(frames);
    tsn_opening list = tsn_text_open(out, TSN_LIT("["));
    tsn_slice key;
    tsn_slice frame;
    for (size_t i = 0; tsn_json_next(&walk, &key, &frame);) {
        if (!tsn_frame_is_usable(frame)) continue;
        if (i < first_cut || i >= last_cut) {
            tsn_frame_write(frame, cuts, out);
            tsn_text_comma(out);
        }
        i++;
    }
    return tsn_text_close(out, list, TSN_LIT("]"));
}

#define STRING TSN_JSON_ONLY(TSN_JSON_STRING)

static const tsn_shape_row rows[] = {
    {TSN_SHAPE_KEY("frames"), TSN_JSON_ONLY(TSN_JSON_ARRAY), 0, write_frames},
    {TSN_SHAPE_KEY("registers"), TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, NULL},
    {TSN_SHAPE_KEY("snapshot"), TSN_JSON_ONLY(TSN_JSON_BOOL), 0, NULL},
    {TSN_SHAPE_KEY("lang"), STRING, 0, NULL},
    {TSN_SHAPE_KEY("instruction_addr_adjustment"), STRING, 0, NULL},
};

bool tsn_stacktrace_write(tsn_slice value, const tsn_cuts *cuts, tsn_buf *out)
{
    if (count_usable(tsn_shape_list(value, TSN_LIT("frames"))) == 0) return false;
    if (cuts->on && cuts->frames == 0) return false;
    if (tsn_json_is(value, TSN_JSON_ARRAY)) {
        tsn_text_put(out, TSN_LIT("{\"frames\":"));
        write_frames(value, cuts, out);
        tsn_buf_byte(out, '}');
        return true;
    }
    tsn_opening object = tsn_text_open(out, TSN_LIT("{"));
    tsn_shape_copy(rows, TSN_ARRAY_LEN(rows), value, cuts, out);
    return tsn_text_close(out, object, TSN_LIT("}"));
}

void tsn_stacktrace_copy_ends(tsn_slice frames, size_t outer, size_t inner, tsn_buf *out)
{
    size_t count = tsn_json_count(frames);
    tsn_json_walk walk = tsn_json_walk_of(frames);
    tsn_slice key;
    tsn_slice frame;
    tsn_text_put(out, TSN_LIT("["));
    for (size_t i = 0; tsn_json_next(&walk, &key, &frame); i++) {
        if (i >= outer && i + inner < count) continue;
        if (i > 0) tsn_text_comma(out);
        tsn_text_put(out, frame);
    }
    tsn_text_put(out, TSN_LIT("]"));
}
