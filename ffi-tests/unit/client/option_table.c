/* The table itself: every row can be found, has a default of its own type, and keeps to the rules
 * that the readers rely on. */
#include "option_kit.h"

START_TEST(every_key_is_found_at_its_own_row)
{
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        ck_assert_uint_eq(tsn_option_find(tsn_option_rows[i].key), i);
    }
    ck_assert_uint_eq(tsn_option_find(TSN_LIT("dsn ")), tsn_option_row_count);
    ck_assert_uint_eq(tsn_option_find(TSN_LIT("")), tsn_option_row_count);
    ck_assert_uint_eq(tsn_option_find(TSN_SLICE_ABSENT), tsn_option_row_count);
}
END_TEST

START_TEST(the_dsn_is_the_first_row)
{
    unit_expect_text(tsn_option_rows[0].key, "dsn");
}
END_TEST

START_TEST(every_default_is_a_value_that_the_row_takes)
{
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        const tsn_option_row *row = &tsn_option_rows[i];
        if (row->standard == NULL) continue;
        tsn_settings settings = {.dsn_text = NULL};
        tsn_buf problem = TSN_BUF_EMPTY;
        tocsin_status st = tsn_option_parse(row, tsn_slice_of(row->standard), &settings, &problem);
        ck_assert_msg(st == TOCSIN_OK, "%.*s: %d", (int)row->key.len, row->key.data, st);
        ck_assert_uint_eq(problem.len, 0);
        tsn_option_clear(row, &settings);
        tsn_buf_fini(&problem);
    }
}
END_TEST

START_TEST(rows_without_a_text_for_unset_have_a_default)
{
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        const tsn_option_row *row = &tsn_option_rows[i];
        bool may_be_unset = row->type == TSN_OPTION_TEXT || row->type == TSN_OPTION_SPOTLIGHT ||
                            row->type == TSN_OPTION_LIST;
        ck_assert_msg(may_be_unset || row->standard != NULL, "%.*s", (int)row->key.len,
                      row->key.data);
        ck_assert_int_eq(row->type == TSN_OPTION_CHOICE, row->choices != NULL);
        ck_assert_int_le(row->min, row->max);
    }
}
END_TEST

START_TEST(no_two_rows_share_a_key_or_a_field)
{
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        for (size_t j = 0; j < i; j++) {
            ck_assert(!tsn_slice_equal(tsn_option_rows[i].key, tsn_option_rows[j].key));
            ck_assert_uint_ne(tsn_option_rows[i].offset, tsn_option_rows[j].offset);
        }
    }
}
END_TEST

START_TEST(options_of_later_features_are_known_as_such)
{
    ck_assert(tsn_option_is_planned(TSN_LIT("traces_sample_rate")));
    ck_assert(tsn_option_is_planned(TSN_LIT("enable_logs")));
    ck_assert(!tsn_option_is_planned(TSN_LIT("enable")));
    ck_assert(!tsn_option_is_planned(TSN_LIT("dsn")));
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        ck_assert(!tsn_option_is_planned(tsn_option_rows[i].key));
    }
}
END_TEST

START_TEST(a_choice_is_a_whole_word)
{
    const tsn_option_row *row = &tsn_option_rows[tsn_option_find(TSN_LIT("compression"))];
    ck_assert(tsn_option_has_choice(row, TSN_LIT("gzip")));
    ck_assert(tsn_option_has_choice(row, TSN_LIT("none")));
    ck_assert(!tsn_option_has_choice(row, TSN_LIT("gzi")));
    ck_assert(!tsn_option_has_choice(row, TSN_LIT("gzip none")));
    ck_assert(!tsn_option_has_choice(row, TSN_LIT("")));
    ck_assert(!tsn_option_has_choice(row, TSN_LIT("GZIP")));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        every_key_is_found_at_its_own_row,
        the_dsn_is_the_first_row,
        every_default_is_a_value_that_the_row_takes,
        rows_without_a_text_for_unset_have_a_default,
        no_two_rows_share_a_key_or_a_field,
        options_of_later_features_are_known_as_such,
        a_choice_is_a_whole_word,
    };
    return unit_suite_of("client/option_table", tests, TSN_ARRAY_LEN(tests));
}
