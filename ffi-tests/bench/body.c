#include "body.h"

#include <stdio.h>
#include <zlib.h>

#include "workload.h"

enum { BODY_MAX = 1 << 20, AS_GZIP = 16, WINDOW = 15, MEMORY = 8, EVENT_ID = 32 };

static char text[BODY_MAX];
static size_t text_len;
static unsigned char body[BODY_MAX];
static z_stream stream;

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

size_t bench_body_open(void)
{
    text_len = write_envelope();
    if (deflateInit2(&stream, 1, Z_DEFLATED, WINDOW + AS_GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        exit(3);
    return text_len;
}

/* For whoever counts events: the header begins with the id. */
static void number_event(size_t number)
{
    char digits[EVENT_ID + 1];
    snprintf(digits, sizeof digits, "%032zx", number + 1);
    memcpy(text + sizeof "{\"event_id\":\"" - 1, digits, EVENT_ID);
}

const void *bench_body_make(size_t number, size_t *len)
{
    number_event(number);
    deflateReset(&stream);
    stream.next_in = (unsigned char *)text;
    stream.avail_in = (uInt)text_len;
    stream.next_out = body;
    stream.avail_out = sizeof body;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) exit(3);
    *len = sizeof body - stream.avail_out;
    return body;
}
