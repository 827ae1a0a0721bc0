/* Whoever made the request may have put members of their own there: they are theirs, and so they
 * are copied whole or, being beyond the limits, still copied; ours take what room is left. */
#include "model/baggage.h"

#include "data/json_walk.h"
#include "data/limits.h"

typedef struct writer {
    tsn_buf *out;
    size_t start; /* of the value in `out` */
    size_t count; /* members */
} writer;

static void begin_member(writer *to)
{
    if (to->count++ > 0) tsn_buf_byte(to->out, ',');
}

static void copy_foreign(writer *to, tsn_slice header)
{
    while (!tsn_slice_absent(header)) {
        tsn_slice member = tsn_slice_split(&header, ',');
        tsn_slice bare = tsn_slice_trim(member);
        if (bare.len == 0 || tsn_slice_starts_with(bare, TSN_LIT("sentry-"))) continue;
        begin_member(to);
        tsn_buf_slice(to->out, member);
    }
}

static bool is_unreserved(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

static void append_percent_encoded(tsn_buf *out, const tsn_buf *raw)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < raw->len; i++) {
        unsigned char byte = (unsigned char)raw->data[i];
        if (is_unreserved(raw->data[i])) {
            tsn_buf_byte(out, raw->data[i]);
        } else {
            char code[] = {'%', digits[byte >> 4], digits[byte & 15]};
            tsn_buf_append(out, code, sizeof code);
        }
    }
}

static tocsin_status append_text(tsn_buf *out, tsn_slice string)
{
    tsn_buf raw = TSN_BUF_EMPTY;
    tsn_json_decode(string, &raw);
    append_percent_encoded(out, &raw);
    tocsin_status st = tsn_buf_status(&raw);
    tsn_buf_fini(&raw);
    return st;
}

/* `key` lies between the quotes of an object's member. */
static tocsin_status append_own(writer *to, tsn_slice key, tsn_slice value)
{
    begin_member(to);
    TSN_BUF_LIT(to->out, "sentry-");
    TSN_TRY(append_text(to->out, (tsn_slice){key.data - 1, key.len + 2}));
    tsn_buf_byte(to->out, '=');
    return append_text(to->out, value);
}

static bool is_full(const writer *to)
{
    return to->out->len - to->start > TSN_BAGGAGE_SIZE_MAX || to->count > TSN_BAGGAGE_MEMBERS_MAX;
}

tocsin_status tsn_baggage_append(tsn_buf *out, tsn_slice header, tsn_slice object)
{
    writer to = {out, out->len, 0};
    copy_foreign(&to, header);
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key, value;
    while (tsn_json_next(&walk, &key, &value)) {
        size_t before = out->len;
        TSN_TRY(append_own(&to, key, value));
        if (!is_full(&to)) continue;
        tsn_buf_truncate(out, before);
        break;
    }
    return tsn_buf_status(out);
}
