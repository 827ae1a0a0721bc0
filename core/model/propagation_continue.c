/* What came in is read whole and kept as it is; only a missing draw is filled in, so that it agrees
 * with the decision that was made with it. */
#include "model/propagation_continue.h"

#include "data/json_walk.h"
#include "model/baggage.h"

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

/* T-1 */
static bool parse_sentry_trace(tsn_slice text, trace_header *header)
{
    tsn_slice rest = tsn_slice_trim(text);
    tsn_slice trace_id = tsn_slice_split(&rest, '-');
    tsn_slice span_id = tsn_slice_split(&rest, '-');
    return tsn_id_parse(trace_id, false, &header->trace_id) &&
           tsn_span_id_parse(span_id, &header->span_id) && parse_flag(rest, &header->sampled);
}

static bool parse_hex_byte(tsn_slice text, unsigned *byte)
{
    static const char digits[] = "0123456789abcdef";
    *byte = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *digit = memchr(digits, text.data[i], sizeof digits - 1);
        if (digit == NULL) return false;
        *byte = *byte * 16 + (unsigned)(digit - digits);
    }
    return text.len == 2;
}

/* version-trace-span-flags. Of version 0 nothing follows; a later one may go on behind a '-', and
 * 255 is none. Bit 0 of the flags: sampled. */
static bool parse_traceparent(tsn_slice text, trace_header *header)
{
    unsigned version, flags;
    tsn_slice rest = tsn_slice_trim(text);
    tsn_slice first = tsn_slice_split(&rest, '-');
    tsn_slice trace_id = tsn_slice_split(&rest, '-');
    tsn_slice span_id = tsn_slice_split(&rest, '-');
    tsn_slice last = tsn_slice_split(&rest, '-');
    if (!parse_hex_byte(first, &version) || version == 255) return false;
    if (!parse_hex_byte(last, &flags) || (version == 0 && !tsn_slice_absent(rest))) return false;
    header->sampled = flags & 1;
    return tsn_id_parse(trace_id, false, &header->trace_id) &&
           tsn_span_id_parse(span_id, &header->span_id);
}

/* T-3: the other header is looked at only where this one is missing. */
static bool parse_header(const tsn_trace_incoming *incoming, trace_header *header)
{
    return tsn_slice_absent(incoming->sentry_trace)
               ? parse_traceparent(incoming->traceparent, header)
               : parse_sentry_trace(incoming->sentry_trace, header);
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
        return tsn_propagation_draw(random, 0, TSN_MILLION);
    }
    uint32_t border = rate_border(rate);
    if (sampled == 1) return tsn_propagation_draw(random, 0, border);
    return tsn_propagation_draw(random, border < TSN_MILLION ? border : TSN_MILLION - 1,
                                TSN_MILLION);
}

static tocsin_status set_draw(tsn_pmap **members, uint32_t millionths)
{
    tsn_buf text;
    tsn_buf_init(&text);
    tsn_propagation_append_draw(&text, millionths);
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

/* Whether a trace with these members may be gone on with (T-10). An empty id is none. */
static bool is_of_our_org(const tsn_pmap *members, const tsn_trace_rules *rules)
{
    tsn_member member;
    tsn_slice theirs = TSN_SLICE_ABSENT;
    if (tsn_pmap_get(members, TSN_LIT("org_id"), &member) && member.value.len > strlen("\"\"")) {
        theirs = member.value;
    }
    if (!tsn_slice_absent(theirs) && !tsn_slice_absent(rules->org_id)) {
        return tsn_slice_equal(theirs, rules->org_id);
    }
    bool are_both_absent = tsn_slice_absent(theirs) && tsn_slice_absent(rules->org_id);
    return are_both_absent || !rules->is_strict;
}

/* Takes over nothing; `*members` may grow. */
static tocsin_status make(const trace_header *header, tsn_pmap **members,
                          const uint8_t random[TSN_PROPAGATION_RANDOM], tsn_propagation **out)
{
    tsn_propagation *propagation = tsn_propagation_new(random);
    if (propagation == NULL) return TOCSIN_E_NOMEM;
    propagation->trace_id = header->trace_id;
    propagation->parent_span_id = header->span_id;
    propagation->parent_sampled = header->sampled;
    tocsin_status st = settle_draw(propagation, members, random);
    if (st == TOCSIN_OK) {
        propagation->dsc = object_of(*members);
        if (propagation->dsc != NULL) {
            *out = propagation;
            return TOCSIN_OK;
        }
        st = TOCSIN_E_NOMEM;
    }
    tsn_propagation_release(propagation);
    return st;
}

tocsin_status tsn_propagation_continue(const tsn_trace_incoming *incoming,
                                       const tsn_trace_rules *rules,
                                       const uint8_t random[TSN_PROPAGATION_RANDOM],
                                       tsn_propagation **out)
{
    *out = NULL;
    trace_header header;
    if (!parse_header(incoming, &header)) return TOCSIN_DISABLED;
    tsn_pmap *members = NULL;
    tocsin_status st = tsn_baggage_read(incoming->baggage, &members);
    if (st == TOCSIN_OK && !is_of_our_org(members, rules)) st = TOCSIN_DISABLED;
    if (st == TOCSIN_OK) st = make(&header, &members, random, out);
    tsn_pmap_release(members);
    return st;
}
