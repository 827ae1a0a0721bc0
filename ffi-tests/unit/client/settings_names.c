/* Names that the server would drop in silence are dropped here, with a word. */
#include "option_kit.h"

#include "client_kit.h"

/* Opens with `key` = `value` and expects `want` (NULL: unset), with a warning or without. */
static void expect(const char *key, const char *value, const char *want, bool warns)
{
    option_clear_environment();
    tsn_options *options = tsn_options_new();
    ck_assert_int_eq(tsn_options_set(options, unit_slice(key), unit_slice(value)), TOCSIN_OK);
    tsn_buf warnings = TSN_BUF_EMPTY;
    tsn_settings *settings = NULL;
    ck_assert_int_eq(tsn_settings_freeze(options, &settings, &warnings), TOCSIN_OK);
    tsn_buf got = TSN_BUF_EMPTY, quoted = TSN_BUF_EMPTY;
    tsn_option_write(&tsn_option_rows[tsn_option_find(unit_slice(key))], settings, &got);
    if (want != NULL) tsn_json_append_string(&quoted, unit_slice(want));
    ck_assert_msg(
        tsn_slice_equal(tsn_buf_view(&got), want == NULL ? TSN_LIT("null") : tsn_buf_view(&quoted)),
        "%s = '%s' gives %.*s", key, value, (int)got.len, got.data);
    ck_assert_msg((warnings.len > 0) == warns, "%s = '%s'", key, value);
    if (warns) ck_assert(tsn_slice_contains(tsn_buf_view(&warnings), unit_slice(key)));
    tsn_buf_fini(&got);
    tsn_buf_fini(&quoted);
    tsn_buf_fini(&warnings);
    tsn_settings_release(settings);
    tsn_options_release(options);
}

static const char *long_name(size_t len)
{
    static char text[300];
    memset(text, 'n', len);
    text[len] = '\0';
    return text;
}

START_TEST(a_release_is_what_the_server_keeps)
{
    expect("release", " shop@1.4.0+5 ", "shop@1.4.0+5", false);
    expect("release", long_name(200), long_name(200), false);
    expect("release", long_name(201), NULL, true);
    expect("release", "a/b", NULL, true);
    expect("release", "a\\b", NULL, true);
    expect("release", "a\nb", NULL, true);
    expect("release", "..", NULL, true);
    expect("release", "LATEST", NULL, true);
    expect("release", "  ", NULL, false);
}
END_TEST

START_TEST(an_environment_falls_back_to_production)
{
    expect("environment", "staging", "staging", false);
    expect("environment", long_name(64), long_name(64), false);
    expect("environment", long_name(65), "production", true);
    expect("environment", "a/b", "production", true);
    expect("environment", "None", "production", true);
    expect("environment", "\t", "production", false);
}
END_TEST

START_TEST(a_dist_is_a_plain_word)
{
    expect("dist", " 7.1_b-2 ", "7.1_b-2", false);
    expect("dist", long_name(64), long_name(64), false);
    expect("dist", long_name(65), NULL, true);
    expect("dist", "a b", NULL, true);
    expect("dist", "\xc3\xa4", NULL, true);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_release_is_what_the_server_keeps,
        an_environment_falls_back_to_production,
        a_dist_is_a_plain_word,
    };
    return unit_suite_of("client/settings_names", tests, TSN_ARRAY_LEN(tests));
}
