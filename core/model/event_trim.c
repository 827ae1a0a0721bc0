/* A ladder of transforms, each from the event's text to a shorter one. A step is taken whole, apart
 * from the breadcrumbs, where the number that has to go is counted out. The event is trusted: it
 * was written a moment ago, so its members have their canonical shape. */
#include "model/event_trim.h"

#include "data/json_walk.h"
#include "model/event_crumbs.h"
#include "model/event_text.h"
#include "model/event_trim_frames.h"
#include "model/shape.h"

/* Appends the shorter event; `excess` is by how many bytes it is too long. */
typedef void trim_step(tsn_slice event, size_t excess, tsn_buf *out);

/* What a step does with one top-level member: appends it with a comma, or a part of it, or nothing.
 */
typedef void member_step(tsn_slice key, tsn_slice value, tsn_buf *out);

static void copy_member(tsn_slice key, tsn_slice value, tsn_buf *out)
{
    tsn_text_key(out, key);
    tsn_text_put(out, value);
    tsn_text_comma(out);
}

static void trim_members(tsn_slice event, member_step *step, tsn_buf *out)
{
    tsn_json_walk walk = tsn_json_walk_of(event);
    tsn_opening object = tsn_text_open(out, TSN_LIT("{"));
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) step(key, value, out);
    tsn_text_close(out, object, TSN_LIT("}"));
}

typedef struct crumb_cut {
    tsn_slice list;
    tsn_slice meta;
    size_t drop;
    uint64_t total; /* for the remark */
} crumb_cut;

/* How many of the oldest have to go so that their texts make up for `excess`; all, if that is not
 * enough. */
static size_t count_oldest(tsn_slice list, size_t excess)
{
    tsn_json_walk walk = tsn_json_walk_of(list);
    tsn_slice key;
    tsn_slice crumb;
    size_t saved = 0;
    size_t count = 0;
    while (saved < excess && tsn_json_next(&walk, &key, &crumb)) {
        saved += crumb.len + 1;
        count++;
    }
    return count;
}

/* Uses the end of `out` to find out. */
static size_t meta_len(tsn_slice meta, uint64_t total, tsn_buf *out)
{
    size_t start = out->len;
    tsn_event_write_meta_items(meta, total, out);
    size_t len = out->len - start;
    tsn_buf_truncate(out, start);
    return len == 0 ? 0 : len + sizeof "\"_meta\":{}" - 1;
}

static crumb_cut plan_crumbs(tsn_slice event, size_t excess, tsn_buf *out)
{
    crumb_cut cut = {
        .list = tsn_json_get(tsn_json_get(event, TSN_LIT("breadcrumbs")), TSN_LIT("values")),
        .meta = tsn_json_get(event, TSN_LIT("_meta"))};
    uint64_t before = tsn_event_meta_total(cut.meta);
    cut.total = before > 0 ? before : tsn_json_count(cut.list);
    excess += meta_len(cut.meta, cut.total, out) - meta_len(cut.meta, before, out);
    cut.drop = count_oldest(cut.list, excess);
    return cut;
}

static void write_newest(const crumb_cut *cut, tsn_buf *out)
{
    tsn_json_walk walk = tsn_json_walk_of(cut->list);
    tsn_opening values = tsn_text_open(out, TSN_LIT("\"breadcrumbs\":{\"values\":["));
    tsn_slice key;
    tsn_slice crumb;
    for (size_t i = 0; tsn_json_next(&walk, &key, &crumb); i++) {
        if (i >= cut->drop) tsn_text_member(out, TSN_LIT(""), crumb);
    }
    tsn_text_close(out, values, TSN_LIT("]},"));
}

static void write_meta(const crumb_cut *cut, tsn_buf *out)
{
    tsn_opening object = tsn_text_open(out, TSN_LIT("\"_meta\":{"));
    tsn_event_write_meta_items(cut->meta, cut->total, out);
    tsn_text_close(out, object, TSN_LIT("},"));
}

static void trim_breadcrumbs(tsn_slice event, size_t excess, tsn_buf *out)
{
    crumb_cut cut = plan_crumbs(event, excess, out);
    tsn_json_walk walk = tsn_json_walk_of(event);
    tsn_opening object = tsn_text_open(out, TSN_LIT("{"));
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (tsn_slice_equal(key, TSN_LIT("_meta"))) continue;
        if (tsn_slice_equal(key, TSN_LIT("breadcrumbs"))) {
            write_newest(&cut, out);
        } else {
            copy_member(key, value, out);
        }
    }
    write_meta(&cut, out);
    tsn_text_close(out, object, TSN_LIT("}"));
}

static bool has_stacks(tsn_slice key)
{
    return tsn_slice_equal(key, TSN_LIT("exception")) || tsn_slice_equal(key, TSN_LIT("threads"));
}

static void trim_stacks(tsn_slice key, tsn_slice value, tsn_trim_frames_fn *trim, tsn_buf *out)
{
    if (!has_stacks(key)) {
        copy_member(key, value, out);
        return;
    }
    tsn_text_key(out, key);
    tsn_trim_stacks(value, trim, out);
    tsn_text_comma(out);
}

static void without_vars(tsn_slice key, tsn_slice value, tsn_buf *out)
{
    trim_stacks(key, value, tsn_trim_frames_vars, out);
}

static void without_source(tsn_slice key, tsn_slice value, tsn_buf *out)
{
    trim_stacks(key, value, tsn_trim_frames_source, out);
}

static void without_middle(tsn_slice key, tsn_slice value, tsn_buf *out)
{
    trim_stacks(key, value, tsn_trim_frames_middle, out);
}

static void without_extra(tsn_slice key, tsn_slice value, tsn_buf *out)
{
    if (!tsn_slice_equal(key, TSN_LIT("extra"))) copy_member(key, value, out);
}

static void without_modules(tsn_slice key, tsn_slice value, tsn_buf *out)
{
    if (!tsn_slice_equal(key, TSN_LIT("modules"))) copy_member(key, value, out);
}

static const tsn_slice known_contexts[] = {
    {"trace", 5},
    {"os", 2},
    {"runtime", 7},
    {"device", 6},
    {"app", 3},
    {"gpu", 3},
    {"culture", 7},
    {"response", 8},
    {"feedback", 8},
    {"flags", 5},
    {"browser", 7},
    {"state", 5},
    {"cloud_resource", 14},
    {"memory_info", 11},
    {"threadpool_info", 15},
    {"profile", 7},
    {"replay", 6},
    {"page", 4},
    {"otel", 4},
};

static bool is_known_context(tsn_slice key)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(known_contexts); i++) {
        if (tsn_slice_equal(known_contexts[i], key)) return true;
    }
    return false;
}

static void known_contexts_only(tsn_slice key, tsn_slice value, tsn_buf *out)
{
    if (!tsn_slice_equal(key, TSN_LIT("contexts"))) {
        copy_member(key, value, out);
        return;
    }
    tsn_json_walk walk = tsn_json_walk_of(value);
    tsn_opening object = tsn_text_open(out, TSN_LIT("\"contexts\":{"));
    tsn_slice name;
    tsn_slice context;
    while (tsn_json_next(&walk, &name, &context)) {
        if (is_known_context(name)) copy_member(name, context, out);
    }
    tsn_text_close(out, object, TSN_LIT("},"));
}

static member_step *const ladder[] = {without_vars,  without_source,      without_middle,
                                      without_extra, known_contexts_only, without_modules};

/* Puts `shorter` in the place of the event. */
static tocsin_status replace(tsn_buf *event, size_t start, tsn_buf *shorter)
{
    TSN_TRY(tsn_buf_status(shorter));
    tsn_buf_truncate(event, start);
    tsn_buf_slice(event, tsn_buf_view(shorter));
    tsn_buf_clear(shorter);
    return tsn_buf_status(event);
}

static tsn_slice view_from(const tsn_buf *event, size_t start)
{
    return (tsn_slice){event->data + start, event->len - start};
}

tocsin_status tsn_event_trim(tsn_buf *event, size_t start, size_t max)
{
    tsn_buf shorter = TSN_BUF_EMPTY;
    tocsin_status st = TOCSIN_OK;
    if (event->len - start <= max) goto done;
    trim_breadcrumbs(view_from(event, start), event->len - start - max, &shorter);
    if ((st = replace(event, start, &shorter)) != TOCSIN_OK) goto done;
    for (size_t i = 0; i < TSN_ARRAY_LEN(ladder) && event->len - start > max; i++) {
        trim_members(view_from(event, start), ladder[i], &shorter);
        if ((st = replace(event, start, &shorter)) != TOCSIN_OK) goto done;
    }
    if (event->len - start > max) st = TOCSIN_DROPPED;
done:
    tsn_buf_fini(&shorter);
    return st;
}
