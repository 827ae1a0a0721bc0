/* What a burst is held against: the same bytes by libcurl and zlib alone, one request after the
 * other on one connection: bare URL COUNT. Each body is compressed anew. Prints one line of JSON:
 * seconds in all, and bytes of a body before and after. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "body.h"

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t ignore(char *data, size_t size, size_t count, void *context)
{
    (void)data, (void)context;
    return size * count;
}

static CURL *open_curl(const char *url)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Encoding: gzip");
    headers = curl_slist_append(headers, "Content-Type: application/x-sentry-envelope");
    headers =
        curl_slist_append(headers, "X-Sentry-Auth: Sentry sentry_version=7, sentry_key=public");
    headers = curl_slist_append(headers, "Expect:");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    return curl;
}

int main(int argc, char **argv)
{
    size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (count == 0) {
        fprintf(stderr, "usage: %s URL COUNT\n", argv[0]);
        return 2;
    }
    size_t len = bench_body_open();
    size_t sent = 0;
    CURL *curl = open_curl(argv[1]);

    double start = now_s();
    for (size_t i = 0; i < count; i++) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, bench_body_make(i, &sent));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)sent);
        CURLcode code = curl_easy_perform(curl);
        if (code == CURLE_OK) continue;
        fprintf(stderr, "%s: %s\n", argv[1], curl_easy_strerror(code));
        return 3;
    }
    printf("{\"seconds\":%.4f,\"bytes\":%zu,\"sent\":%zu}\n", now_s() - start, len, sent);
    return 0;
}
