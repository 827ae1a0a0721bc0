/* Release, dist, environment, server name: what is accepted, and what stands in for what is not. */
#include "model/event_release.h"

#include "event_expect.h"

static tsn_slice repeated(char *memory, size_t len)
{
    memset(memory, 'r', len);
    return (tsn_slice){memory, len};
}

START_TEST(releases_and_environments_meet_their_limits)
{
    char memory[300];
    for (size_t len = 0; len < sizeof memory; len++) {
        ck_assert_int_eq(tsn_release_is_valid(repeated(memory, len)),
                         len >= 1 && len <= TSN_RELEASE_MAX);
        ck_assert_int_eq(tsn_environment_is_valid(repeated(memory, len)),
                         len >= 1 && len <= TSN_ENVIRONMENT_MAX);
        ck_assert_int_eq(tsn_dist_is_valid(repeated(memory, len)), len >= 1 && len <= TSN_DIST_MAX);
    }
}
END_TEST

START_TEST(reserved_words_and_bytes_are_refused)
{
    const char *bad[] = {".", "..", "a/b", "a\\b", "a\nb", "a\tb", "\x7f", "a\x1f"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        ck_assert(!tsn_release_is_valid(unit_slice(bad[i])));
        ck_assert(!tsn_environment_is_valid(unit_slice(bad[i])));
    }
    ck_assert(!tsn_release_is_valid(TSN_LIT("LaTest")) && tsn_release_is_valid(TSN_LIT("none")));
    ck_assert(!tsn_environment_is_valid(TSN_LIT("NONE")) &&
              tsn_environment_is_valid(TSN_LIT("latest")));
    ck_assert(tsn_release_is_valid(TSN_LIT("shop@1.4.0+b 7")) &&
              tsn_release_is_valid(TSN_LIT("\xc3\xa4")));
    ck_assert(tsn_dist_is_valid(TSN_LIT("aZ0_.-")) && !tsn_dist_is_valid(TSN_LIT("a b")));
}
END_TEST

START_TEST(the_bodys_own_is_trimmed_and_wins)
{
    event_case c = case_full();
    case_body(&c, "{'release':' mine\\n','dist':'9 ','environment':'\\ttest','server_name':'box'}");
    case_write(&c, WHOLE);
    case_expect(&c, "release", "'mine'");
    case_expect(&c, "dist", "'9'");
    case_expect(&c, "environment", "'test'");
    case_expect(&c, "server_name", "'box'");
    case_fini(&c);
}
END_TEST

START_TEST(an_invalid_one_gives_way_to_the_clients)
{
    event_case c = case_full();
    case_body(&c, "{'release':'a/b','dist':'a b','environment':'none','server_name':''}");
    case_write(&c, WHOLE);
    case_expect(&c, "release", "'shop@1.4.0'");
    case_expect(&c, "dist", "'7'");
    case_expect(&c, "environment", "'staging'");
    case_expect(&c, "server_name", "'host'");
    case_write(&c, TSN_EVENT_FILL);
    case_expect(&c, "release", "'a/b'");
    case_fini(&c);
}
END_TEST

START_TEST(without_configuration_there_is_only_production)
{
    event_case c = case_bare();
    case_write(&c, WHOLE);
    case_expect(&c, "environment", "'production'");
    case_expect(&c, "release", NULL);
    case_expect(&c, "dist", NULL);
    case_expect(&c, "server_name", NULL);
    case_write(&c, TSN_EVENT_LIMIT);
    case_expect(&c, "environment", NULL);
    case_fini(&c);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        releases_and_environments_meet_their_limits,
        reserved_words_and_bytes_are_refused,
        the_bodys_own_is_trimmed_and_wins,
        an_invalid_one_gives_way_to_the_clients,
        without_configuration_there_is_only_production,
    };
    return unit_suite_of("event_release", tests, TSN_ARRAY_LEN(tests));
}
