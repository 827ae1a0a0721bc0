/* Laws of the JSON reader on random input; the seed is printed and TSN_SEED brings a run back. */
#include "support.h"

#include "base/house.h"
#include "data/json_normal.h"
#include "data/json_text.h"
#include "data/json_walk.h"

#include "chance.h"

#include <string.h>

static const char pieces[] = "{}[]:,\"\\ \n\t0123456789+-.eEtrufalsn/bxdDcC8";

/* Ill-formed UTF-8 by the book (Unicode 3.9, table 3-7),
one byte after the other and with nothing of
 * the library's: the oracle. Appends what Python's decode('utf-8', 'replace') would give. */
static void oracle_repair(tsn_buf *out, const unsigned char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        unsigned char lead = text[at];
        size_t rest = lead >= 0xc2 && lead <= 0xdf ? 1 : (lead & 0xf0) == 0xe0 ? 2 : 0;
        if (lead >= 0xf0 && lead <= 0xf4) rest = 3;
        size_t good = 1;
        for (; good <= rest && at + good < len; good++) {
            unsigned char byte = text[at + good];
            if ((byte & 0xc0) != 0x80) break;
            if (good == 1 && lead == 0xe0 && byte < 0xa0) break;
            if (good == 1 && lead == 0xed && byte > 0x9f) break;
            if (good == 1 && lead == 0xf0 && byte < 0x90) break;
            if (good == 1 && lead == 0xf4 && byte > 0x8f) break;
        }
        bool is_whole = good == rest + 1 && (rest > 0 || (lead < 0x80 && lead != 0));
        tsn_buf_append(out, is_whole ? (const char *)text + at : "\xef\xbf\xbd",
                       is_whole ? good : 3);
        at += good;
    }
}

/* Bytes that meet each other in interesting ways. */
static size_t random_bytes(unit_chance *chance, unsigned char *text, size_t max)
{
    static const unsigned char picks[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
                                          0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xee, 0xef,
                                          0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff, 0x22, 0x5c, 0x1f};
    size_t len = unit_chance_below(chance, max + 1);
    for (size_t i = 0; i < len; i++) text[i] = picks[unit_chance_below(chance, sizeof picks)];
    return len;
}

/* UTF-1 */
START_TEST(repaired_text_is_what_the_oracle_says)
{
    unit_chance chance = unit_chance_begin("json repair");
    tsn_buf want = TSN_BUF_EMPTY;
    tsn_buf json = TSN_BUF_EMPTY;
    tsn_buf got = TSN_BUF_EMPTY;
    for (size_t round = 0; round < unit_rounds(200000); round++) {
        unsigned char text[24];
        size_t len = random_bytes(&chance, text, sizeof text);
        tsn_buf_clear(&want);
        tsn_buf_clear(&json);
        tsn_buf_clear(&got);
        oracle_repair(&want, text, len);
        tsn_json_append_string(&json, (tsn_slice){(const char *)text, len});
        tsn_json_decode(tsn_buf_view(&json), &got);
        ck_assert_msg(tsn_slice_equal(tsn_buf_view(&got), tsn_buf_view(&want)), "round %zu", round);
    }
    tsn_buf_fini(&want);
    tsn_buf_fini(&json);
    tsn_buf_fini(&got);
}
END_TEST

/* UTF-1: the same for bytes that stand inside of JSON text. */
START_TEST(a_string_read_is_repaired_like_raw_text)
{
    unit_chance chance = unit_chance_begin("json read repair");
    tsn_buf want = TSN_BUF_EMPTY;
    tsn_buf json = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    for (size_t round = 0; round < unit_rounds(100000); round++) {
        unsigned char text[24];
        size_t len = random_bytes(&chance, text, sizeof text);
        for (size_t i = 0; i < len; i++) {
            if (text[i] < 0x20 || text[i] == '"' || text[i] == '\\') text[i] = 'x';
        }
        want.len = json.len = out.len = 0;
        TSN_BUF_LIT(&want, "{\"");
        TSN_BUF_LIT(&json, "{\"");
        oracle_repair(&want, text, len);
        tsn_buf_append(&json, text, len);
        TSN_BUF_LIT(&want, "\":1}");
        TSN_BUF_LIT(&json, "\":1}");
        ck_assert_int_eq(tsn_json_normalise(tsn_buf_view(&json), TSN_JSON_ANY, 0, &out, NULL),
                         TOCSIN_OK);
        ck_assert_msg(tsn_slice_equal(tsn_buf_view(&out), tsn_buf_view(&want)), "round %zu", round);
    }
    tsn_buf_fini(&want);
    tsn_buf_fini(&json);
    tsn_buf_fini(&out);
}
END_TEST

static void write_string(unit_chance *chance, tsn_buf *out)
{
    static const char *const parts[] = {
        "a",        "bc",   "\\n",  "\\/",  "\\u0041", "\\ud83d\\ude00",    "\\ud800",
        "\xc3\xa4", "\xff", "\\\"", "\\\\", "\\u0000", "longer than a word"};
    tsn_buf_byte(out, '"');
    for (size_t left = unit_chance_below(chance, 4); left > 0; left--) {
        tsn_buf_slice(out, unit_slice(parts[unit_chance_below(chance, TSN_ARRAY_LEN(parts))]));
    }
    tsn_buf_byte(out, '"');
}

static void write_blank(unit_chance *chance, tsn_buf *out)
{
    if (unit_chance_below(chance, 4) == 0)
        tsn_buf_byte(out, " \n\t\r"[unit_chance_below(chance, 4)]);
}

/* A random value of at most `depth` levels, spelled in many ways, with repeated keys. */
static void write_value(unit_chance *chance, tsn_buf *out, unsigned depth)
{
    static const char *const scalars[] = {"null", "true", "false", "-0", "12345678901234567890",
                                          "1.50", "2E-7", "1e300"};
    size_t kind = unit_chance_below(chance, depth > 0 ? 4 : 2);
    write_blank(chance, out);
    if (kind == 0) write_string(chance, out);
    if (kind == 1) tsn_buf_slice(out, unit_slice(scalars[unit_chance_below(chance, 8)]));
    if (kind >= 2) {
        size_t count = unit_chance_below(chance, 7);
        tsn_buf_byte(out, kind == 2 ? '[' : '{');
        write_blank(chance, out);
        for (size_t i = 0; i < count; i++) {
            if (i > 0) tsn_buf_byte(out, ',');
            write_blank(chance, out);
            if (kind == 3) {
                write_string(chance, out);
                write_blank(chance, out);
                tsn_buf_byte(out, ':');
            }
            write_value(chance, out, depth - 1);
        }
        tsn_buf_byte(out, kind == 2 ? ']' : '}');
    }
    write_blank(chance, out);
}

static void check_distinct_keys(tsn_slice value)
{
    tsn_slice key;
    tsn_slice inner;
    for (tsn_json_walk walk = tsn_json_walk_of(value); tsn_json_next(&walk, &key, &inner);) {
        if (walk.is_object) ck_assert_ptr_eq(tsn_json_get(value, key).data, inner.data);
        check_distinct_keys(inner);
    }
}

/* JSN-4 */
START_TEST(normalising_twice_gives_the_same_text)
{
    unit_chance chance = unit_chance_begin("json round trip");
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_buf once = TSN_BUF_EMPTY;
    tsn_buf twice = TSN_BUF_EMPTY;
    for (size_t round = 0; round < unit_rounds(100000); round++) {
        text.len = once.len = twice.len = 0;
        write_value(&chance, &text, 5);
        unsigned keep = (unsigned)unit_chance_below(&chance, 4);
        tsn_slice exact = unit_exact_copy(text.data, text.len);
        ck_assert_int_eq(tsn_json_normalise(exact, TSN_JSON_ANY, keep, &once, NULL), TOCSIN_OK);
        unit_free_text(exact);
        ck_assert_int_eq(tsn_json_normalise(tsn_buf_view(&once), TSN_JSON_ANY, keep, &twice, NULL),
                         TOCSIN_OK);
        ck_assert_msg(tsn_slice_equal(tsn_buf_view(&once), tsn_buf_view(&twice)), "round %zu",
                      round);
        check_distinct_keys(tsn_buf_view(&once));
    }
    tsn_buf_fini(&text);
    tsn_buf_fini(&once);
    tsn_buf_fini(&twice);
}
END_TEST

/* Whatever comes: a status, canonical text or none, and no byte too far. */
static void check_any(tsn_slice text, tsn_buf *once, tsn_buf *twice)
{
    once->len = twice->len = 0;
    tocsin_status st = tsn_json_normalise(text, TSN_JSON_ANY, 0, once, NULL);
    if (st != TOCSIN_OK) {
        ck_assert_uint_eq(once->len, 0);
        return;
    }
    ck_assert_int_eq(tsn_json_normalise(tsn_buf_view(once), TSN_JSON_ANY, 0, twice, NULL),
                     TOCSIN_OK);
    ck_assert(tsn_slice_equal(tsn_buf_view(once), tsn_buf_view(twice)));
    check_distinct_keys(tsn_buf_view(once));
}

START_TEST(random_bytes_never_harm)
{
    unit_chance chance = unit_chance_begin("json random bytes");
    tsn_buf once = TSN_BUF_EMPTY;
    tsn_buf twice = TSN_BUF_EMPTY;
    for (size_t round = 0; round < unit_rounds(300000); round++) {
        tsn_slice text = round % 2 == 0
                             ? unit_chance_text(&chance, pieces, 30)
                             : unit_chance_mutate(&chance,
                                                  "{\"a\":[1,\"\\ud83d\\ude00\",{\"b\":null}],"
                                                  "\"\xc3\xa4\":-1.5e3,\"a\":true}",
                                                  pieces);
        check_any(text, &once, &twice);
        unit_free_text(text);
    }
    tsn_buf_fini(&once);
    tsn_buf_fini(&twice);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        repaired_text_is_what_the_oracle_says,
        a_string_read_is_repaired_like_raw_text,
        normalising_twice_gives_the_same_text,
        random_bytes_never_harm,
    };
    return unit_suite_of("data/json_random", tests, TSN_ARRAY_LEN(tests));
}
