#include "support.h"

#include <string.h>

#include "base/house.h"
#include "wire/envelope_loss.h"

static const tsn_id an_id = {{1}};

/* "eaar": event, two attachments, report; an attachment has 10 bytes more than the last. */
static tsn_envelope envelope_of(const char *items)
{
    static const char bytes[] = "..................................................";
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    size_t len = 10;
    for (; *items != '\0'; items++) {
        tsn_payload json = tsn_payload_borrow(TSN_LIT("{}"));
        tsn_payload data = tsn_payload_borrow((tsn_slice){bytes, len});
        if (*items == 'e') tsn_envelope_take_event(&envelope, &an_id, json);
        if (*items == 'r') tsn_envelope_take_report(&envelope, json);
        if (*items != 'a') continue;
        tsn_envelope_take_attachment(&envelope, TSN_LIT("\"f\""), TSN_SLICE_ABSENT,
                                     TSN_SLICE_ABSENT, data);
        len += 10;
    }
    return envelope;
}

static void expect_items(const tsn_envelope *envelope, const char *want)
{
    char got[16] = "";
    for (size_t i = 0; i < envelope->item_count; i++) {
        tsn_category category = envelope->items[i].category;
        got[i] = category == TSN_CATEGORY_ERROR        ? 'e'
                 : category == TSN_CATEGORY_ATTACHMENT ? 'a'
                                                       : 'r';
    }
    ck_assert_str_eq(got, want);
}

typedef struct limit_row {
    const char *items;
    const char *header;
    const char *left;
    uint64_t errors;
    uint64_t attachment_bytes;
} limit_row;

/* H-13 */
START_TEST(limited_items_leave_one_by_one_and_are_counted)
{
    static const limit_row rows[] = {
        {"eaa", "60:session:key", "eaa", 0, 0},
        {"eaa", "60:error:key", "", 1, 30},
        {"eaa", "60::key", "", 1, 30},
        {"eaa", "60:attachment:key", "e", 0, 30},
        {"eaa", "60:attachment;error:key", "", 1, 30},
        {"eaar", "60:error:key", "r", 1, 30},
        {"eaar", "60::key", "r", 1, 30},
        {"r", "60::key,60:internal:key", "r", 0, 0},
        {"aa", "60:error:key", "aa", 0, 0},
        {"aa", "60:attachment:key", "", 0, 30},
        {"", "60::key", "", 0, 0},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        const limit_row *row = &rows[i];
        tsn_envelope envelope = envelope_of(row->items);
        tsn_ratelimit limits = {{0}, 0};
        tsn_client_report report = {0};
        tsn_ratelimit_apply(&limits, unit_slice(row->header), 0);
        bool is_any_left = tsn_envelope_drop_limited(&envelope, &limits, 59999, &report);
        ck_assert_int_eq(is_any_left, row->left[0] != '\0');
        expect_items(&envelope, row->left);
        const uint64_t *counts = report.counts[TSN_REASON_RATELIMIT_BACKOFF];
        ck_assert_uint_eq(counts[TSN_CATEGORY_ERROR], row->errors);
        ck_assert_uint_eq(counts[TSN_CATEGORY_ATTACHMENT], row->attachment_bytes);
        ck_assert_uint_eq(counts[TSN_CATEGORY_INTERNAL], 0);
        tsn_envelope_fini(&envelope);
    }
}
END_TEST

START_TEST(a_limit_that_is_over_takes_nothing_out)
{
    tsn_envelope envelope = envelope_of("ea");
    tsn_ratelimit limits = {{0}, 0};
    tsn_client_report report = {0};
    tsn_ratelimit_apply(&limits, TSN_LIT("60::key"), 0);
    ck_assert(tsn_envelope_drop_limited(&envelope, &limits, 60000, &report));
    expect_items(&envelope, "ea");
    ck_assert(tsn_client_report_empty(&report));
    tsn_envelope_fini(&envelope);
}
END_TEST

/* Q-19, section 2.3 */
START_TEST(a_lost_envelope_counts_all_but_report_and_session)
{
    tsn_envelope envelope = envelope_of("eaar");
    tsn_client_report report = {0};
    ck_assert_int_eq(tsn_envelope_take_report(&envelope, tsn_payload_borrow(TSN_LIT("{}"))),
                     TOCSIN_OK);
    envelope.items[envelope.item_count - 1].category = TSN_CATEGORY_SESSION;
    tsn_envelope_count_lost(&envelope, TSN_REASON_SEND_ERROR, &report);
    ck_assert_uint_eq(tsn_client_report_count(&report, TSN_REASON_SEND_ERROR, TSN_CATEGORY_ERROR),
                      1);
    ck_assert_uint_eq(
        tsn_client_report_count(&report, TSN_REASON_SEND_ERROR, TSN_CATEGORY_ATTACHMENT), 30);
    ck_assert_uint_eq(tsn_client_report_total(&report, TSN_CATEGORY_SESSION), 0);
    ck_assert_uint_eq(tsn_client_report_total(&report, TSN_CATEGORY_INTERNAL), 0);
    tsn_envelope_fini(&envelope);
}
END_TEST

/* Section 3: attachments go last to first, until the rest fits. */
START_TEST(an_oversize_envelope_gives_up_its_last_attachments)
{
    tsn_envelope small = envelope_of("ear");
    size_t max = tsn_envelope_items_size(&small);
    tsn_envelope_fini(&small);
    for (size_t over = 0; over < 2; over++) {
        tsn_envelope envelope = envelope_of("eaaar");
        tsn_client_report report = {0};
        ck_assert(tsn_envelope_drop_oversize(&envelope, max - over, &report));
        expect_items(&envelope, over == 0 ? "ear" : "er");
        ck_assert_uint_eq(
            tsn_client_report_count(&report, TSN_REASON_INVALID, TSN_CATEGORY_ATTACHMENT),
            over == 0 ? 50 : 60);
        tsn_envelope_fini(&envelope);
    }
}
END_TEST

START_TEST(an_event_too_large_alone_stays_and_is_said_so)
{
    tsn_envelope envelope = envelope_of("ea");
    tsn_client_report report = {0};
    ck_assert(!tsn_envelope_drop_oversize(&envelope, 10, &report));
    expect_items(&envelope, "e");
    ck_assert_uint_eq(tsn_client_report_total(&report, TSN_CATEGORY_ERROR), 0);
    tsn_envelope_fini(&envelope);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        limited_items_leave_one_by_one_and_are_counted,
        a_limit_that_is_over_takes_nothing_out,
        a_lost_envelope_counts_all_but_report_and_session,
        an_oversize_envelope_gives_up_its_last_attachments,
        an_event_too_large_alone_stays_and_is_said_so,
    };
    return unit_suite_of("envelope_loss", tests, TSN_ARRAY_LEN(tests));
}
