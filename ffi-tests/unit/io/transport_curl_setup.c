#include "io/transport_curl_setup.h"

#include <curl/curl.h>

#include "line.h"

START_TEST(what_libcurl_does_not_take_is_not_overlooked) /* SEC-1 */
{
    tsn_sockets sockets = {.count = 0};
    tsn_curl_config config = some_config();
    CURL *easy = curl_easy_init();
    ck_assert(tsn_curl_set_up(easy, &config, &sockets));
    size_t len = (size_t)8 << 20; /* more than libcurl takes for any text */
    char *path = malloc(len + 1);
    memset(path, 'x', len);
    path[len] = '\0';
    const char **const texts[] = {&config.ca_certs, &config.cert_file, &config.key_file};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = path;
        ck_assert(!tsn_curl_set_up(easy, &config, &sockets));
        *texts[i] = NULL;
    }
    free(path);
    curl_easy_cleanup(easy);
}
END_TEST

START_TEST(sockets_are_known_while_they_are_open)
{
    static const unit_reply script[] = {REPLY(UNIT_WEB_OK)};
    unit_web *web = unit_web_start(script, 1);
    char url[64];
    tsn_sockets sockets = {.count = 0};
    tsn_curl_config config = some_config();
    CURL *easy = curl_easy_init();
    ck_assert(tsn_curl_set_up(easy, &config, &sockets));
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", web->port);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    ck_assert_int_eq(curl_easy_perform(easy), CURLE_OK);
    ck_assert_int_eq(sockets.count, 1);
    curl_easy_cleanup(easy);
    ck_assert_int_eq(sockets.count, 0);
    unit_web_stop(web);
}
END_TEST

START_TEST(nothing_but_http_is_spoken) /* SEC-4 */
{
    tsn_sockets sockets = {.count = 0};
    tsn_curl_config config = some_config();
    CURL *easy = curl_easy_init();
    ck_assert(tsn_curl_set_up(easy, &config, &sockets));
    curl_easy_setopt(easy, CURLOPT_URL, "file:///etc/hostname");
    ck_assert_int_eq(curl_easy_perform(easy), CURLE_UNSUPPORTED_PROTOCOL);
    curl_easy_cleanup(easy);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_libcurl_does_not_take_is_not_overlooked,
        sockets_are_known_while_they_are_open,
        nothing_but_http_is_spoken,
    };
    return unit_suite_of("io/transport_curl_setup", tests, sizeof tests / sizeof tests[0]);
}
