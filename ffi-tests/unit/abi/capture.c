/* Captures through the public functions: ids, overlays, texts, and hooks that close what they are
 * called for (HND-8). */
#include "abi_kit.h"

#include "base/house.h"

/* The next envelope's text, which counts as delivered; empty: there is none. */
static const char *next_text(tocsin_client client)
{
    static char text[16384];
    text[0] = '\0';
    tocsin_envelope envelope = tocsin_client_next_envelope(client, 0);
    if (envelope == 0) return text;
    tocsin_length need = tocsin_envelope_text(envelope, text, sizeof text);
    ck_assert(need > 0 && need < (tocsin_length)sizeof text);
    ck_assert_int_eq(tocsin_envelope_done(envelope, 200, NULL, -1), TOCSIN_OK);
    return text;
}

START_TEST(each_capture_tells_the_id_that_is_sent)
{
    unit_scope kit = unit_scope_open();
    char id[TOCSIN_EVENT_ID_SIZE];
    for (int which = 0; which < 3; which++) {
        memset(id, '#', sizeof id);
        tocsin_status st = TOCSIN_E_INTERNAL;
        if (which == 0) {
            st = tocsin_scope_capture_message(kit.scope, "hello", -1, TOCSIN_LEVEL_WARNING, 0, NULL,
                                              id);
        } else if (which == 1) {
            st = tocsin_scope_capture_exception(kit.scope, "{\"type\":\"E\",\"value\":\"v\"}", -1,
                                                0, NULL, id);
        } else {
            st = tocsin_scope_capture_event(kit.scope, "{\"logger\":\"l\"}", -1, 0, NULL, id);
        }
        ck_assert_int_eq(st, TOCSIN_OK);
        ck_assert_uint_eq(strlen(id), 32);
        ck_assert_uint_eq(strspn(id, "0123456789abcdef"), 32);
        ck_assert_ptr_nonnull(strstr(next_text(kit.client), id));
        char last[TOCSIN_EVENT_ID_SIZE];
        ck_assert_int_eq(tocsin_scope_last_event_id(kit.scope, last, sizeof last), 32);
        ck_assert_str_eq(last, id);
    }
    unit_scope_close(&kit);
}
END_TEST

START_TEST(whatever_is_refused_writes_the_empty_id)
{
    unit_scope kit = unit_scope_open();
    char id[TOCSIN_EVENT_ID_SIZE] = "as it was";
    ck_assert_int_eq(tocsin_scope_capture_message(0, "x", 1, 0, 0, NULL, id), TOCSIN_E_STALE);
    ck_assert_str_eq(id, "");
    static const struct {
        const char *text;
        int64_t len;
        int32_t level;
        int64_t overlay;
        tocsin_status status;
    } rows[] = {
        {"x", 1, 0, 12345, TOCSIN_E_STALE},     {"x", 1, 0, TOCSIN_E_DSN, TOCSIN_E_DSN},
        {NULL, 1, 0, 0, TOCSIN_E_ARG},          {NULL, -1, 0, 0, TOCSIN_E_ARG},
        {"x", 1, 1, 0, TOCSIN_E_RANGE},         {"x", 1, 7, 0, TOCSIN_E_RANGE},
        {"x", 1, INT32_MIN, 0, TOCSIN_E_RANGE},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        id[0] = 'x';
        tocsin_status st = tocsin_scope_capture_message(kit.scope, rows[i].text, rows[i].len,
                                                        rows[i].level, rows[i].overlay, NULL, id);
        ck_assert_msg(st == rows[i].status, "row %zu: %d", i, st);
        ck_assert_str_eq(id, "");
    }
    ck_assert_str_eq(next_text(kit.client), "");
    unit_scope_close(&kit);
}
END_TEST

START_TEST(a_message_may_hold_any_bytes)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_scope_capture_message(kit.scope, "a\0b\xff", 4, 0, 0, NULL, NULL),
                     TOCSIN_OK);
    ck_assert_ptr_nonnull(strstr(next_text(kit.client), "\"a\xef\xbf\xbd"
                                                        "b\xef\xbf\xbd\""));
    ck_assert_int_eq(tocsin_scope_capture_message(kit.scope, NULL, 0, 0, 0, NULL, NULL), TOCSIN_OK);
    ck_assert_ptr_nonnull(strstr(next_text(kit.client), "\"formatted\":\"\""));
    unit_scope_close(&kit);
}
END_TEST

START_TEST(an_overlay_counts_for_one_event)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope overlay = tocsin_scope_new(kit.client);
    tocsin_scope_set_tag(overlay, "k", 1, "overlay", 7);
    tocsin_scope_set_tag(kit.scope, "k", 1, "scope", 5);
    tocsin_scope_capture_message(kit.scope, "x", 1, 0, overlay, NULL, NULL);
    ck_assert_ptr_nonnull(strstr(next_text(kit.client), "\"k\":\"overlay\""));
    tocsin_scope_capture_message(kit.scope, "x", 1, 0, kit.scope, NULL, NULL);
    ck_assert_ptr_nonnull(strstr(next_text(kit.client), "\"k\":\"scope\""));
    tocsin_handle_close(overlay);
    ck_assert_int_eq(tocsin_scope_capture_message(kit.scope, "x", 1, 0, overlay, NULL, NULL),
                     TOCSIN_E_STALE);
    unit_scope_close(&kit);
}
END_TEST

/* Everything that a hook's own scope and client can be closed by. */
typedef struct closer {
    tocsin_scope scope;
    tocsin_client client;
    int calls;
    int destroyed;
} closer;

static int32_t close_everything(tocsin_event event, const void *hint, void *user)
{
    (void)hint;
    closer *self = user;
    self->calls++;
    ck_assert_int_gt(tocsin_event_json(event, NULL, 0), 0);
    ck_assert_int_eq(tocsin_handle_kind(event), TOCSIN_KIND_EVENT);
    if (self->scope != 0) ck_assert_int_eq(tocsin_handle_close(self->scope), TOCSIN_OK);
    if (self->client != 0) {
        ck_assert_int_ge(tocsin_client_flush(self->client, 0), 0);
        ck_assert_int_eq(tocsin_handle_close(self->client), TOCSIN_OK);
    }
    self->scope = self->client = 0;
    return TOCSIN_KEEP;
}

static void count_destroyed(void *user)
{
    ((closer *)user)->destroyed++;
}

static unit_scope open_hooked(const char *name, tocsin_hook_fn function, void *user,
                              tocsin_destroy_fn destroy)
{
    tocsin_options options = tocsin_options_new();
    tocsin_options_set(options, "transport", -1, "pull", -1);
    ck_assert_int_eq(tocsin_options_set_hook(options, name, -1, function, user, destroy), 0);
    unit_scope kit = {.client = tocsin_client_open(options)};
    kit.scope = tocsin_client_scope(kit.client);
    tocsin_handle_close(options);
    return kit;
}

START_TEST(a_hook_may_close_the_scope_and_the_client_it_runs_for)
{
    static const char *const names[] = {"before_send", "event_processor", "error_sampler"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(names); i++) {
        closer self = {0};
        unit_scope kit = open_hooked(names[i], close_everything, &self, count_destroyed);
        self.scope = kit.scope;
        self.client = kit.client;
        tocsin_status st = tocsin_scope_capture_message(kit.scope, "x", 1, 0, 0, NULL, NULL);
        ck_assert_int_eq(st, i == 2 ? TOCSIN_DROPPED : TOCSIN_OK); /* KEEP is a rate of 0 */
        ck_assert_int_eq(self.calls, 1);
        ck_assert_int_eq(self.destroyed, 1);
        ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_SCOPE), 0);
        ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_CLIENT), 0);
        ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_EVENT), 0);
    }
}
END_TEST

static int32_t close_the_client(tocsin_event event, const void *hint, void *user)
{
    (void)event;
    (void)hint;
    return tocsin_client_close(*(tocsin_client *)user, 0) < 0 ? -1 : TOCSIN_KEEP;
}

START_TEST(a_hook_may_shut_the_client_down)
{
    tocsin_client client = 0;
    unit_scope kit = open_hooked("before_send", close_the_client, &client, NULL);
    client = kit.client;
    ck_assert_int_eq(tocsin_scope_capture_message(kit.scope, "x", 1, 0, 0, NULL, NULL),
                     TOCSIN_DISABLED);
    unit_scope_close(&kit);
}
END_TEST

static int32_t capture_from_inside(tocsin_event event, const void *hint, void *user)
{
    (void)event;
    (void)hint;
    char id[TOCSIN_EVENT_ID_SIZE] = "x";
    tocsin_scope scope = *(tocsin_scope *)user;
    ck_assert_int_eq(tocsin_scope_capture_message(scope, "x", 1, 0, 0, NULL, id),
                     TOCSIN_E_REENTRANT);
    ck_assert_str_eq(id, "");
    ck_assert_int_eq(tocsin_event_prepare(scope, TOCSIN_CAPTURE_EVENT, "{}", -1, 0, NULL),
                     TOCSIN_E_REENTRANT);
    return TOCSIN_KEEP;
}

START_TEST(a_capture_from_inside_its_hook_is_refused)
{
    tocsin_scope scope = 0;
    unit_scope kit = open_hooked("before_send", capture_from_inside, &scope, NULL);
    scope = kit.scope;
    ck_assert_int_eq(tocsin_scope_capture_message(kit.scope, "x", 1, 0, 0, NULL, NULL), TOCSIN_OK);
    unit_scope_close(&kit);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        each_capture_tells_the_id_that_is_sent,
        whatever_is_refused_writes_the_empty_id,
        a_message_may_hold_any_bytes,
        an_overlay_counts_for_one_event,
        a_hook_may_close_the_scope_and_the_client_it_runs_for,
        a_hook_may_shut_the_client_down,
        a_capture_from_inside_its_hook_is_refused,
    };
    return unit_suite_of("abi/capture", tests, TSN_ARRAY_LEN(tests));
}
