/* A propagation context is made once and never changes; a new trace is a new one. What came with an
 * incoming trace is frozen at once, as the header that goes out must be what came in; one's own
 * trace needs no copy of the sampling context, as all it is made from is fixed when the client is
 * opened. */
#include "model/propagation.h"

#include "base/alloc.h"
#include "data/json_text.h"
#include "data/json_walk.h"
#include "model/baggage.h"

/* Where the random bytes go: 16 to the trace id, 8 to the span id, 8 to the sampling draw. */
#define RANDOM_SPAN 16
#define RANDOM_DRAW 24

/* Uniform in [from, to); `from` if that is empty. */
static uint32_t draw_between(const uint8_t random[TSN_PROPAGATION_RANDOM], uint32_t from,
                             uint32_t to)
{
    uint32_t word;
    memcpy(&word, random + RANDOM_DRAW, sizeof word);
    return from < to ? from + (uint32_t)(((uint64_t)word * (to - from)) >> 32) : from;
}

tsn_propagation *tsn_propagation_new(const uint8_t random[TSN_PROPAGATION_RANDOM])
{
    tsn_propagation *propagation = tsn_alloc_zero(sizeof *propagation);
    if (propagation == NULL) return NULL;
    tsn_rc_init(&propagation->rc);
    propagation->trace_id = tsn_id_from_random(random);
    propagation->span_id = tsn_span_id_from_random(random + RANDOM_SPAN);
    propagation->parent_sampled = -1;
    propagation->sample_rand = draw_between(random, 0, TSN_MILLION);
    return propagation;
}

tsn_propagation *tsn_propagation_retain(tsn_propagation *propagation)
{
    if (propagation != NULL) tsn_rc_retain(&propagation->rc);
    return propagation;
}

void tsn_propagation_release(tsn_propagation *propagation)
{
    if (propagation == NULL || !tsn_rc_release(&propagation->rc)) return;
    tsn_fragment_release(propagation->dsc);
    tsn_free(propagation);
}

typedef struct trace_header {
    tsn_id trace_id;
    tsn_span_id span_id;
    int8_t sampled;
} trace_header;

/* What follows the ids: nothing, or one of two flags. */
static bool parse_flag(tsn_slice text, int8_t *sampled)
{
    *sampled = -1;
    if (tsn_slice_absent(text)) return true;
    if (text.len != 1 || (text.data[0] != '0' && text.data[0] != '1')) return false;
    *sampled = text.data[0] == '1';
    return true;
}

static bool parse_trace_header(tsn_slice text, trace_header *header)
{
    tsn_slice rest = tsn_slice_trim(text);
    tsn_slice trace_id = tsn_slice_split(&rest, '-');
    tsn_slice span_id = tsn_slice_split(&rest, '-');
    return tsn_id_parse(trace_id, false, &header->trace_id) &&
           tsn_span_id_parse(span_id, &header->span_id) && parse_flag(rest, &header->sampled);
}

static bool get_share(const tsn_pmap *members, tsn_slice key, tsn_share *share)
{
    tsn_member member;
    return tsn_pmap_get(members, key, &member) &&
           tsn_share_parse(tsn_json_string_body(member.value), share);
}

/* The first number of millionths that is not below the rate. */
static uint32_t rate_border(tsn_share rate)
{
    return rate.millionths + (rate.is_exact ? 0 : 1);
}

/* T-22: a draw that agrees with the decision which came in, as far as the rate behind it is known.
 * */
static uint32_t draw_for(const tsn_pmap *members, int8_t sampled,
                         const uint8_t random[TSN_PROPAGATION_RANDOM])
{
    tsn_share rate;
    if (sampled < 0 || !get_share(members, TSN_LIT("sample_rate"), &rate)) {
        return draw_between(random, 0, TSN_MILLION);
    }
    uint32_t border = rate_border(rate);
    if (sampled == 1) return draw_between(random, 0, border);
    return draw_between(random, border < TSN_MILLION ? border : TSN_MILLION - 1, TSN_MILLION);
}

static void append_draw(tsn_buf *out, uint32_t millionths)
{
    char digits[] = "\"0.000000\"";
    for (size_t at = sizeof digits - 3; millionths > 0; millionths /= 10) {
        digits[at--] = (char)('0' + millionths % 10);
    }
    tsn_buf_append(out, digits, sizeof digits - 1);
}

static tocsin_status set_draw(tsn_pmap **members, uint32_t millionths)
{
    tsn_buf text;
    tsn_buf_init(&text);
    append_draw(&text, millionths);
    tocsin_status st = tsn_buf_status(&text);
    if (st == TOCSIN_OK) st = tsn_pmap_set(members, TSN_LIT("sample_rand"), tsn_buf_view(&text));
    tsn_buf_fini(&text);
    return st;
}

/* T-22 and T-24: an unusable draw counts as missing; nothing is filled in where no member came. */
static tocsin_status settle_draw(tsn_propagation *propagation, tsn_pmap **members,
                                 const uint8_t random[TSN_PROPAGATION_RANDOM])
{
    tsn_share given;
    if (get_share(*members, TSN_LIT("sample_rand"), &given) && given.millionths < TSN_MILLION) {
        propagation->sample_rand = given.millionths;
        return TOCSIN_OK;
    }
    propagation->sample_rand = draw_for(*members, propagation->parent_sampled, random);
    if (tsn_pmap_count(*members) == 0) return TOCSIN_OK;
    return set_draw(members, propagation->sample_rand);
}

static tsn_fragment *object_of(const tsn_pmap *members)
{
    tsn_buf text;
    tsn_buf_init(&text);
    tsn_buf_byte(&text, '{');
    tsn_pmap_write(members, &text);
    if (tsn_pmap_count(members) > 0 && !text.failed) tsn_buf_truncate(&text, text.len - 1);
    tsn_buf_byte(&text, '}');
    tsn_fragment *object = text.failed ? NULL : tsn_fragment_new(tsn_buf_view(&text));
    tsn_buf_fini(&text);
    return object;
}

static tocsin_status freeze_baggage(tsn_propagation *propagation, tsn_slice baggage,
                                    const uint8_t random[TSN_PROPAGATION_RANDOM])
{
    tsn_pmap *members = NULL;
    tocsin_status st = tsn_baggage_read(baggage, &members);
    if (st == TOCSIN_OK) st = settle_draw(propagation, &members, random);
    if (st == TOCSIN_OK) {
        propagation->dsc = object_of(members);
        if (propagation->dsc == NULL) st = TOCSIN_E_NOMEM;
    }
    tsn_pmap_release(members);
    return st;
}

tocsin_status tsn_propagation_continue(tsn_slice sentry_trace, tsn_slice baggage,
                                       const uint8_t random[TSN_PROPAGATION_RANDOM],
                                       tsn_propagation **out)
{
    *out = NULL;
    trace_header header;
    if (!parse_trace_header(sentry_trace, &header)) return TOCSIN_DISABLED;
    tsn_propagation *propagation = tsn_propagation_new(random);
    if (propagation == NULL) return TOCSIN_E_NOMEM;
    propagation->trace_id = header.trace_id;
    propagation->parent_span_id = header.span_id;
    propagation->parent_sampled = header.sampled;
    tocsin_status st = freeze_baggage(propagation, baggage, random);
    if (st == TOCSIN_OK) {
        *out = propagation;
    } else {
        tsn_propagation_release(propagation);
    }
    return st;
}

static bool has_parent(const tsn_propagation *propagation)
{
    static const tsn_span_id none;
    return memcmp(&propagation->parent_span_id, &none, sizeof none) != 0;
}

void tsn_propagation_append_context(const tsn_propagation *propagation, tsn_buf *out)
{
    TSN_BUF_LIT(out, "{\"trace_id\":\"");
    tsn_id_append(out, &propagation->trace_id);
    TSN_BUF_LIT(out, "\",\"span_id\":\"");
    tsn_span_id_append(out, &propagation->span_id);
    if (has_parent(propagation)) {
        TSN_BUF_LIT(out, "\",\"parent_span_id\":\"");
        tsn_span_id_append(out, &propagation->parent_span_id);
    }
    TSN_BUF_LIT(out, "\"}");
}

static bool append_frozen(tsn_slice dsc, tsn_buf *out)
{
    if (tsn_slice_absent(tsn_json_get(dsc, TSN_LIT("trace_id"))) ||
        tsn_slice_absent(tsn_json_get(dsc, TSN_LIT("public_key")))) {
        return false;
    }
    tsn_buf_slice(out, dsc);
    return true;
}

static void append_member(tsn_buf *out, tsn_slice key, tsn_slice value)
{
    if (tsn_slice_absent(value)) return;
    tsn_json_append_key(out, key);
    tsn_buf_slice(out, value);
}

bool tsn_propagation_append_dsc(const tsn_propagation *propagation, const tsn_dsc_source *source,
                                tsn_buf *out)
{
    if (propagation->dsc != NULL) return append_frozen(tsn_fragment_slice(propagation->dsc), out);
    if (tsn_slice_absent(source->public_key)) return false;
    TSN_BUF_LIT(out, "{\"trace_id\":\"");
    tsn_id_append(out, &propagation->trace_id);
    tsn_buf_byte(out, '"');
    append_member(out, TSN_LIT("public_key"), source->public_key);
    append_member(out, TSN_LIT("release"), source->release);
    append_member(out, TSN_LIT("environment"), source->environment);
    append_member(out, TSN_LIT("org_id"), source->org_id);
    tsn_json_append_key(out, TSN_LIT("sample_rand"));
    append_draw(out, propagation->sample_rand);
    tsn_buf_byte(out, '}');
    return true;
}
