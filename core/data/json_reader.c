/* The slow side of the reader: what is not plain in strings, blanks, and bare words. Only here
 * is input respelled: what was passed over is copied, the canonical form appended, and a new run
 * begun. */
#include "data/json_reader.h"

#include "base/utf8.h"
#include "data/json_escape.h"
#include "data/json_number.h"

const char *tsn_json_fail(tsn_json_reader *r, tocsin_status status)
{
    r->status = status;
    return NULL;
}

void tsn_json_flush(tsn_json_reader *r, const char *at)
{
    tsn_buf_append(r->out, r->run, (size_t)(at - r->run));
    tsn_json_start_run(r, at);
}

static inline bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

const char *tsn_json_drop_blanks(tsn_json_reader *r, const char *at)
{
    const char *next = at;
    while (next < r->last && is_blank(*next)) next++;
    if (next == at) return at;
    tsn_json_flush(r, at);
    tsn_json_start_run(r, next);
    return next;
}

static const char *read_escape(tsn_json_reader *r, const char *at)
{
    if (at == r->last) return tsn_json_fail(r, TOCSIN_E_JSON);
    if (at[1] == 'u') {
        uint32_t code_point;
        const char *next = tsn_json_read_unicode(at, r->last, &code_point);
        if (next == NULL) return tsn_json_fail(r, TOCSIN_E_JSON);
        tsn_json_flush(r, at);
        tsn_json_append_code_point(r->out, code_point);
        tsn_json_start_run(r, next);
        return next;
    }
    if (memchr("\"\\bfnrt", at[1], 7) != NULL) return at + 2;
    if (at[1] != '/') return tsn_json_fail(r, TOCSIN_E_JSON);
    tsn_json_flush(r, at);
    tsn_json_start_run(r, at + 1);
    return at + 2;
}

static const char *read_beyond_ascii(tsn_json_reader *r, const char *at)
{
    size_t bad = 0;
    size_t len = tsn_utf8_sequence((tsn_slice){at, (size_t)(r->last - at)}, &bad);
    if (len > 0) return at + len;
    tsn_json_flush(r, at);
    tsn_utf8_append_code_point(r->out, 0);
    tsn_json_start_run(r, at + bad);
    return at + bad;
}

const char *tsn_json_read_string_rest(tsn_json_reader *r, const char *at)
{
    while (*at != '"') {
        if ((unsigned char)*at >= 0x80 && at < r->last) {
            at = read_beyond_ascii(r, at);
        } else if (*at == '\\') {
            at = read_escape(r, at);
        } else {
            return tsn_json_fail(r, TOCSIN_E_JSON); /* a control character, or no closing quote */
        }
        if (at == NULL) return NULL;
        if (at > r->last) return tsn_json_fail(r, TOCSIN_E_JSON);
        at = tsn_json_skip_plain(at, r->last);
    }
    return at + 1;
}

static const char *read_number(tsn_json_reader *r, const char *at)
{
    bool is_small;
    const char *next = tsn_json_number_end(at, r->last + 1, &is_small);
    if (next == NULL) return tsn_json_fail(r, TOCSIN_E_JSON);
    double value;
    if (!is_small && !tsn_json_number_value((tsn_slice){at, (size_t)(next - at)}, &value)) {
        return tsn_json_fail(r, TOCSIN_E_JSON);
    }
    return next;
}

static const char *read_word(tsn_json_reader *r, const char *at, const char *word, size_t len)
{
    bool is_there = (size_t)(r->last - at) >= len - 1 && memcmp(at, word, len) == 0;
    return is_there ? at + len : tsn_json_fail(r, TOCSIN_E_JSON);
}

const char *tsn_json_read_bare(tsn_json_reader *r, const char *at)
{
    switch (*at) {
    case 't':
        return read_word(r, at, "true", 4);
    case 'f':
        return read_word(r, at, "false", 5);
    case 'n':
        return read_word(r, at, "null", 4);
    default:
        return read_number(r, at);
    }
}
