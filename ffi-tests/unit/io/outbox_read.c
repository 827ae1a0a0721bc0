#include "io/outbox.h"

#include "carry.h"

START_TEST(an_outbox_with_something_in_it_says_what)
{
    tsn_outbox *outbox = outbox_new();
    tsn_buf out = TSN_BUF_EMPTY;
    char want[512];
    tsn_outbox_write_stats(outbox, false, &out);
    unit_expect_buf(&out, "{\"active\":false,\"queue\":{\"items\":0,\"bytes\":0},"
                          "\"categories\":{}}");
    tsn_buf_clear(&out);
    capture(outbox, 0, 2);
    snprintf(want, sizeof want,
             "{\"active\":true,\"queue\":{\"items\":2,\"bytes\":%lld},\"categories\":{\"error\":"
             "{\"captured\":2,\"delivered\":0,\"refused429\":0,\"spooled\":0,\"queued\":2,"
             "\"in_flight\":0,\"discarded\":{}}}}",
             (long long)outbox->queue.bytes);
    tsn_outbox_write_stats(outbox, true, &out);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(the_last_answer_is_told_in_words)
{
    tsn_outbox *outbox = outbox_new();
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert(!tsn_outbox_last_answer(outbox, &out));
    capture(outbox, 0, 3);
    answer(outbox, tsn_outbox_take(outbox), 200);
    ck_assert(tsn_outbox_last_answer(outbox, &out));
    unit_expect_buf(&out, "200");
    tsn_buf_clear(&out);
    answer_with(outbox, tsn_outbox_take(outbox), 403, "X-Sentry-Error", "no such key");
    ck_assert(tsn_outbox_last_answer(outbox, &out));
    unit_expect_buf(&out, "403 no such key");
    tsn_buf_clear(&out);
    answer(outbox, tsn_outbox_take(outbox), 0);
    ck_assert(tsn_outbox_last_answer(outbox, &out));
    unit_expect_buf(&out, "no answer: nothing there");
    tsn_buf_fini(&out);
    tsn_outbox_fini(outbox);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_outbox_with_something_in_it_says_what,
        the_last_answer_is_told_in_words,
    };
    return unit_suite_of("io/outbox_read", tests, sizeof tests / sizeof tests[0]);
}
