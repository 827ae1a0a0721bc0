/* attach_stacktrace: the caller's frames, the images they lie in, and where they go in an event. */
#include "client_kit.h"

#include "client/own_stack.h"

/* Not inlined, so that it is a frame. */
static __attribute__((noinline)) tocsin_status capture_here(tsn_client *client, int32_t source,
                                                            const char *text)
{
    tocsin_status st = kit_capture(&client->current, source, text, NULL);
    __asm__ volatile("" ::: "memory");
    return st;
}

START_TEST(a_message_has_the_callers_thread)
{
    tsn_client *client = kit_open("{'attach_stacktrace':true}");
    capture_here(client, TOCSIN_CAPTURE_MESSAGE, "x");
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(client, &event);
    kit_expect(&event, "threads.values.0.current", "true");
    kit_expect(&event, "threads.values.0.crashed", "false");
    tsn_slice frames = kit_at(tsn_buf_view(&event), "threads.values.0.stacktrace.frames");
    ck_assert_uint_gt(tsn_json_count(frames), 1);
    ck_assert(!tsn_slice_absent(kit_at(frames, "0.instruction_addr")));
    tsn_slice images = kit_at(tsn_buf_view(&event), "debug_meta.images");
    ck_assert_uint_gt(tsn_json_count(images), 0);
    ck_assert(!tsn_slice_absent(kit_at(images, "0.debug_id")));
    tsn_buf_fini(&event);
    kit_close(client);
}
END_TEST

START_TEST(an_exception_without_frames_gets_them_and_one_with_frames_keeps_its_own)
{
    tsn_client *client = kit_open("{'attach_stacktrace':true}");
    tsn_buf event = TSN_BUF_EMPTY;
    capture_here(client, TOCSIN_CAPTURE_EXCEPTION, "{'type':'E','value':'v'}");
    kit_event(client, &event);
    tsn_slice frames = kit_at(tsn_buf_view(&event), "exception.values.0.stacktrace.frames");
    ck_assert_uint_gt(tsn_json_count(frames), 1);
    kit_expect(&event, "threads", NULL);
    capture_here(client, TOCSIN_CAPTURE_EXCEPTION,
                 "{'type':'E','value':'v','stacktrace':{'frames':[{'function':'f'}]}}");
    kit_event(client, &event);
    frames = kit_at(tsn_buf_view(&event), "exception.values.0.stacktrace.frames");
    ck_assert_uint_eq(tsn_json_count(frames), 1);
    tsn_buf_fini(&event);
    kit_close(client);
}
END_TEST

START_TEST(without_the_option_there_are_no_frames)
{
    tsn_client *client = kit_open("{}");
    capture_here(client, TOCSIN_CAPTURE_MESSAGE, "x");
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(client, &event);
    kit_expect(&event, "threads", NULL);
    kit_expect(&event, "debug_meta", NULL);
    tsn_buf_fini(&event);
    kit_close(client);
}
END_TEST

START_TEST(the_number_of_frames_is_limited)
{
    tsn_client *client = kit_open("{'attach_stacktrace':true,'max_stack_frames':1}");
    tsn_own_stack stack = TSN_OWN_STACK_EMPTY;
    ck_assert_int_eq(tsn_own_stack_take(client->settings, &stack), TOCSIN_OK);
    ck_assert_uint_eq(tsn_json_count(kit_at(tsn_own_stack_trace(&stack), "frames")), 1);
    ck_assert_uint_eq(tsn_json_count(kit_at(tsn_own_stack_threads(&stack), "values")), 1);
    tsn_own_stack_fini(&stack);
    kit_close(client);
}
END_TEST

START_TEST(an_empty_stack_is_absent)
{
    tsn_own_stack stack = TSN_OWN_STACK_EMPTY;
    ck_assert(tsn_slice_absent(tsn_own_stack_trace(&stack)));
    ck_assert(tsn_slice_absent(tsn_own_stack_threads(&stack)));
    ck_assert(tsn_slice_absent(tsn_own_stack_images(&stack)));
}
END_TEST

START_TEST(every_refused_allocation_is_a_status)
{
    tsn_client *client = kit_open("{'attach_stacktrace':true}");
    bool did_fail = true;
    for (uint64_t nth = 1; did_fail; nth++) {
        tsn_own_stack stack = TSN_OWN_STACK_EMPTY;
        tsn_alloc_track(true);
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st = tsn_own_stack_take(client->settings, &stack);
        did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        tsn_own_stack_fini(&stack);
        ck_assert_int_eq(tsn_alloc_live(), 0);
        ck_assert(st == TOCSIN_OK || (did_fail && st == TOCSIN_E_NOMEM));
    }
    tsn_alloc_track(false);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_message_has_the_callers_thread,
        an_exception_without_frames_gets_them_and_one_with_frames_keeps_its_own,
        without_the_option_there_are_no_frames,
        the_number_of_frames_is_limited,
        an_empty_stack_is_absent,
        every_refused_allocation_is_a_status,
    };
    return unit_suite_of("client/own_stack", tests, TSN_ARRAY_LEN(tests));
}
