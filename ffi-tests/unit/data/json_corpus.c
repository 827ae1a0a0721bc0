/* Whole texts and what becomes of them: those that have to be accepted, those that have to be
 * refused, and those about which RFC 8259 leaves the choice (JSN-1). A row of the accepted has its
 * canonical form. */
#include "support.h"

#include "base/house.h"
#include "data/json_normal.h"

#include <stdlib.h>
#include <string.h>

typedef struct corpus_row {
    const char *text;
    size_t len;
    const char *want; /* NULL: as the text */
    tocsin_status status;
} corpus_row;

/* clang-format off */
#define SAME(text_) {text_, sizeof(text_) - 1, NULL, TOCSIN_OK}
#define BECOMES(text_, want_) {text_, sizeof(text_) - 1, want_, TOCSIN_OK}
#define REFUSED(text_) {text_, sizeof(text_) - 1, NULL, TOCSIN_E_JSON}
#define FFFD "\xef\xbf\xbd"

static const corpus_row accepted[] = {
    /* arrays */
    SAME("[]"), SAME("[[]]"), SAME("[[],[]]"), SAME("[\"\"]"), SAME("[null,1,\"1\",{}]"),
    SAME("[1,null,null,null,2]"), SAME("[false]"), SAME("[[1],[2,[3]]]"),
    BECOMES("[[]   ]", "[[]]"), BECOMES("[1\n]", "[1]"), BECOMES(" [1]", "[1]"),
    BECOMES("[2] ", "[2]"), BECOMES("[ ]", "[]"), BECOMES("[\t1 ,\r\n2 ]", "[1,2]"),
    /* numbers */
    SAME("[0]"), SAME("[-0]"), SAME("[-1]"), SAME("[123]"), SAME("[123e65]"), SAME("[0e+1]"),
    SAME("[0e1]"), SAME("[20e1]"), SAME("[123.456e78]"), SAME("[123.456789]"), SAME("[1E22]"),
    SAME("[1E-2]"), SAME("[1E+2]"), SAME("[123e45]"), SAME("[1e-2]"), SAME("[1e+2]"),
    SAME("[-123]"),
    SAME("[0.5]"), SAME("[-0.0]"), SAME("[1.000000000000000000000000000000000000001]"),
    SAME("[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]"),
    SAME("[9007199254740993]"), SAME("[9223372036854775807]"), SAME("[-9223372036854775808]"),
    SAME("[18446744073709551615]"), SAME("[1e308]"), SAME("[1e-400]"), BECOMES("[ 4]", "[4]"),
    /* objects */
    SAME("{}"), SAME("{\"a\":\"b\"}"), SAME("{\"\":0}"), SAME("{\"a\":[]}"), SAME("{\"a\":{}}"),
    SAME("{\"asd\":\"sdf\",\"dfg\":\"fgh\"}"), SAME("{\"min\":-1.0e+28,\"max\":1.0e+28}"),
    BECOMES("{\"a\":\"b\",\"a\":\"c\"}", "{\"a\":\"c\"}"),
    BECOMES("{\"a\":\"b\",\"a\":\"b\"}", "{\"a\":\"b\"}"),
    BECOMES("{ \"a\" : 1 , \"b\" : [ ] }", "{\"a\":1,\"b\":[]}"),
    BECOMES("{\n\"a\": \"b\"\n}", "{\"a\":\"b\"}"),
    BECOMES("{\"foo\\u0000bar\":42}", "{\"foo" FFFD "bar\":42}"),
    BECOMES("{\"title\":\"\\u041f\\u043e\\u043b\"}", "{\"title\":\"\xd0\x9f\xd0\xbe\xd0\xbb\"}"),
    SAME("{\"crumbs\":[{\"message\":\"a text of several words\"}],\"message\":\"another\"}"),
    /* strings, as they are */
    SAME("[\"a/*b*/c/*d//e\"]"), SAME("[\"asd\"]"), SAME("[\"\\\\a\"]"), SAME("[\"\\\"\"]"),
    SAME("[\"\\\"\\\\\\b\\f\\n\\r\\t\"]"), SAME("[\"\x7f\"]"), SAME("[\"a\x7f" "a\"]"),
    SAME("[\" \"]"),
    SAME("[\"new\xc2\xa0line\"]"), SAME("[\"\xe2\x82\xac\xf0\x9d\x84\x9e\"]"),
    SAME("[\"\xef\xbf\xbf\"]"), SAME("[\"\xf4\x8f\xbf\xbf\"]"), SAME("[\"\xe2\x80\xa8\"]"),
    SAME("[\"\xe2\x80\xa9\"]"), SAME("[\"\xc3\xa9\"]"), SAME("[\"\xed\x9f\xbf\xee\x80\x80\"]"),
    SAME("[\"\\\\u0000\"]"), SAME("[\"\\u001f\"]"), SAME("[\"\xf0\x90\x80\x80\"]"),
    /* strings, respelled */
    BECOMES("[\"\\/\"]", "[\"/\"]"),
    BECOMES("[\"\\u0060\\u012a\\u12AB\"]", "[\"`\xc4\xaa\xe1\x8a\xab\"]"),
    BECOMES("[\"\\uD801\\udc37\"]", "[\"\xf0\x90\x90\xb7\"]"),
    BECOMES("[\"\\ud83d\\ude39\\ud83d\\udc8d\"]", "[\"\xf0\x9f\x98\xb9\xf0\x9f\x92\x8d\"]"),
    BECOMES("[\"\\u0012\"]", "[\"\\u0012\"]"), BECOMES("[\"\\uFFFF\"]", "[\"\xef\xbf\xbf\"]"),
    BECOMES("[\"\\uDBFF\\uDFFF\"]", "[\"\xf4\x8f\xbf\xbf\"]"),
    BECOMES("[\"\\u0000\"]", "[\"" FFFD "\"]"),
    BECOMES("[\"\\u002c\"]", "[\",\"]"), BECOMES("[\"\\u0022\"]", "[\"\\\"\"]"),
    BECOMES("[\"\\u005C\"]", "[\"\\\\\"]"), BECOMES("[\"\\u000a\"]", "[\"\\n\"]"),
    BECOMES("[\"\\u001F\"]", "[\"\\u001f\"]"), BECOMES("[\"\\u007f\"]", "[\"\x7f\"]"),
    BECOMES("[\"\\u200B\"]", "[\"\xe2\x80\x8b\"]"), BECOMES("[\"\\uA66D\"]", "[\"\xea\x99\xad\"]"),
    BECOMES("[\"\\u0061\\u30af\\u30EA\"]", "[\"a\xe3\x82\xaf\xe3\x83\xaa\"]"),
    /* scalars alone, and blanks around */
    SAME("\"\""), SAME("\"asd\""), SAME("42"), SAME("-0.1"), SAME("null"), SAME("true"),
    SAME("false"),
    BECOMES("\t[1]\r\n", "[1]"), BECOMES(" true ", "true"), BECOMES("\n\"x\"\n", "\"x\""),
};

static const corpus_row refused[] = {
    /* nothing, or not JSON at all */
    REFUSED(""), REFUSED(" "), REFUSED("\n\t\r "), REFUSED("*"), REFUSED("abc"), REFUSED("<.>"),
    REFUSED("[<null>]"), REFUSED("'a'"), REFUSED("[']"), REFUSED("#"), REFUSED("//"),
    REFUSED("/**/"),
    REFUSED("\xe5"), REFUSED("\xff"), REFUSED("\xc3\xa5"), REFUSED("[\xe5]"), REFUSED("[\xc3\xa5]"),
    REFUSED("\xef\xbb\xbf"), REFUSED("\xef\xbb"), REFUSED("\xef\xbb{}"), REFUSED("\xe2\x81\xa0[]"),
    REFUSED("\0"), REFUSED("[\0]"), REFUSED("\0[]"), REFUSED("[]\0"), REFUSED("\f[]"),
    REFUSED("[\f]"),
    REFUSED("[\v1]"), REFUSED("\xc2\xa0[]"), REFUSED("[1]\xc2\xa0"), REFUSED("\\u005b]"),
    /* bare words */
    REFUSED("[nul]"), REFUSED("[tru]"), REFUSED("[fals]"), REFUSED("nul"), REFUSED("tru"),
    REFUSED("fals"),
    REFUSED("n"), REFUSED("t"), REFUSED("f"), REFUSED("True"), REFUSED("[True]"), REFUSED("NULL"),
    REFUSED("nulll"), REFUSED("[truefalse]"), REFUSED("[undefined]"), REFUSED("[None]"),
    REFUSED("truth"),
    /* numbers */
    REFUSED("[NaN]"), REFUSED("[-NaN]"), REFUSED("[Infinity]"), REFUSED("[-Infinity]"),
    REFUSED("[Inf]"),
    REFUSED("[+Inf]"), REFUSED("[nan]"), REFUSED("[+1]"), REFUSED("[++1234]"), REFUSED("[-]"),
    REFUSED("-"), REFUSED("[-a]"), REFUSED("[- 1]"), REFUSED("[-01]"), REFUSED("[-1.0.]"),
    REFUSED("[-2.]"),
    REFUSED("[.-1]"), REFUSED("[.2e-3]"), REFUSED("[0.1.2]"), REFUSED("[0.3e+]"), REFUSED("[0.3e]"),
    REFUSED("[0.e1]"), REFUSED("[0E+]"), REFUSED("[0E]"), REFUSED("[0e]"), REFUSED("[0e+]"),
    REFUSED("[1.0e+]"), REFUSED("[1.0e-]"), REFUSED("[1.0e]"), REFUSED("[1 000.0]"),
    REFUSED("[1eE2]"),
    REFUSED("[2.e+3]"), REFUSED("[2.e-3]"), REFUSED("[2.e3]"), REFUSED("[9.e+]"), REFUSED("[1+2]"),
    REFUSED("[0x1]"), REFUSED("[0x42]"), REFUSED("[-foo]"), REFUSED("[-012]"), REFUSED("[-.123]"),
    REFUSED("[-1x]"), REFUSED("[1ea]"), REFUSED("[1.]"), REFUSED("[.123]"), REFUSED("[1.2a-3]"),
    REFUSED("[1.8011670033376514H-308]"), REFUSED("[012]"), REFUSED("[00]"), REFUSED("01"),
    REFUSED("2."),
    REFUSED("1e"), REFUSED("[\xef\xbc\x91]"), REFUSED("[1e1\xe5]"), REFUSED("[123\xe5]"),
    REFUSED("[1,]"),
    REFUSED("[1e5,5"), REFUSED("1,2"), REFUSED("1_000"), REFUSED("[1,5e]"), REFUSED("[--1]"),
    /* arrays */
    REFUSED("["), REFUSED("]"), REFUSED("[[]"), REFUSED("[]]"), REFUSED("[\"\"],"), REFUSED("[1"),
    REFUSED("[1 true]"), REFUSED("[\"\": 1]"), REFUSED("[,1]"), REFUSED("[1,,2]"),
    REFUSED("[\"x\",,]"),
    REFUSED("[\"x\"]]"), REFUSED("[\"\",]"), REFUSED("[x"), REFUSED("[x]"), REFUSED("[3[4]]"),
    REFUSED("[1:2]"), REFUSED("[,]"), REFUSED("[1,\n1\n,1"), REFUSED("[{}"),
    REFUSED("[\"a\",\n4\n,1,"),
    REFUSED("[1}"), REFUSED("[}"), REFUSED("[][]"), REFUSED("[1]x"), REFUSED("[1],"),
    REFUSED("[\"a\" \"b\"]"),
    REFUSED("[\"asd]"), REFUSED("[true"), REFUSED("[]{}"), REFUSED("[1;2]"),
    /* objects */
    REFUSED("{"), REFUSED("}"), REFUSED("{]"), REFUSED("{}}"), REFUSED("{}{}"), REFUSED("{\"a\"}"),
    REFUSED("{\"a\":}"), REFUSED("{\"a\""), REFUSED("{\"a\":"), REFUSED("{\"a\":1"),
    REFUSED("{\"a\" 1}"),
    REFUSED("{\"x\", null}"), REFUSED("{\"x\"::\"b\"}"), REFUSED("{:\"b\"}"),
    REFUSED("{\"a\":\"a\" 123}"),
    REFUSED("{key: 'value'}"), REFUSED("{\"id\":0,}"), REFUSED("{\"id\":0,,}"), REFUSED("{,}"),
    REFUSED("{'a':0}"), REFUSED("{1:1}"), REFUSED("{null:null,null:null}"), REFUSED("{[]:1}"),
    REFUSED("{\"a\":\"b\",,\"c\":\"d\"}"), REFUSED("{a: \"b\"}"), REFUSED("{\"a\":\"a"),
    REFUSED("{ \"f\":\"b\", \"a\" }"),
    REFUSED("{\"a\":\"b\"}/**/"), REFUSED("{\"a\":\"b\"}//"), REFUSED("{\"a\":/*c*/\"b\"}"),
    REFUSED("{\"a\":\"b\"}#{}"),
    REFUSED("{\"a\":\"b\"}#"), REFUSED("{\"a\":true} \"x\""), REFUSED("{\"\":[]"),
    REFUSED("{\"a\":1]"),
    REFUSED("{\"a\",\"b\"}"), REFUSED("{\"a\"=1}"), REFUSED("{,\"a\":1}"),
    REFUSED("{\"\xb9\":\"0\",}"),
    /* strings */
    REFUSED("\""), REFUSED("\"a"), REFUSED("[\""), REFUSED("[\"a"), REFUSED("[\"\\\"]"),
    REFUSED("\"\\"),
    REFUSED("\"\\\""), REFUSED("[\"\\\\\\\"]"), REFUSED("[\"\\x00\"]"), REFUSED("[\"\\a\"]"),
    REFUSED("[\"\\0\"]"),
    REFUSED("[\"\\'\"]"), REFUSED("[\"\\\t\"]"), REFUSED("[\"\\\0\"]"),
    REFUSED("[\"\\\xf0\x9f\x8c\x80\"]"),
    REFUSED("[\"\\U0041\"]"), REFUSED("[\"\\u\"]"), REFUSED("[\"\\u0\"]"), REFUSED("[\"\\u00A\"]"),
    REFUSED("[\"\\u00g0\"]"), REFUSED("[\"\\uqqqq\"]"), REFUSED("[\"\\u 041\"]"),
    REFUSED("[\"\\u\xe5\"]"),
    REFUSED("[\"\\\xe5\"]"), REFUSED("[\"\\uD834\\uDd\"]"), REFUSED("[\"\\uD800\\u\"]"),
    REFUSED("[\"\\uD800\\u1\"]"), REFUSED("[\"\\uD800\\u1x\"]"), REFUSED("[\"\\uD800\\\"]"),
    REFUSED("[\"a\0a\"]"), REFUSED("[\"new\nline\"]"), REFUSED("[\"\t\"]"), REFUSED("[\"\x1f\"]"),
    REFUSED("{\"a\nb\":1}"), REFUSED("{\"\\x\":1}"), REFUSED("[\\n]"), REFUSED("[\\u0020\"a\"]"),
    REFUSED("[\"a\"\\]"), REFUSED("\"x\"\"y\""), REFUSED("\"x\"y"),
    REFUSED("[\xe2\x80\x9c" "a\xe2\x80\x9d]"),
    REFUSED("[\"\\u000\0\"]"), REFUSED("[\"\\"), REFUSED("[\"\\u00"), REFUSED("[\"\xe2\x82"),
};

/* Where the choice is ours: numbers keep their spelling as long as a double can hold them, text is
 * repaired and never refused for its encoding, a byte order mark or another encoding is refused. */
static const corpus_row ours[] = {
    SAME("[123.456e-789]"), SAME("[0.4e-999]"), SAME("[-1e-9999]"), SAME("[1e-2147483649]"),
    SAME("[0e99999]"),
    SAME("[100000000000000000000]"), SAME("[-123123123123123123123123123123]"),
    SAME("[1.7976931348623157e308]"),
    SAME("[1.79769313486231580793e308]"), SAME("[4.9e-324]"), SAME("[0.000e+400]"),
    REFUSED("[1e400]"), REFUSED("[-1e+9999]"), REFUSED("[0.4e00669999999999999999999999999]"),
    REFUSED("[1.5e+9999]"), REFUSED("[123123e100000]"), REFUSED("[-123123e100000]"),
    REFUSED("[1e2147483648]"), REFUSED("[1.7976931348623159e308]"), REFUSED("1e309"),
    BECOMES("[\"\\uD800\"]", "[\"" FFFD "\"]"), BECOMES("[\"\\uDADA\"]", "[\"" FFFD "\"]"),
    BECOMES("[\"\\uD888\\u1234\"]", "[\"" FFFD "\xe1\x88\xb4\"]"),
    BECOMES("[\"\\uD800\\n\"]", "[\"" FFFD "\\n\"]"), BECOMES("[\"\\uDd1ea\"]", "[\"" FFFD "a\"]"),
    BECOMES("[\"\\uD800\\uD800\\n\"]", "[\"" FFFD FFFD "\\n\"]"),
    BECOMES("[\"\\ud800abc\"]", "[\"" FFFD "abc\"]"),
    BECOMES("[\"\\uDd1e\\uD834\"]", "[\"" FFFD FFFD "\"]"),
    BECOMES("[\"\\uDFAA\"]", "[\"" FFFD "\"]"),
    BECOMES("[\"\\uD800\\uD801\\uDC37\"]", "[\"" FFFD "\xf0\x90\x90\xb7\"]"),
    BECOMES("{\"\\uDFAA\":0}", "{\"" FFFD "\":0}"),
    BECOMES("[\"\xff\"]", "[\"" FFFD "\"]"), BECOMES("[\"\xe9\"]", "[\"" FFFD "\"]"),
    BECOMES("[\"\x81\"]", "[\"" FFFD "\"]"), BECOMES("[\"\xc0\xaf\"]", "[\"" FFFD FFFD "\"]"),
    BECOMES("[\"\xf4\xbf\xbf\xbf\"]", "[\"" FFFD FFFD FFFD FFFD "\"]"),
    BECOMES("[\"\xfc\x83\xbf\xbf\xbf\xbf\"]", "[\"" FFFD FFFD FFFD FFFD FFFD FFFD "\"]"),
    BECOMES("[\"\xe0\xff\"]", "[\"" FFFD FFFD "\"]"),
    BECOMES("[\"\xed\xa0\x80\"]", "[\"" FFFD FFFD FFFD "\"]"),
    BECOMES("[\"\xe6\x97\xa5\xd1\x88\xfa\"]", "[\"\xe6\x97\xa5\xd1\x88" FFFD "\"]"),
    BECOMES("[\"\xf0\x9f\x98\"]", "[\"" FFFD "\"]"),
    REFUSED("\xef\xbb\xbf{}"), REFUSED("\xff\xfe[\0\"\0\xe9\0\"\0]\0"),
    REFUSED("\0[\0\"\0\xe9\0\"\0]"),
};
/* clang-format on */

/* A block of exactly the text's size, so that the address sanitizer sees every byte too far. */
static void check_row(const corpus_row *row, size_t number)
{
    char *text = malloc(row->len > 0 ? row->len : 1);
    memcpy(text, row->text, row->len);
    tsn_buf out = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&out, "kept");
    tocsin_status st = tsn_json_normalise((tsn_slice){text, row->len}, TSN_JSON_ANY, 0, &out, NULL);
    ck_assert_msg(st == row->status, "row %zu '%s': status %d", number, row->text, st);
    tsn_buf want = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&want, "kept");
    if (st == TOCSIN_OK)
        tsn_buf_slice(&want, unit_slice(row->want != NULL ? row->want : row->text));
    tsn_buf_terminate(&want);
    unit_expect_buf(&out, want.data);
    tsn_buf_fini(&want);
    tsn_buf_fini(&out);
    free(text);
}

START_TEST(what_the_grammar_allows_is_accepted_and_made_canonical)
{
    ck_assert_uint_ge(TSN_ARRAY_LEN(accepted), 95);
    for (size_t i = 0; i < TSN_ARRAY_LEN(accepted); i++) check_row(&accepted[i], i);
}
END_TEST

START_TEST(what_the_grammar_forbids_is_refused_and_leaves_no_trace)
{
    ck_assert_uint_ge(TSN_ARRAY_LEN(refused), 188);
    for (size_t i = 0; i < TSN_ARRAY_LEN(refused); i++) check_row(&refused[i], i);
}
END_TEST

START_TEST(what_the_grammar_leaves_open_is_decided_once)
{
    ck_assert_uint_ge(TSN_ARRAY_LEN(ours), 35);
    for (size_t i = 0; i < TSN_ARRAY_LEN(ours); i++) check_row(&ours[i], i);
}
END_TEST

/* Every proper prefix of a container is malformed, and none is read past its end. */
START_TEST(a_container_that_was_cut_off_is_refused)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(accepted); i++) {
        const corpus_row *row = &accepted[i];
        if (row->text[0] != '[' && row->text[0] != '{') continue;
        size_t closed = row->len;
        while (strchr("]}", row->text[closed - 1]) == NULL) closed--;
        for (size_t len = 0; len < closed; len++) {
            check_row(&(corpus_row){row->text, len, NULL, TOCSIN_E_JSON}, i);
        }
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_the_grammar_allows_is_accepted_and_made_canonical,
        what_the_grammar_forbids_is_refused_and_leaves_no_trace,
        what_the_grammar_leaves_open_is_decided_once,
        a_container_that_was_cut_off_is_refused,
    };
    return unit_suite_of("json_corpus", tests, TSN_ARRAY_LEN(tests));
}
