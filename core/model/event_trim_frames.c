/* All stacks of an event lie at the same path below `exception` and `threads`. One walk goes down
 * that path and copies everything beside it; what is at its end is rewritten. */
#include "model/event_trim_frames.h"

#include "base/house.h"
#include "data/json_walk.h"
#include "model/event_text.h"
#include "model/stacktrace.h"

#define ENDS 25 /* frames kept at each end */

/* An empty name stands for every item of an array. */
static const tsn_slice stack_path[] = {{"values", 6}, {"", 0}, {"stacktrace", 10}, {"frames", 6}};

static void trim_below(tsn_slice value, size_t step, tsn_trim_frames_fn *trim, tsn_buf *out)
{
    if (step == TSN_ARRAY_LEN(stack_path)) {
        trim(value, out);
        return;
    }
    bool is_object = tsn_json_is(value, TSN_JSON_OBJECT);
    tsn_json_walk walk = tsn_json_walk_of(value);
    tsn_slice key;
    tsn_slice member;
    tsn_buf_byte(out, is_object ? '{' : '[');
    tsn_opening members = tsn_text_open(out, TSN_LIT(""));
    while (tsn_json_next(&walk, &key, &member)) {
        if (is_object) tsn_text_key(out, key);
        if (tsn_slice_equal(key, stack_path[step])) {
            trim_below(member, step + 1, trim, out);
        } else {
            tsn_text_put(out, member);
        }
        tsn_text_comma(out);
    }
    tsn_text_close(out, members, TSN_LIT(""));
    tsn_buf_byte(out, is_object ? '}' : ']');
}

void tsn_trim_stacks(tsn_slice value, tsn_trim_frames_fn *trim, tsn_buf *out)
{
    trim_below(value, 0, trim, out);
}

static bool is_one_of(tsn_slice key, const tsn_slice *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (tsn_slice_equal(keys[i], key)) return true;
    }
    return false;
}

static void copy_frame_without(tsn_slice frame, const tsn_slice *keys, size_t count, tsn_buf *out)
{
    tsn_json_walk walk = tsn_json_walk_of(frame);
    tsn_opening object = tsn_text_open(out, TSN_LIT("{"));
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (is_one_of(key, keys, count)) continue;
        tsn_text_key(out, key);
        tsn_text_put(out, value);
        tsn_text_comma(out);
    }
    tsn_text_close(out, object, TSN_LIT("},"));
}

static void copy_frames_without(tsn_slice frames, const tsn_slice *keys, size_t count, tsn_buf *out)
{
    tsn_json_walk walk = tsn_json_walk_of(frames);
    tsn_opening list = tsn_text_open(out, TSN_LIT("["));
    tsn_slice key;
    tsn_slice frame;
    while (tsn_json_next(&walk, &key, &frame)) copy_frame_without(frame, keys, count, out);
    tsn_text_close(out, list, TSN_LIT("]"));
}

void tsn_trim_frames_vars(tsn_slice frames, tsn_buf *out)
{
    static const tsn_slice keys[] = {{"vars", 4}};
    copy_frames_without(frames, keys, TSN_ARRAY_LEN(keys), out);
}

void tsn_trim_frames_source(tsn_slice frames, tsn_buf *out)
{
    static const tsn_slice keys[] = {
        {"pre_context", 11}, {"context_line", 12}, {"post_context", 12}};
    copy_frames_without(frames, keys, TSN_ARRAY_LEN(keys), out);
}

void tsn_trim_frames_middle(tsn_slice frames, tsn_buf *out)
{
    tsn_stacktrace_copy_ends(frames, ENDS, ENDS, out);
}
