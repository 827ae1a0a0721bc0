/* What TLS and the version of HTTP do to a burst, by libcurl and zlib alone:
 *
 *   streams URL CA_FILE COUNT IN_FLIGHT HOW
 *
 * HOW: http1.1, a connection for each transfer under way; http2, the same with the newer protocol;
 * streams, HTTP/2 with as many transfers on a connection as the server allows, where a transfer
 * waits for a connection that is being opened. Prints one line of JSON: seconds, seconds of
 * processor, connections that were opened. */
#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "body.h"

enum { MOST_IN_FLIGHT = 256, POLL_MS = 1000 };

static const struct how {
    const char *name;
    long version;
    long waits;
} hows[] = {
    {"http1.1", CURL_HTTP_VERSION_1_1, 0},
    {"http2", CURL_HTTP_VERSION_2TLS, 0},
    {"streams", CURL_HTTP_VERSION_2TLS, 1},
};

static struct {
    CURLM *multi;
    struct curl_slist *headers;
    const char *url;
    const char *ca_file;
    const struct how *how;
    size_t count, begun, ended;
    long connections;
} burst;

static double now_s(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t ignore(char *data, size_t size, size_t count, void *context)
{
    (void)data, (void)context;
    return size * count;
}

static CURL *open_easy(void)
{
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, burst.url);
    curl_easy_setopt(easy, CURLOPT_CAINFO, burst.ca_file);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, burst.headers);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, burst.how->version);
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, burst.how->waits);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
    return easy;
}

/* False: all have begun. */
static bool begin(CURL *easy)
{
    size_t len;
    if (burst.begun == burst.count) return false;
    const void *body = bench_body_make(burst.begun++, &len);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)len);
    curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body);
    return curl_multi_add_handle(burst.multi, easy) == CURLM_OK;
}

static void end(const CURLMsg *message)
{
    long opened = 0;
    if (message->data.result != CURLE_OK) {
        fprintf(stderr, "%s: %s\n", burst.url, curl_easy_strerror(message->data.result));
        exit(3);
    }
    curl_easy_getinfo(message->easy_handle, CURLINFO_NUM_CONNECTS, &opened);
    burst.connections += opened;
    burst.ended++;
}

static void take_answers(void)
{
    int left;
    const CURLMsg *message;
    while ((message = curl_multi_info_read(burst.multi, &left)) != NULL) {
        CURL *easy = message->easy_handle;
        end(message);
        curl_multi_remove_handle(burst.multi, easy);
        if (!begin(easy)) curl_easy_cleanup(easy);
    }
}

static void send_all(size_t in_flight)
{
    int running;
    for (size_t i = 0; i < in_flight && i < burst.count; i++) begin(open_easy());
    for (;;) {
        curl_multi_perform(burst.multi, &running);
        take_answers();
        if (burst.ended == burst.count) break;
        curl_multi_poll(burst.multi, NULL, 0, POLL_MS, NULL);
    }
}

static const struct how *find_how(const char *name)
{
    for (size_t i = 0; i < sizeof hows / sizeof hows[0]; i++) {
        if (strcmp(hows[i].name, name) == 0) return &hows[i];
    }
    return NULL;
}

int main(int argc, char **argv)
{
    size_t in_flight = argc == 6 ? strtoul(argv[4], NULL, 10) : 0;
    burst.how = argc == 6 ? find_how(argv[5]) : NULL;
    if (burst.how == NULL || in_flight == 0 || in_flight > MOST_IN_FLIGHT) {
        fprintf(stderr, "usage: %s URL CA_FILE COUNT IN_FLIGHT http1.1|http2|streams\n", argv[0]);
        return 2;
    }
    burst.url = argv[1];
    burst.ca_file = argv[2];
    burst.count = strtoul(argv[3], NULL, 10);
    burst.multi = curl_multi_init();
    curl_multi_setopt(burst.multi, CURLMOPT_MAXCONNECTS, (long)MOST_IN_FLIGHT);
    burst.headers = curl_slist_append(NULL, "Content-Encoding: gzip");
    burst.headers = curl_slist_append(burst.headers, "Content-Type: application/x-sentry-envelope");
    burst.headers = curl_slist_append(burst.headers, "Expect:");
    bench_body_open();
    double start = now_s(CLOCK_MONOTONIC), spent = now_s(CLOCK_PROCESS_CPUTIME_ID);
    send_all(in_flight);
    printf("{\"seconds\":%.4f,\"cpu_s\":%.4f,\"connections\":%ld}\n",
           now_s(CLOCK_MONOTONIC) - start, now_s(CLOCK_PROCESS_CPUTIME_ID) - spent,
           burst.connections);
    return 0;
}
