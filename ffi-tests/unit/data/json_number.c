#include "support.h"

#include "base/house.h"
#include "data/json_number.h"

#include "chance.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double value_of(const char *text)
{
    double value = NAN;
    ck_assert_msg(tsn_json_number_value(unit_slice(text), &value), "%s", text);
    return value;
}

/* How many bytes of `text` are a number; -1: none. */
static int length_of(const char *text)
{
    bool is_small;
    tsn_slice exact = unit_exact_copy(text, strlen(text));
    const char *end = tsn_json_number_end(exact.data, exact.data + exact.len, &is_small);
    int len = end == NULL ? -1 : (int)(end - exact.data);
    unit_free_text(exact);
    return len;
}

START_TEST(a_number_ends_where_its_grammar_ends)
{
    ck_assert_int_eq(length_of("0"), 1);
    ck_assert_int_eq(length_of("0,"), 1);
    ck_assert_int_eq(length_of("-12.50e+03]"), 10);
    ck_assert_int_eq(length_of("1234567890123456789x"), 19);
    ck_assert_int_eq(length_of("1.5.5"), 3);
    static const char *const bad[] = {"",     "-",  "01",  "-01", ".5", "1.",
                                      "1.e1", "1e", "1e+", "+1",  "x"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) ck_assert_int_eq(length_of(bad[i]), -1);
}
END_TEST

START_TEST(values_are_rounded_like_the_c_library_does)
{
    static const char *const rows[] = {"0",
                                       "1",
                                       "-1",
                                       "0.1",
                                       "123.456",
                                       "1e22",
                                       "1e23",
                                       "-2.5E-3",
                                       "0.000001",
                                       "9007199254740993",
                                       "9007199254740992.9999999999999999999",
                                       "5e-324",
                                       "2.2250738585072014e-308",
                                       "1.7976931348623157e308",
                                       "100000000000000000000000000000000",
                                       "0.00000000000000000001e25"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        ck_assert_msg(value_of(rows[i]) == strtod(rows[i], NULL), "%s", rows[i]);
    }
    ck_assert(signbit(value_of("-0")));
    ck_assert(signbit(value_of("-0.00e5")));
}
END_TEST

START_TEST(random_doubles_come_back)
{
    unit_chance chance = unit_chance_begin("json numbers");
    for (size_t round = 0; round < unit_rounds(100000); round++) {
        uint64_t bits = unit_chance_next(&chance);
        double want;
        memcpy(&want, &bits, sizeof want);
        if (!isfinite(want)) continue;
        char text[400];
        snprintf(text, sizeof text, round % 2 == 0 ? "%.17g" : "%.25e", want);
        ck_assert_msg(value_of(text) == want, "%s", text);
    }
}
END_TEST

START_TEST(what_rounds_beyond_the_largest_double_is_refused)
{
    static const char *const rows[] = {"1e309",
                                       "-1e309",
                                       "1.7976931348623159e308",
                                       "1e400",
                                       "0.1e310",
                                       "1e99999999999999999999",
                                       "17976931348623159e292"};
    double value = 1;
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        ck_assert_msg(!tsn_json_number_value(unit_slice(rows[i]), &value), "%s", rows[i]);
    }
    ck_assert(value == 1);
    ck_assert(value_of("1.7976931348623158e308") == DBL_MAX);
    ck_assert(value_of("1e-99999999999999999999") == 0);
    ck_assert(value_of("0e99999999999999999999") == 0);
}
END_TEST

START_TEST(very_long_numbers_keep_their_value)
{
    char text[6000];
    memset(text, '0', sizeof text);
    text[0] = '1';
    text[5000] = '\0';
    double value;
    ck_assert(!tsn_json_number_value(unit_slice(text), &value));
    snprintf(text + 5000, 10, "e-4999");
    ck_assert(value_of(text) == 1.0);
    memset(text, '0', sizeof text);
    text[1] = '.';
    snprintf(text + 5000, 10, "1e5000");
    ck_assert(value_of(text) == 10.0);
    /* Half-way between two doubles, and a digit far away that decides: 2^53 + 1 rounds to even. */
    memset(text, '0', sizeof text);
    memcpy(text, "9007199254740993.", 17);
    text[5000] = '\0';
    ck_assert(value_of(text) == 9007199254740992.0);
    text[4999] = '1';
    ck_assert(value_of(text) == 9007199254740994.0);
}
END_TEST

START_TEST(what_is_called_small_is_within_a_double)
{
    char text[400];
    memset(text, '9', sizeof text);
    bool is_small = false;
    ck_assert_ptr_nonnull(tsn_json_number_end(text, text + 308, &is_small));
    ck_assert(is_small);
    ck_assert_ptr_nonnull(tsn_json_number_end(text, text + 309, &is_small));
    ck_assert(!is_small);
    ck_assert_ptr_nonnull(tsn_json_number_end("1e1", "1e1" + 3, &is_small));
    ck_assert(!is_small);
    double value;
    ck_assert(tsn_json_number_value((tsn_slice){text, 308}, &value));
    ck_assert(!tsn_json_number_value((tsn_slice){text, 309}, &value));
}
END_TEST

/* C-4 */
START_TEST(the_locale_changes_nothing)
{
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "tr_TR.UTF-8"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(names); i++) {
        if (setlocale(LC_ALL, names[i]) == NULL) continue;
        ck_assert(value_of("1.5") == 1.5);
        ck_assert(value_of("-123.456e2") == -12345.6);
    }
    setlocale(LC_ALL, "C");
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_number_ends_where_its_grammar_ends,
        values_are_rounded_like_the_c_library_does,
        random_doubles_come_back,
        what_rounds_beyond_the_largest_double_is_refused,
        very_long_numbers_keep_their_value,
        what_is_called_small_is_within_a_double,
        the_locale_changes_nothing,
    };
    return unit_suite_of("data/json_number", tests, TSN_ARRAY_LEN(tests));
}
