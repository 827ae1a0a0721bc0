/* The reader without containers around it: one scalar, one run of blanks. Texts are blocks of
 * exactly their size, so that the address sanitizer sees every byte too far. */
#include "chance.h"
#include "support.h"

#include "base/house.h"
#include "data/json_reader.h"

#define FFFD "\xef\xbf\xbd"

typedef struct reading {
    tsn_json_reader reader;
    tsn_buf out;
    tsn_slice text;
} reading;

static void reading_init(reading *it, const char *raw)
{
    it->text = unit_exact_copy(raw, strlen(raw));
    it->out = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&it->out, "kept"); /* what stood there before */
    it->reader.last = it->text.data + it->text.len - 1;
    it->reader.out = &it->out;
    it->reader.base = it->out.len;
    it->reader.status = TOCSIN_OK;
    tsn_json_start_run(&it->reader, it->text.data);
}

static void reading_fini(reading *it)
{
    tsn_buf_fini(&it->out);
    unit_free_text(it->text);
}

static void expect_out(reading *it, const char *want)
{
    tsn_buf all = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&all, "kept");
    tsn_buf_slice(&all, unit_slice(want));
    unit_expect_buf(&it->out, tsn_buf_terminate(&all));
    tsn_buf_fini(&all);
}

typedef const char *(*read_fn)(tsn_json_reader *r, const char *at);

static const char *read_string(tsn_json_reader *r, const char *at)
{
    return tsn_json_read_string(r, at);
}

/* What `read` makes of the text, which goes on with a bracket; NULL: it is refused. */
static void expect_read(read_fn read, const char *raw, const char *want)
{
    static reading it;
    char text[128];
    snprintf(text, sizeof text, "%s%s", raw, want != NULL ? "]" : "");
    reading_init(&it, text);
    const char *end = read(&it.reader, it.text.data);
    ck_assert_msg((end != NULL) == (want != NULL), "'%s' is %s", raw, end ? "read" : "refused");
    if (want == NULL) {
        ck_assert_int_eq(it.reader.status, TOCSIN_E_JSON);
    } else {
        ck_assert_ptr_eq(end, it.reader.last);
        tsn_json_flush(&it.reader, end);
        expect_out(&it, want);
    }
    reading_fini(&it);
}

START_TEST(what_is_canonical_is_not_copied_until_the_run_ends)
{
    static reading it;
    reading_init(&it, "\"a longer text that is plain\",1]");
    const char *end = tsn_json_read_string(&it.reader, it.text.data);
    ck_assert_ptr_eq(end, it.text.data + 29);
    expect_out(&it, "");
    ck_assert_ptr_eq(it.reader.run, it.text.data);
    tsn_json_flush(&it.reader, end);
    expect_out(&it, "\"a longer text that is plain\"");
    ck_assert_ptr_eq(it.reader.run, end);
    reading_fini(&it);
}
END_TEST

START_TEST(an_origin_tells_where_in_the_output_a_place_will_be)
{
    static reading it;
    reading_init(&it, "\"\\u0041bc\\/d\"]");
    const char *end = tsn_json_read_string(&it.reader, it.text.data);
    ck_assert_ptr_nonnull(end);
    ck_assert_uint_eq((uintptr_t)end - it.reader.origin, strlen("\"Abc/d\""));
    tsn_json_flush(&it.reader, end);
    expect_out(&it, "\"Abc/d\"");
    ck_assert_uint_eq((uintptr_t)end - it.reader.origin, strlen("\"Abc/d\""));
    reading_fini(&it);
}
END_TEST

START_TEST(strings_are_respelled_in_one_way)
{
    static const char *const rows[][2] = {
        {"\"\"", "\"\""},
        {"\"\\\"\\\\\\b\\f\\n\\r\\t\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\""},
        {"\"\\/\"", "\"/\""},
        {"\"\\u0041\\u0009\\u0000\"", "\"A\\t" FFFD "\""},
        {"\"\\ud83d\\ude00\\ud800x\"", "\"\xf0\x9f\x98\x80" FFFD "x\""},
        {"\"\xc3\xa4\xff\xe2\x82\"", "\"\xc3\xa4" FFFD FFFD "\""},
        {"\"plain up to here \\u00e4 and on\"", "\"plain up to here \xc3\xa4 and on\""},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++)
        expect_read(read_string, rows[i][0], rows[i][1]);
}
END_TEST

START_TEST(strings_that_do_not_end_or_escape_nothing_are_refused)
{
    static const char *const rows[] = {
        "\"a",         "\"longer than a word",
        "\"\\",        "\"\\\"",
        "\"\\u00",     "\"\\u00g0\"",
        "\"\\x41\"",   "\"\\",
        "\"a\nb\"",    "\"\x1f\"",
        "\"\xc3",      "\"\xf0\x9f\x98",
        "\"\\ud83d\\", "\"\\U0041\"",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) expect_read(read_string, rows[i], NULL);
}
END_TEST

START_TEST(bare_words_are_three_and_numbers_are_kept_as_spelled)
{
    static const char *const good[] = {"true", "false", "null", "0",     "-0",
                                       "12",   "-1.50", "1e5",  "1E+05", "9007199254740993"};
    static const char *const bad[] = {"t",   "tru", "fals", "nul",  "trux",  "True",
                                      "x",   "-",   "+1",   ".5",   "1.",    "1e",
                                      "1e-", "01",  "]",    "nulx", "1e309", "-1e309"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(good); i++)
        expect_read(tsn_json_read_bare, good[i], good[i]);
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) expect_read(tsn_json_read_bare, bad[i], NULL);
}
END_TEST

START_TEST(blanks_are_left_out_but_not_the_last_byte)
{
    static const struct {
        const char *text;
        size_t from;
        size_t to;
        const char *out;
    } rows[] = {
        {"1]", 0, 0, ""},     {" \t\r\n1]", 0, 4, ""}, {"[ 1]", 1, 2, "["},
        {"[1  ", 2, 3, "[1"}, {"[1\v]", 2, 2, ""},     {" ", 0, 0, ""},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        static reading it;
        reading_init(&it, rows[i].text);
        const char *at = tsn_json_skip_blanks(&it.reader, it.text.data + rows[i].from);
        ck_assert_uint_eq((size_t)(at - it.text.data), rows[i].to);
        expect_out(&it, rows[i].out);
        if (rows[i].to > rows[i].from) ck_assert_ptr_eq(it.reader.run, at);
        reading_fini(&it);
    }
}
END_TEST

START_TEST(failing_says_why)
{
    static reading it;
    reading_init(&it, "1");
    ck_assert_ptr_null(tsn_json_fail(&it.reader, TOCSIN_E_DEPTH));
    ck_assert_int_eq(it.reader.status, TOCSIN_E_DEPTH);
    reading_fini(&it);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_is_canonical_is_not_copied_until_the_run_ends,
        an_origin_tells_where_in_the_output_a_place_will_be,
        strings_are_respelled_in_one_way,
        strings_that_do_not_end_or_escape_nothing_are_refused,
        bare_words_are_three_and_numbers_are_kept_as_spelled,
        blanks_are_left_out_but_not_the_last_byte,
        failing_says_why,
    };
    return unit_suite_of("data/json_reader", tests, TSN_ARRAY_LEN(tests));
}
