/* Any sequence of calls over the ABI: each step takes a byte for the function, one for the handle,
 * and as many bytes of text as a third says. The client sends nothing; afterwards every handle that
 * was made is closed, and none is left. */
#include <string.h>

#include <tocsin/c.h>

#include "fuzz.h"

enum { HANDLES = 16, ROOM = 64, STEPS_MAX = 64 };

struct play {
    const uint8_t *at;
    const uint8_t *end;
    int64_t handles[HANDLES];
    int count;
};

typedef int64_t maker_fn(int64_t handle);
typedef tocsin_status text_fn(int64_t handle, const char *text, int64_t len);
typedef tocsin_length reader_fn(int64_t handle, char *buf, int64_t cap);

static maker_fn *const makers[] = {
    tocsin_handle_dup,          tocsin_client_scope,
    tocsin_client_global_scope, tocsin_scope_new,
    tocsin_scope_fork,          tocsin_scope_new_isolation,
    tocsin_scope_isolation,     tocsin_scope_client,
    tocsin_scope_new_current,   tocsin_scope_fork_isolation,
};
static text_fn *const setters[] = {
    tocsin_scope_update,         tocsin_scope_set_tags,   tocsin_scope_remove_tag,
    tocsin_scope_remove_extra,   tocsin_scope_set_user,   tocsin_scope_remove_context,
    tocsin_scope_set_request,    tocsin_scope_set_origin, tocsin_scope_set_fingerprint,
    tocsin_scope_continue_trace, tocsin_event_set_json,   tocsin_event_discard,
};
static reader_fn *const readers[] = {
    tocsin_scope_json,          tocsin_scope_merged_json,  tocsin_event_json,
    tocsin_client_stats,        tocsin_client_next_notice, tocsin_scope_trace_headers,
    tocsin_scope_last_event_id, tocsin_envelope_text,
};

static unsigned next_byte(struct play *play)
{
    return play->at == play->end ? 0 : *play->at++;
}

static int64_t some_handle(struct play *play)
{
    return play->handles[next_byte(play) % (unsigned)play->count];
}

static void keep(struct play *play, int64_t handle)
{
    if (handle <= 0) return;
    if (play->count == HANDLES) {
        tocsin_handle_close(handle);
    } else {
        play->handles[play->count++] = handle;
    }
}

static const char *some_text(struct play *play, int64_t *len)
{
    size_t wanted = next_byte(play);
    size_t left = (size_t)(play->end - play->at);
    const char *text = (const char *)play->at;
    *len = (int64_t)(wanted < left ? wanted : left);
    play->at += *len;
    return text;
}

static void capture(struct play *play)
{
    char id[TOCSIN_EVENT_ID_SIZE];
    int64_t len;
    int64_t scope = some_handle(play);
    int64_t overlay = some_handle(play);
    unsigned way = next_byte(play) % 4;
    const char *text = some_text(play, &len);
    switch (way) {
    case 0:
        tocsin_scope_capture_message(scope, text, len, 3, overlay, NULL, id);
        break;
    case 1:
        tocsin_scope_capture_exception(scope, text, len, 0, NULL, id);
        break;
    case 2:
        tocsin_scope_capture_event(scope, text, len, overlay, NULL, id);
        break;
    default:
        keep(play, tocsin_event_prepare(scope, TOCSIN_CAPTURE_EVENT, text, len, 0, NULL));
    }
}

static void set_pair(struct play *play)
{
    int64_t key_len, len;
    int64_t scope = some_handle(play);
    unsigned way = next_byte(play) % 4;
    const char *key = some_text(play, &key_len);
    const char *text = some_text(play, &len);
    switch (way) {
    case 0:
        tocsin_scope_set_tag(scope, key, key_len, text, len);
        break;
    case 1:
        tocsin_scope_set_extra(scope, key, key_len, text, len);
        break;
    case 2:
        tocsin_scope_set_context(scope, key, key_len, text, len);
        break;
    default:
        tocsin_scope_set_flag(scope, key, key_len, text, len);
    }
}

static void read_back(struct play *play)
{
    char room[ROOM];
    int64_t handle = some_handle(play);
    tocsin_length need =
        readers[next_byte(play) % (sizeof readers / sizeof *readers)](handle, room, sizeof room);
    if (need >= 0) FUZZ_CHECK(memchr(room, '\0', sizeof room) != NULL);
}

static void send_one(struct play *play)
{
    int64_t envelope = tocsin_client_next_envelope(some_handle(play), 0);
    if (envelope > 0) tocsin_envelope_done(envelope, (int32_t)next_byte(play) * 4, NULL, -1);
}

static void step(struct play *play)
{
    int64_t len;
    unsigned op = next_byte(play) % 9;
    if (op == 0) {
        keep(play, makers[next_byte(play) % (sizeof makers / sizeof *makers)](some_handle(play)));
    } else if (op == 1) {
        text_fn *set = setters[next_byte(play) % (sizeof setters / sizeof *setters)];
        int64_t handle = some_handle(play);
        const char *text = some_text(play, &len);
        set(handle, text, len);
    } else if (op == 2) {
        set_pair(play);
    } else if (op == 3) {
        capture(play);
    } else if (op == 4) {
        read_back(play);
    } else if (op == 5) {
        int64_t scope = some_handle(play);
        const char *text = some_text(play, &len);
        tocsin_scope_add_breadcrumb(scope, text, len, NULL);
    } else if (op == 6) {
        tocsin_scope_merge(some_handle(play), some_handle(play));
    } else if (op == 7) {
        send_one(play);
    } else {
        tocsin_handle_close(some_handle(play));
    }
}

static tocsin_client open_client(void)
{
    tocsin_options options = tocsin_options_new();
    tocsin_options_set_json(
        options,
        TOCSIN_Z("{\"transport\":\"pull\",\"host_contexts\":false,\"queue_max_items\":8}"));
    tocsin_client client = tocsin_client_open(options);
    tocsin_handle_close(options);
    return client;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct play play = {data, data + size, {0}, 0};
    tocsin_client client = open_client();
    FUZZ_CHECK(client > 0);
    keep(&play, tocsin_handle_dup(client));
    keep(&play, tocsin_client_scope(client));
    for (int i = 0; i < STEPS_MAX && play.at < play.end; i++) step(&play);
    for (int i = 0; i < play.count; i++) tocsin_handle_close(play.handles[i]);
    tocsin_client_close(client, 0);
    tocsin_handle_close(client);
    FUZZ_CHECK(tocsin_handle_count(TOCSIN_KIND_SCOPE) == 0);
    FUZZ_CHECK(tocsin_handle_count(TOCSIN_KIND_EVENT) == 0);
    return 0;
}
