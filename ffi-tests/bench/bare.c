/* What a burst is held against: the same bytes by libcurl and zlib alone, one request after the
 * other on one connection: bare URL COUNT. Each body is compressed anew, at level 1 as the library
 * does. Prints one line of JSON: seconds in all, and bytes of a body before and after. */
#include <curl/curl.h>
#include <stdio.h>
#include <time.h>
#include <zlib.h>

#include "workload.h"

enum { BODY_MAX = 1 << 20, AS_GZIP = 16, WINDOW = 15, MEMORY = 8, EVENT_ID = 32 };

static char text[BODY_MAX];
static unsigned char body[BODY_MAX];

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* An envelope with workload W, as the library writes it. */
static size_t write_envelope(void)
{
    struct bench_world world = {0};
    bench_open(&world, "{\"transport\":\"pull\"}");
    bench_fill(&world);
    bench_capture(&world, NULL);
    tocsin_envelope envelope = bench_need(tocsin_client_next_envelope(world.client, 0), "take");
    int64_t len = bench_need(tocsin_envelope_text(envelope, text, sizeof text), "text");
    bench_need(tocsin_envelope_done(envelope, 200, NULL, -1), "done");
    tocsin_client_close(world.client, 0);
    return (size_t)len;
}

/* Each is another event for whoever counts them: the header begins with the id. */
static void number_event(size_t number)
{
    char digits[EVENT_ID + 1];
    snprintf(digits, sizeof digits, "%032zx", number + 1);
    memcpy(text + sizeof "{\"event_id\":\"" - 1, digits, EVENT_ID);
}

static size_t compress_body(z_stream *stream, size_t len)
{
    deflateReset(stream);
    stream->next_in = (unsigned char *)text;
    stream->avail_in = (uInt)len;
    stream->next_out = body;
    stream->avail_out = sizeof body;
    if (deflate(stream, Z_FINISH) != Z_STREAM_END) exit(3);
    return sizeof body - stream->avail_out;
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
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
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
    z_stream stream = {0};
    size_t len = write_envelope();
    size_t sent = 0;
    CURL *curl = open_curl(argv[1]);
    if (deflateInit2(&stream, 1, Z_DEFLATED, WINDOW + AS_GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return 3;

    double start = now_s();
    for (size_t i = 0; i < count; i++) {
        number_event(i);
        sent = compress_body(&stream, len);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)sent);
        CURLcode code = curl_easy_perform(curl);
        if (code == CURLE_OK) continue;
        fprintf(stderr, "%s: %s\n", argv[1], curl_easy_strerror(code));
        return 3;
    }
    printf("{\"seconds\":%.4f,\"bytes\":%zu,\"sent\":%zu}\n", now_s() - start, len, sent);
    return 0;
}
