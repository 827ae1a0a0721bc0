/* What tests of event writing look for in what was written. */
#ifndef TSN_UNIT_EVENT_EXPECT_H
#define TSN_UNIT_EVENT_EXPECT_H

#include "event_case.h"

/* The member of the written event must be this; NULL: must not be there. */
static inline void case_expect(event_case *c, const char *key, const char *json)
{
    tsn_slice got = tsn_json_get(tsn_buf_view(&c->out), unit_slice(key));
    if (json == NULL) {
        ck_assert_msg(tsn_slice_absent(got), "%s is %.*s", key, (int)got.len, got.data);
        return;
    }
    tsn_buf want = TSN_BUF_EMPTY;
    case_quote(&want, json);
    tsn_buf_terminate(&want);
    ck_assert_msg(!tsn_slice_absent(got), "no %s, want %s", key, want.data);
    unit_expect_text(got, want.data);
    tsn_buf_fini(&want);
}

/* Writes and looks in one go. */
static inline void case_expect_of(const char *body, unsigned flags, const char *key,
                                  const char *json)
{
    event_case c = case_bare();
    case_body(&c, body);
    case_write(&c, flags);
    case_expect(&c, key, json);
    case_fini(&c);
}

/* The letters of the crumbs that were written. */
static inline void case_expect_crumbs(event_case *c, const char *letters)
{
    tsn_slice crumbs = tsn_json_get(tsn_json_get(tsn_buf_view(&c->out), TSN_LIT("breadcrumbs")),
                                    TSN_LIT("values"));
    tsn_json_walk walk = tsn_json_walk_of(crumbs);
    char got[256] = "";
    tsn_slice key;
    tsn_slice crumb;
    for (size_t i = 0; i + 1 < sizeof got && tsn_json_next(&walk, &key, &crumb); i++) {
        tsn_slice letter = tsn_json_string_body(tsn_json_get(crumb, TSN_LIT("m")));
        got[i] = letter.len == 1 ? letter.data[0] : '?';
    }
    ck_assert_str_eq(got, letters);
}

/* Fails each allocation of a writing in turn: E_NOMEM with `out` as it was, then the same event as
 * without failure. */
static inline void case_sweep_memory(event_case *c, unsigned flags)
{
    tsn_event_parts parts = case_parts(c);
    tsn_buf want = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_event_write(&parts, &c->config, flags, &want), TOCSIN_OK);
    bool is_done = false;
    for (uint64_t nth = 1; !is_done && nth < 10000; nth++) {
        tsn_buf out = TSN_BUF_EMPTY;
        TSN_BUF_LIT(&out, "before");
        tsn_alloc_track(true);
        int64_t live = tsn_alloc_live();
        tsn_alloc_fail_nth(nth, nth % 2 == 0);
        tocsin_status st = tsn_event_write(&parts, &c->config, flags, &out);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        if (st == TOCSIN_OK) {
            ck_assert(tsn_slice_equal(tsn_slice_sub(tsn_buf_view(&out), 6, out.len),
                                      tsn_buf_view(&want)));
        } else {
            ck_assert_int_eq(st, TOCSIN_E_NOMEM);
            unit_expect_buf(&out, "before");
            ck_assert_int_eq(tsn_alloc_live(), live);
        }
        tsn_alloc_track(false);
        is_done = !did_fail;
        ck_assert(!is_done || st == TOCSIN_OK);
        tsn_buf_fini(&out);
    }
    ck_assert(is_done);
    tsn_buf_fini(&want);
}

#endif
