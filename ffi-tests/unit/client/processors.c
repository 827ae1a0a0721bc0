/* Processors: which run, in which order, and what they may do to an event (scopes 4.6, R19). */
#include "client_kit.h"

#include "client/processors.h"

/* Appends its name to the event's member `order`. */
typedef struct marker {
    const char *name;
    int32_t answer;
} marker;

static int32_t mark(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)hint;
    const marker *self = hook->user;
    tsn_buf event = TSN_BUF_EMPTY, reply = TSN_BUF_EMPTY;
    tsn_draft_read(draft, &event);
    tsn_slice before = tsn_json_string_body(tsn_json_get(tsn_buf_view(&event), TSN_LIT("logger")));
    TSN_BUF_LIT(&reply, "{\"logger\":\"");
    tsn_buf_slice(&reply, before);
    tsn_buf_slice(&reply, unit_slice(self->name));
    TSN_BUF_LIT(&reply, "\",\"exception\":");
    tsn_slice exception = tsn_json_get(tsn_buf_view(&event), TSN_LIT("exception"));
    tsn_buf_slice(&reply, tsn_slice_absent(exception) ? TSN_LIT("null") : exception);
    tsn_buf_byte(&reply, '}');
    ck_assert_int_eq(tsn_draft_replace(draft, tsn_buf_view(&reply)), TOCSIN_OK);
    tsn_buf_fini(&event);
    tsn_buf_fini(&reply);
    return self->answer;
}

static void add(tsn_cell *cell, marker *self, int32_t kind, const char *type)
{
    kit_hook *hook = kit_hook_new(mark, self);
    hook->hook.kind = kind;
    if (type != NULL) {
        hook->hook.type = tsn_alloc(strlen(type) + 1);
        memcpy(hook->hook.type, type, strlen(type) + 1);
    }
    ck_assert_int_eq(tsn_cell_take_processor(cell, &hook->hook), TOCSIN_OK);
}

/* A client with a processor of each kind on each tier, the overlay, and two of its own. */
static tsn_client *open_with_all(tsn_cell **overlay)
{
    static marker markers[] = {{"1", 0}, {"2", 0}, {"3", 0}, {"4", 0}, {"a", 0},
                               {"b", 0}, {"c", 0}, {"d", 0}, {"x", 0}, {"y", 0}};
    tsn_options *options = kit_options("{'transport':'pull'}");
    kit_set_hook(options, "event_processor", kit_hook_new(mark, &markers[8]));
    kit_set_hook(options, "event_processor", kit_hook_new(mark, &markers[9]));
    tsn_client *client = kit_open_with(options);
    ck_assert_int_eq(tsn_cell_new_detached(client, overlay), TOCSIN_OK);
    tsn_cell *cells[] = {&client->global, &client->isolation, &client->current, *overlay};
    for (size_t i = TSN_ARRAY_LEN(cells); i-- > 0;) {
        add(cells[i], &markers[4 + i], TOCSIN_PROCESSOR_EVENT, NULL);
        add(cells[i], &markers[i], TOCSIN_PROCESSOR_ERROR, NULL);
    }
    return client;
}

static void capture_over(tsn_client *client, tsn_cell *overlay, int32_t source, const char *json)
{
    tsn_buf text = kit_json(json);
    tsn_capture capture = {.cell = &client->current,
                           .overlay = overlay,
                           .source = source,
                           .text = tsn_buf_view(&text)};
    ck_assert_int_eq(tsn_pipeline_capture(&capture, NULL), TOCSIN_OK);
    tsn_buf_fini(&text);
}

START_TEST(error_processors_run_first_each_kind_from_the_outermost_layer_in)
{
    tsn_cell *overlay;
    tsn_client *client = open_with_all(&overlay);
    tsn_buf event = TSN_BUF_EMPTY;
    capture_over(client, overlay, TOCSIN_CAPTURE_EXCEPTION, "{'type':'E','value':'v'}");
    kit_event(client, &event);
    kit_expect(&event, "logger", "'1234abcdxy'");
    capture_over(client, overlay, TOCSIN_CAPTURE_MESSAGE, "m");
    kit_event(client, &event);
    kit_expect(&event, "logger", "'abcdxy'");
    capture_over(client, NULL, TOCSIN_CAPTURE_EVENT, "{}");
    kit_event(client, &event);
    kit_expect(&event, "logger", "'abcxy'");
    tsn_buf_fini(&event);
    tsn_cell_release(overlay);
    kit_close(client);
}
END_TEST

START_TEST(an_error_processor_with_a_type_runs_for_that_type_alone)
{
    static marker any = {"*", 0}, io = {"i", 0}, key = {"k", 0};
    tsn_client *client = kit_open("{}");
    add(&client->current, &any, TOCSIN_PROCESSOR_ERROR, NULL);
    add(&client->current, &io, TOCSIN_PROCESSOR_ERROR, "IO\"Error");
    add(&client->current, &key, TOCSIN_PROCESSOR_ERROR, "Key");
    tsn_buf event = TSN_BUF_EMPTY;
    capture_over(client, NULL, TOCSIN_CAPTURE_EXCEPTION, "{'type':'IO\\\"Error','value':'v'}");
    kit_event(client, &event);
    kit_expect(&event, "logger", "'*i'");
    capture_over(client, NULL, TOCSIN_CAPTURE_EXCEPTION, "{'type':'KeyError','value':'v'}");
    kit_event(client, &event);
    kit_expect(&event, "logger", "'*'");
    tsn_buf_fini(&event);
    kit_close(client);
}
END_TEST

START_TEST(the_first_processor_that_drops_is_the_last_that_runs)
{
    static marker first = {"a", TOCSIN_DROP}, second = {"b", 0};
    tsn_client *client = kit_open("{}");
    kit_hook *after = kit_hook_new(mark, &second);
    add(&client->isolation, &first, TOCSIN_PROCESSOR_EVENT, NULL);
    tsn_cell_take_processor(&client->current, &after->hook);
    ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_DROPPED);
    ck_assert_int_eq(after->calls, 0);
    ck_assert_int_eq(kit_lost(client, "event_processor"), 1);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(what_processors_write_is_filled_in_after_them)
{
    static marker one = {"a", 0};
    tsn_client *client = kit_open("{'release':'r1','server_name':'s1'}");
    add(&client->current, &one, TOCSIN_PROCESSOR_EVENT, NULL);
    kit_tag(&client->current, "k", "v");
    ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_OK);
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(client, &event);
    kit_expect(&event, "release", "'r1'");
    kit_expect(&event, "server_name", "'s1'");
    kit_expect(&event, "tags", NULL);
    tsn_buf_fini(&event);
    kit_close(client);
}
END_TEST

/* C9, I6: what a processor sets on a scope is seen by later events. */
static int32_t tag_the_scope(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    return kit_tag(hook->user, "late", "1") == TOCSIN_OK ? TOCSIN_KEEP : TOCSIN_DROP;
}

START_TEST(what_a_processor_sets_on_the_scope_shows_in_the_next_event)
{
    kit_hook *hook = kit_hook_new(tag_the_scope, NULL);
    tsn_client *client = kit_open_hooked("{}", "event_processor", hook);
    hook->user = &client->current;
    tsn_buf event = TSN_BUF_EMPTY;
    kit_message(&client->current, "x");
    kit_event(client, &event);
    kit_expect(&event, "tags", NULL);
    kit_message(&client->current, "x");
    kit_event(client, &event);
    kit_expect(&event, "tags.late", "'1'");
    tsn_buf_fini(&event);
    kit_close(client);
}
END_TEST

/* HND-8: the hook lets go of what it is called for. */
static int32_t release_everything(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    tsn_cell **cell = hook->user;
    tsn_client *client = (*cell)->client;
    tsn_cell_clear(*cell);
    tsn_cell_release(*cell);
    *cell = NULL;
    ck_assert_int_eq(tsn_client_flush(client, 0), TOCSIN_OK);
    return TOCSIN_KEEP;
}

START_TEST(a_processor_may_let_go_of_the_scope_it_runs_on)
{
    static tsn_cell *fork;
    kit_hook *hook = kit_hook_new(release_everything, &fork);
    tsn_client *client = kit_open("{}");
    tsn_cell_fork(&client->current, &fork);
    tsn_cell_take_processor(fork, &hook->hook);
    kit_tag(fork, "k", "v");
    tsn_cell *held = fork; /* as the running call does */
    tsn_cell_retain(held);
    ck_assert_int_eq(kit_message(held, "x"), TOCSIN_OK);
    tsn_cell_release(held);
    ck_assert_ptr_null(fork);
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(client, &event);
    kit_expect(&event, "tags.k", "'v'");
    tsn_buf_fini(&event);
    kit_close(client);
}
END_TEST

static int32_t keep_the_view(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)hint;
    tsn_draft **kept = hook->user;
    tsn_draft_retain(draft);
    *kept = draft;
    return TOCSIN_KEEP;
}

START_TEST(a_view_that_a_processor_kept_cannot_touch_the_event)
{
    tsn_draft *kept = NULL;
    tsn_client *client =
        kit_open_hooked("{}", "event_processor", kit_hook_new(keep_the_view, &kept));
    tsn_draft *event = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{'logger':'l'}");
    ck_assert_ptr_nonnull(kept);
    ck_assert_int_eq(tsn_draft_replace(kept, TSN_LIT("{}")), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tsn_pipeline_submit(kept, TSN_SLICE_ABSENT, NULL), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tsn_pipeline_discard(kept, TSN_SLICE_ABSENT), TOCSIN_E_CLOSED);
    tsn_draft_release(kept);
    ck_assert_int_eq(tsn_pipeline_submit(event, TSN_SLICE_ABSENT, NULL), TOCSIN_OK);
    tsn_draft_release(event);
    kit_close(client);
}
END_TEST

START_TEST(processors_follow_a_fork_and_not_a_merge)
{
    static marker one = {"a", 0};
    _Atomic int freed = 0;
    tsn_client *client = kit_open("{}");
    tsn_cell *from, *fork, *into;
    tsn_cell_new_detached(client, &from);
    tsn_cell_new_detached(client, &into);
    kit_hook *hook = kit_hook_new(mark, &one);
    hook->freed = &freed;
    tsn_cell_take_processor(from, &hook->hook);
    tsn_cell_fork(from, &fork);
    tsn_cell_merge(into, from, true);
    tsn_cell_clear(fork);
    kit_message(into, "x");
    ck_assert_int_eq(hook->calls, 0);
    kit_message(fork, "x");
    ck_assert_int_eq(hook->calls, 1);
    tsn_cell_release(from);
    ck_assert_int_eq(freed, 0);
    tsn_cell_release(fork);
    ck_assert_int_eq(freed, 1);
    tsn_cell_release(into);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        error_processors_run_first_each_kind_from_the_outermost_layer_in,
        an_error_processor_with_a_type_runs_for_that_type_alone,
        the_first_processor_that_drops_is_the_last_that_runs,
        what_processors_write_is_filled_in_after_them,
        what_a_processor_sets_on_the_scope_shows_in_the_next_event,
        a_processor_may_let_go_of_the_scope_it_runs_on,
        a_view_that_a_processor_kept_cannot_touch_the_event,
        processors_follow_a_fork_and_not_a_merge,
    };
    return unit_suite_of("client/processors", tests, TSN_ARRAY_LEN(tests));
}
