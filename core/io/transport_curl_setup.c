/* An option that failed to be set must not be overlooked: one of them is verification. */
#include "io/transport_curl_setup.h"

#include <curl/curl.h>

#include "io/stray_sockets.h"

enum {
    KEEP_IDLE_S = 45,
    KEEP_INTERVAL_S = 10,
};

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    return tsn_sockets_open(context, address->family, address->socktype, address->protocol);
}

static int close_socket(void *context, curl_socket_t fd)
{
    tsn_sockets_close(context, fd);
    return 0;
}

static bool is_set(CURLcode code)
{
    return code == CURLE_OK;
}

static bool set_rules(CURL *easy, const tsn_curl_config *config)
{
    bool ok = is_set(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https"));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2));
    if (config->ca_certs != NULL) {
        ok &= is_set(curl_easy_setopt(easy, CURLOPT_CAINFO, config->ca_certs));
    }
    if (config->cert_file != NULL) {
        ok &= is_set(curl_easy_setopt(easy, CURLOPT_SSLCERT, config->cert_file));
    }
    if (config->key_file != NULL) {
        ok &= is_set(curl_easy_setopt(easy, CURLOPT_SSLKEY, config->key_file));
    }
    return ok;
}

static bool set_connection(CURL *easy, const tsn_curl_config *config, tsn_sockets *sockets)
{
    bool ok = is_set(curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L)); /* no waiting for a resolver */
    ok &=
        is_set(curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)config->connect_timeout_ms));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)config->transfer_timeout_ms));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, config->tcp_keep_alive ? 1L : 0L));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEP_IDLE_S));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, (long)KEEP_INTERVAL_S));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, sockets));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket));
    ok &= is_set(curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, sockets));
    return ok;
}

bool tsn_curl_set_up(void *easy, const tsn_curl_config *config, tsn_sockets *sockets)
{
    return set_rules(easy, config) && set_connection(easy, config, sockets);
}

static void fill(void *multi)
{
    curl_multi_wakeup(multi);
}

static void drain(void *multi)
{
    curl_multi_poll(multi, NULL, 0, 0, NULL);
}

void *tsn_curl_multi_new(tsn_sockets *sockets)
{
    tsn_stray_sockets stray;
    tsn_stray_note(&stray);
    CURLM *multi = curl_multi_init();
    if (multi != NULL) (void)tsn_stray_adopt(&stray, sockets, fill, drain, multi);
    return multi;
}

bool tsn_curl_is_spent(void *easy)
{
    long connections = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connections);
    return connections > 0;
}
