/* What a client is configured with, as its events show it. */
#include "client_kit.h"

#include "client/client_config.h"
#include "option_kit.h"

static void expect_event(const char *options, const char *path, const char *want)
{
    tsn_client *client = kit_open(options);
    tsn_buf event = TSN_BUF_EMPTY;
    kit_message(&client->current, "x");
    kit_event(client, &event);
    kit_expect(&event, path, want);
    tsn_buf_fini(&event);
    kit_close(client);
}

START_TEST(options_become_members_of_events)
{
    option_clear_environment();
    expect_event("{'release':'shop@1'}", "release", "'shop@1'");
    expect_event("{}", "release", NULL);
    expect_event("{}", "environment", "'production'");
    expect_event("{'environment':'qa'}", "environment", "'qa'");
    expect_event("{'dist':'7'}", "dist", "'7'");
    expect_event("{'server_name':'box'}", "server_name", "'box'");
    expect_event("{'platform':'ruby'}", "platform", "'ruby'");
    expect_event("{'sdk_name':'tocsin.ruby'}", "sdk.name", "'tocsin.ruby'");
    expect_event("{}", "sdk.version", "'" TSN_VERSION "'");
    expect_event("{}", "sdk.settings.infer_ip", "'never'");
    expect_event("{'send_default_pii':true}", "sdk.settings.infer_ip", "'auto'");
}
END_TEST

START_TEST(events_carry_host_contexts_unless_told_not_to)
{
    tsn_client *client = kit_open("{}");
    static const char *const names[] = {"contexts.os.name", "contexts.device.arch",
                                        "contexts.app.app_name", "server_name"};
    tsn_buf event = TSN_BUF_EMPTY;
    kit_message(&client->current, "x");
    kit_event(client, &event);
    for (size_t i = 0; i < TSN_ARRAY_LEN(names); i++) {
        ck_assert_msg(!tsn_slice_absent(kit_at(tsn_buf_view(&event), names[i])), "%s", names[i]);
    }
    kit_set(&client->current, tsn_cell_update, "{'contexts':{'os':{'name':'mine'}}}");
    kit_message(&client->current, "x");
    kit_event(client, &event);
    kit_expect(&event, "contexts.os", "{'name':'mine'}");
    tsn_buf_fini(&event);
    kit_close(client);
    expect_event("{'host_contexts':false}", "contexts.os", NULL);
    expect_event("{'host_contexts':false}", "contexts.device", NULL);
}
END_TEST

START_TEST(the_trace_header_names_key_release_and_organisation)
{
    static const struct {
        const char *options;
        const char *part;
    } rows[] = {
        {"{'dsn':'https://abc@o17.h.example/42'}", "\"public_key\":\"abc\""},
        {"{'dsn':'https://abc@o17.h.example/42'}", "\"org_id\":\"17\""},
        {"{'dsn':'https://abc@o17.h.example/42','org_id':'5'}", "\"org_id\":\"5\""},
        {"{'dsn':'https://abc@h.example/42','release':'r1'}", "\"release\":\"r1\""},
    };
    option_clear_environment();
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_client *client = kit_open(rows[i].options);
        tsn_buf envelope = TSN_BUF_EMPTY;
        kit_message(&client->current, "x");
        ck_assert(kit_envelope(client, &envelope));
        tsn_slice rest = tsn_buf_view(&envelope);
        tsn_slice header = tsn_slice_split(&rest, '\n');
        ck_assert_msg(tsn_slice_contains(header, unit_slice(rows[i].part)), "%.*s", (int)header.len,
                      header.data);
        tsn_buf_fini(&envelope);
        kit_close(client);
    }
}
END_TEST

START_TEST(warnings_become_notices)
{
    option_clear_environment();
    setenv("SENTRY_DEBUG", "perhaps", 1);
    tsn_client *client = kit_open("{'release':'a/b'}");
    tsn_buf notices = TSN_BUF_EMPTY;
    while (tsn_diag_next(client->diag, &notices)) tsn_buf_byte(&notices, '\n');
    ck_assert(tsn_slice_contains(tsn_buf_view(&notices), TSN_LIT("SENTRY_DEBUG is ignored")));
    ck_assert(tsn_slice_contains(tsn_buf_view(&notices), TSN_LIT("option release is ignored")));
    tsn_buf_fini(&notices);
    kit_close(client);
    option_clear_environment();
}
END_TEST

START_TEST(a_delivery_is_made_only_if_there_is_somewhere_to_send)
{
    option_clear_environment();
    static const struct {
        const char *options;
        bool is_active;
    } rows[] = {
        {"{}", false},
        {"{'dsn':'http://k@127.0.0.1:9/1'}", true},
        {"{'spotlight':'http://127.0.0.1:9/stream'}", true},
        {"{'transport':'pull'}", true},
        {"{'transport':'stdout'}", true},
        {"{'transport':'http'}", false},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_client *client = kit_open_with(kit_options(rows[i].options));
        ck_assert_msg(tsn_client_is_active(client) == rows[i].is_active, "%s", rows[i].options);
        kit_close(client);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        options_become_members_of_events,
        events_carry_host_contexts_unless_told_not_to,
        the_trace_header_names_key_release_and_organisation,
        warnings_become_notices,
        a_delivery_is_made_only_if_there_is_somewhere_to_send,
    };
    return unit_suite_of("client/client_config", tests, TSN_ARRAY_LEN(tests));
}
