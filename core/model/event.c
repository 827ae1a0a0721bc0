/* One table, one row a member of the event: its key, and the types it may have in a body. The body
 * is walked once to find its members; then each is written, by a function of its own. Unknown
 * members of the body are in no row, so they are not written (P-1). */
#include "model/event.h"

#include "base/house.h"
#include "model/event_lend.h"
#include "model/event_members.h"
#include "model/event_text.h"
#include "model/event_trim.h"

#define STRING TSN_JSON_ONLY(TSN_JSON_STRING)
#define NUMBER TSN_JSON_ONLY(TSN_JSON_NUMBER)
#define OBJECT TSN_JSON_ONLY(TSN_JSON_OBJECT)
#define ARRAY TSN_JSON_ONLY(TSN_JSON_ARRAY)
#define WRITTEN_MIN 4096 /* room for all that is not in a body or a ring, as a first guess */

typedef struct member_row {
    tsn_slice key;
    unsigned accept; /* set of types; a body's member of another type is taken for absent */
} member_row;

static const member_row rows[TSN_MEMBERS] = {
    [TSN_MEMBER_ID] = {TSN_SHAPE_KEY("event_id"), STRING},
    [TSN_MEMBER_TIMESTAMP] = {TSN_SHAPE_KEY("timestamp"), STRING | NUMBER},
    [TSN_MEMBER_PLATFORM] = {TSN_SHAPE_KEY("platform"), STRING},
    [TSN_MEMBER_LEVEL] = {TSN_SHAPE_KEY("level"), STRING},
    [TSN_MEMBER_LOGGER] = {TSN_SHAPE_KEY("logger"), STRING},
    [TSN_MEMBER_TRANSACTION] = {TSN_SHAPE_KEY("transaction"), STRING},
    [TSN_MEMBER_TRANSACTION_INFO] = {TSN_SHAPE_KEY("transaction_info"), OBJECT},
    [TSN_MEMBER_SERVER_NAME] = {TSN_SHAPE_KEY("server_name"), STRING},
    [TSN_MEMBER_RELEASE] = {TSN_SHAPE_KEY("release"), STRING},
    [TSN_MEMBER_DIST] = {TSN_SHAPE_KEY("dist"), STRING},
    [TSN_MEMBER_ENVIRONMENT] = {TSN_SHAPE_KEY("environment"), STRING},
    [TSN_MEMBER_LOGENTRY] = {TSN_SHAPE_KEY("logentry"), OBJECT | STRING},
    [TSN_MEMBER_MESSAGE] = {TSN_SHAPE_KEY("message"), OBJECT | STRING},
    [TSN_MEMBER_EXCEPTION] = {TSN_SHAPE_KEY("exception"), OBJECT | ARRAY},
    [TSN_MEMBER_THREADS] = {TSN_SHAPE_KEY("threads"), OBJECT | ARRAY},
    [TSN_MEMBER_DEBUG_META] = {TSN_SHAPE_KEY("debug_meta"), OBJECT | ARRAY},
    [TSN_MEMBER_USER] = {TSN_SHAPE_KEY("user"), OBJECT},
    [TSN_MEMBER_REQUEST] = {TSN_SHAPE_KEY("request"), OBJECT},
    [TSN_MEMBER_FINGERPRINT] = {TSN_SHAPE_KEY("fingerprint"), ARRAY},
    [TSN_MEMBER_TAGS] = {TSN_SHAPE_KEY("tags"), OBJECT},
    [TSN_MEMBER_EXTRA] = {TSN_SHAPE_KEY("extra"), OBJECT},
    [TSN_MEMBER_CONTEXTS] = {TSN_SHAPE_KEY("contexts"), OBJECT},
    [TSN_MEMBER_MODULES] = {TSN_SHAPE_KEY("modules"), OBJECT},
    [TSN_MEMBER_SDK] = {TSN_SHAPE_KEY("sdk"), OBJECT},
    [TSN_MEMBER_ERRORS] = {TSN_SHAPE_KEY("errors"), ARRAY},
    [TSN_MEMBER_BREADCRUMBS] = {TSN_SHAPE_KEY("breadcrumbs"), OBJECT | ARRAY},
    [TSN_MEMBER_META] = {TSN_SHAPE_KEY("_meta"), OBJECT},
};

static void find_member(tsn_event_source *source, tsn_slice key, tsn_slice value)
{
    for (size_t i = 0; i < TSN_MEMBERS; i++) {
        if (!tsn_slice_equal(rows[i].key, key)) continue;
        if ((rows[i].accept & TSN_JSON_ONLY(tsn_json_type_of(value))) != 0) source->body[i] = value;
        return;
    }
}

static void find_members(tsn_event_source *source)
{
    if (source->parts->is_plain) {
        tsn_event_split_plain_body(source->parts->body, &source->body[TSN_MEMBER_LOGENTRY],
                                   &source->body[TSN_MEMBER_LEVEL]);
        return;
    }
    tsn_json_walk walk = tsn_json_walk_of(source->parts->body);
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) find_member(source, key, value);
}

static const tsn_origin *innermost_origin(const tsn_event_parts *parts)
{
    for (size_t i = parts->layer_count; i-- > 0;) {
        if (parts->layers[i]->origin != NULL) return parts->layers[i]->origin;
    }
    return NULL;
}

/* Nearly all of a large event is breadcrumbs, whose size is known; the rest seldom passes the
 * guess. */
static size_t guess_size(const tsn_event_source *source)
{
    size_t size = source->parts->body.len + WRITTEN_MIN;
    if (tsn_event_is_lent(source->parts)) return size;
    for (size_t i = 0; i < source->parts->layer_count; i++)
        size += tsn_pring_bytes(source->parts->layers[i]->crumbs);
    return size;
}

static void write_members(tsn_event_source *source, tsn_buf *out)
{
    tsn_opening event = tsn_text_open(out, TSN_LIT("{"));
    tsn_event_write_id(source, out);
    tsn_event_write_timestamp(source, out);
    tsn_event_write_platform(source, out);
    tsn_event_write_level(source, out);
    tsn_event_write_logger(source, out);
    tsn_event_write_transaction(source, out);
    tsn_event_write_transaction_info(source, out);
    tsn_event_write_server_name(source, out);
    tsn_event_write_release(source, out);
    tsn_event_write_dist(source, out);
    tsn_event_write_environment(source, out);
    tsn_event_write_logentry(source, out);
    tsn_event_write_exception(source, out);
    tsn_event_write_threads(source, out);
    tsn_event_write_debug_meta(source, out);
    tsn_event_write_user(source, out);
    tsn_event_write_request(source, out);
    tsn_event_write_fingerprint(source, out);
    tsn_event_write_tags(source, out);
    tsn_event_write_extra(source, out);
    tsn_event_write_contexts(source, out);
    tsn_event_write_modules(source, out);
    tsn_event_write_sdk(source, out);
    tsn_event_write_errors(source, out);
    tsn_event_write_breadcrumbs(source, out);
    tsn_event_write_meta(source, out);
    tsn_text_close(out, event, TSN_LIT("}"));
}

tocsin_status tsn_event_write(const tsn_event_parts *parts, const tsn_event_config *config,
                              unsigned flags, tsn_buf *out)
{
    TSN_CHECK(parts->layer_count <= TSN_LAYERS_MAX);
    TSN_TRY(tsn_buf_status(out));
    tsn_event_source source = {
        .parts = parts,
        .config = config,
        .origin = innermost_origin(parts),
        .cuts = {(flags & TSN_EVENT_LIMIT) != 0, config->max_value_length,
                 config->max_stack_frames},
        .is_filled = (flags & TSN_EVENT_FILL) != 0,
    };
    size_t start = out->len;
    find_members(&source);
    tsn_event_lend_breadcrumbs(&source);
    tsn_buf_reserve(out, guess_size(&source));
    write_members(&source, out);
    if (tsn_event_is_lent(parts) && out->len - start + parts->inset->len > TSN_EVENT_SIZE_MAX)
        tsn_event_copy_lent(parts->inset, out);
    tocsin_status st = tsn_buf_status(out);
    if (st == TOCSIN_OK && source.cuts.on) st = tsn_event_trim(out, start, TSN_EVENT_SIZE_MAX);
    if (st == TOCSIN_OK) return TOCSIN_OK;
    tsn_buf_truncate(out, start);
    out->failed = false; /* the status says it; what was there is whole */
    return st;
}
