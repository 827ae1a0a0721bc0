/* Members are read leniently, as headers pass through many hands: what is no `sentry-` pair is
 * passed over, what is no valid percent code stays as it is. Rates are read digit by digit: a
 * double would put some of them on the wrong side of a decision that another process has already
 * made. */
#include "model/baggage.h"

#include "base/buf.h"
#include "data/json_text.h"
#include "data/limits.h"

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9') return byte - '0';
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
    return -1;
}

/* The byte that the percent code at the start of `text` stands for; -1: there is none. */
static int percent_code(tsn_slice text)
{
    if (text.len < 3 || text.data[0] != '%') return -1;
    int high = hex_digit(text.data[1]);
    int low = hex_digit(text.data[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static void append_percent_decoded(tsn_buf *out, tsn_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        int code = percent_code(tsn_slice_sub(text, i, text.len));
        tsn_buf_byte(out, code < 0 ? text.data[i] : (char)(unsigned char)code);
        if (code >= 0) i += 2;
    }
}

typedef struct member_text {
    tsn_buf raw;   /* decoded */
    tsn_buf key;   /* escaped */
    tsn_buf value; /* JSON string */
} member_text;

static tocsin_status set_member(tsn_pmap **members, tsn_slice key, tsn_slice value,
                                member_text *text)
{
    tsn_buf_clear(&text->raw);
    append_percent_decoded(&text->raw, key);
    tsn_buf_clear(&text->key);
    tsn_json_append_escaped(&text->key, tsn_buf_view(&text->raw));
    TSN_TRY(tsn_buf_status(&text->raw));
    tsn_buf_clear(&text->raw);
    append_percent_decoded(&text->raw, value);
    tsn_buf_clear(&text->value);
    tsn_json_append_string(&text->value, tsn_buf_view(&text->raw));
    TSN_TRY(tsn_buf_status(&text->raw));
    TSN_TRY(tsn_buf_status(&text->key));
    TSN_TRY(tsn_buf_status(&text->value));
    return tsn_pmap_set(members, tsn_buf_view(&text->key), tsn_buf_view(&text->value));
}

/* What is read so far of ours, against the limits of a whole header: a longer one would go into
 * every envelope. */
typedef struct taken {
    size_t bytes;
    size_t count;
} taken;

static bool has_room(taken *so_far, tsn_slice pair)
{
    so_far->bytes += pair.len;
    so_far->count++;
    return so_far->bytes <= TSN_BAGGAGE_SIZE_MAX && so_far->count <= TSN_BAGGAGE_MEMBERS_MAX;
}

static tocsin_status read_member(tsn_slice member, tsn_pmap **members, member_text *text,
                                 taken *so_far)
{
    const tsn_slice prefix = TSN_LIT("sentry-");
    tsn_slice pair = tsn_slice_split(&member, ';');
    tsn_slice value = pair;
    tsn_slice key = tsn_slice_trim(tsn_slice_split(&value, '='));
    if (tsn_slice_absent(value) || !tsn_slice_starts_with(key, prefix) || key.len == prefix.len) {
        return TOCSIN_OK;
    }
    if (!has_room(so_far, pair)) return TOCSIN_OK;
    key = tsn_slice_sub(key, prefix.len, key.len);
    return set_member(members, key, tsn_slice_trim(value), text);
}

tocsin_status tsn_baggage_read(tsn_slice header, tsn_pmap **members)
{
    member_text text = {TSN_BUF_EMPTY, TSN_BUF_EMPTY, TSN_BUF_EMPTY};
    taken so_far = {0, 0};
    tocsin_status st = TOCSIN_OK;
    while (st == TOCSIN_OK && !tsn_slice_absent(header)) {
        st = read_member(tsn_slice_split(&header, ','), members, &text, &so_far);
    }
    tsn_buf_fini(&text.raw);
    tsn_buf_fini(&text.key);
    tsn_buf_fini(&text.value);
    return st;
}

/* Cuts the exponent off `*text`. False: it is malformed, or no number between 0 and 1 could need
 * one so large. */
static bool take_exponent(tsn_slice *text, int *exponent)
{
    size_t at = tsn_slice_find(*text, 'e');
    if (at == text->len) at = tsn_slice_find(*text, 'E');
    *exponent = 0;
    if (at == text->len) return true;
    tsn_slice digits = tsn_slice_sub(*text, at + 1, text->len);
    *text = tsn_slice_sub(*text, 0, at);
    if (digits.len > 0 && digits.data[0] == '+') digits = tsn_slice_sub(digits, 1, digits.len);
    int64_t value;
    if (!tsn_slice_to_i64(digits, &value) || value < -400 || value > 400) return false;
    *exponent = (int)value;
    return true;
}

/* Adds `digit` times ten to the power of `place`. False: the sum leaves the range. */
static bool add_digit(tsn_share *share, unsigned digit, int64_t place)
{
    if (digit == 0) return true;
    if (place > 0) return false;
    if (place < -6) {
        share->is_exact = false;
    } else {
        for (; place > -6; place--) digit *= 10;
        share->millionths += digit;
    }
    return share->millionths < TSN_MILLION || (share->millionths == TSN_MILLION && share->is_exact);
}

bool tsn_share_parse(tsn_slice text, tsn_share *share)
{
    int exponent;
    if (!take_exponent(&text, &exponent)) return false;
    size_t whole = tsn_slice_find(text, '.');
    size_t digits = text.len - (whole < text.len ? 1 : 0);
    tsn_share sum = {0, true};
    for (size_t i = 0; i < text.len; i++) {
        if (i == whole) continue;
        char byte = text.data[i];
        if (byte < '0' || byte > '9') return false;
        int64_t place = i < whole ? (int64_t)(whole - 1 - i) : -(int64_t)(i - whole);
        if (!add_digit(&sum, (unsigned)(byte - '0'), place + exponent)) return false;
    }
    if (digits > 0) *share = sum;
    return digits > 0;
}
