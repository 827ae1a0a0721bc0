/* H-3, byte by byte. */
#include "support.h"
#include "auth.h"

static const char *const bad[] = {
    "",
    "sentry sentry_key=abc, sentry_version=7, sentry_client=tocsin.c/1.0.0",
    "Sentry  sentry_key=abc, sentry_version=7, sentry_client=tocsin.c/1.0.0",
    "Sentry sentry_key=abc,sentry_version=7,sentry_client=tocsin.c/1.0.0",
    "Sentry sentry_version=7, sentry_key=abc, sentry_client=tocsin.c/1.0.0",
    "Sentry sentry_key=abc, sentry_version=6, sentry_client=tocsin.c/1.0.0",
    "Sentry sentry_key=, sentry_version=7, sentry_client=tocsin.c/1.0.0",
    "Sentry sentry_key=a b, sentry_version=7, sentry_client=tocsin.c/1.0.0",
    "Sentry sentry_key=abc, sentry_version=7, sentry_client=tocsin.c",
    "Sentry sentry_key=abc, sentry_version=7, sentry_client=tocsin.c/",
    "Sentry sentry_key=abc, sentry_version=7, sentry_client=tocsin.c/1.0.0, sentry_timestamp=1",
    "Sentry sentry_key=abc, sentry_version=7, sentry_client=tocsin.c/1.0.0, sentry_secret=",
    "Sentry sentry_key=abc, sentry_version=7, sentry_client=tocsin.c/1.0.0 ",
    "Sentry sentry_key=abc, sentry_version=7",
};

START_TEST(odd_spelling_is_refused)
{
    struct srv_auth auth;
    ck_assert_msg(srv_auth_read(&auth, bad[_i]) != NULL, "accepted: %s", bad[_i]);
}
END_TEST

START_TEST(exact_spelling_is_read)
{
    struct srv_auth auth;
    ck_assert_ptr_null(srv_auth_read(
        &auth, "Sentry sentry_key=aB._~-9, sentry_version=7, sentry_client=tocsin.c/1.0.0"));
    ck_assert(srv_span_is(auth.key, "aB._~-9"));
    ck_assert(srv_span_is(auth.client, "tocsin.c/1.0.0"));
    ck_assert_ptr_null(auth.secret.data);
    ck_assert_ptr_null(srv_auth_read(
        &auth, "Sentry sentry_key=k, sentry_version=7, sentry_client=a/b, sentry_secret=s"));
    ck_assert(srv_span_is(auth.secret, "s"));
}
END_TEST

START_TEST(missing_header_is_refused)
{
    struct srv_auth auth;
    ck_assert_ptr_nonnull(srv_auth_read(&auth, NULL));
}
END_TEST

START_TEST(dsn_gives_key_and_project)
{
    struct srv_span key;
    struct srv_span project;
    ck_assert(srv_dsn_parts("http://abc@127.0.0.1:9000/pre/42", &key, &project));
    ck_assert(srv_span_is(key, "abc"));
    ck_assert(srv_span_is(project, "42"));
    ck_assert(!srv_dsn_parts("http://abc:secret@h/42", &key, &project));
    ck_assert(!srv_dsn_parts("http://abc@h/", &key, &project));
    ck_assert(!srv_dsn_parts("http://abc", &key, &project));
    ck_assert(!srv_dsn_parts("abc@h/1", &key, &project));
}
END_TEST

static Suite *unit_suite(void)
{
    Suite *suite = suite_create("server/auth");
    TCase *cases = tcase_create("all");
    tcase_add_loop_test(cases, odd_spelling_is_refused, 0, (int)(sizeof bad / sizeof bad[0]));
    tcase_add_test(cases, exact_spelling_is_read);
    tcase_add_test(cases, missing_header_is_refused);
    tcase_add_test(cases, dsn_gives_key_and_project);
    suite_add_tcase(suite, cases);
    return suite;
}

UNIT_MAIN(unit_suite)
