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

uint32_t tsn_propagation_draw(const uint8_t random[TSN_PROPAGATION_RANDOM], uint32_t from,
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
    propagation->sample_rand = tsn_propagation_draw(random, 0, TSN_MILLION);
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

void tsn_propagation_append_draw(tsn_buf *out, uint32_t millionths)
{
    char digits[] = "\"0.000000\"";
    for (size_t at = sizeof digits - 3; millionths > 0; millionths /= 10) {
        digits[at--] = (char)('0' + millionths % 10);
    }
    tsn_buf_append(out, digits, sizeof digits - 1);
}

static void append_member(tsn_buf *out, tsn_slice key, tsn_slice value)
{
    if (tsn_slice_absent(value)) return;
    tsn_json_append_key(out, key);
    tsn_buf_slice(out, value);
}

bool tsn_propagation_append_members(const tsn_propagation *propagation,
                                    const tsn_dsc_source *source, tsn_buf *out)
{
    if (propagation->dsc != NULL) {
        tsn_buf_slice(out, tsn_fragment_slice(propagation->dsc));
        return true;
    }
    if (tsn_slice_absent(source->public_key)) return false;
    TSN_BUF_LIT(out, "{\"trace_id\":\"");
    tsn_id_append(out, &propagation->trace_id);
    tsn_buf_byte(out, '"');
    append_member(out, TSN_LIT("public_key"), source->public_key);
    append_member(out, TSN_LIT("release"), source->release);
    append_member(out, TSN_LIT("environment"), source->environment);
    append_member(out, TSN_LIT("org_id"), source->org_id);
    tsn_json_append_key(out, TSN_LIT("sample_rand"));
    tsn_propagation_append_draw(out, propagation->sample_rand);
    tsn_buf_byte(out, '}');
    return true;
}

static bool has_member(const tsn_propagation *propagation, tsn_slice key)
{
    return !tsn_slice_absent(tsn_json_get(tsn_fragment_slice(propagation->dsc), key));
}

bool tsn_propagation_append_dsc(const tsn_propagation *propagation, const tsn_dsc_source *source,
                                tsn_buf *out)
{
    bool is_frozen = propagation->dsc != NULL;
    if (is_frozen && !has_member(propagation, TSN_LIT("trace_id"))) return false;
    if (is_frozen && !has_member(propagation, TSN_LIT("public_key"))) return false;
    return tsn_propagation_append_members(propagation, source, out);
}
