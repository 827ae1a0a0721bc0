/* One gzip member and not a byte more; a zlib or raw deflate stream under the name gzip is refused.
 */
#include "gunzip.h"

#include <limits.h>
#define ZLIB_CONST
#include <zlib.h>

enum { WINDOW_GZIP_ONLY = 15 + 16, CHUNK = 64 * 1024, UNPACKED_MAX = 256 * 1024 * 1024 };

bool srv_is_gzip(struct srv_span bytes)
{
    const unsigned char *b = (const unsigned char *)bytes.data;
    return bytes.len >= 2 && b[0] == 0x1f && b[1] == 0x8b;
}

static const char *unpack(z_stream *stream, struct srv_text *out)
{
    unsigned char chunk[CHUNK];
    int state;
    do {
        stream->next_out = chunk;
        stream->avail_out = sizeof chunk;
        state = inflate(stream, Z_NO_FLUSH);
        if (state != Z_OK && state != Z_STREAM_END) return "body is not whole gzip data";
        srv_text_add(out, (const char *)chunk, sizeof chunk - stream->avail_out);
        if (out->len > UNPACKED_MAX) return "body is over 256 MiB unpacked";
    } while (state != Z_STREAM_END);
    return stream->avail_in == 0 ? NULL : "bytes after the end of the gzip data";
}

const char *srv_gunzip(struct srv_text *out, struct srv_span packed)
{
    z_stream stream = {0};
    if (packed.len > UINT_MAX) return "body is too large";
    if (inflateInit2(&stream, WINDOW_GZIP_ONLY) != Z_OK) return "zlib does not start";
    stream.next_in = (const Bytef *)packed.data;
    stream.avail_in = (uInt)packed.len;
    const char *why = unpack(&stream, out);
    inflateEnd(&stream);
    return why;
}
