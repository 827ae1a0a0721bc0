/* Merge field by field, and clear (scopes: merge, clear). */
#include "scope_kit.h"

#include "base/house.h"
#include "data/limits.h"

/* Each writes a field of the scope that is merged into, or from. */
typedef void (*setter)(tsn_scope **scope);

static void nothing(tsn_scope **scope)
{
    (void)scope;
}

static void tags_left(tsn_scope **scope)
{
    kit_tag(scope, "a", "\"1\"");
    kit_tag(scope, "b", "\"1\"");
}

static void tags_right(tsn_scope **scope)
{
    kit_tag(scope, "b", "\"2\"");
    kit_tag(scope, "c", "\"2\"");
}

static void set_in(tsn_scope **scope, tsn_scope_map map, const char *json)
{
    ck_assert_int_eq(tsn_scope_map_set(scope, map, TSN_LIT("k"), unit_slice(json)), TOCSIN_OK);
}

static void extra_left(tsn_scope **scope)
{
    set_in(scope, TSN_SCOPE_EXTRA, "1");
}

static void extra_right(tsn_scope **scope)
{
    set_in(scope, TSN_SCOPE_EXTRA, "null");
}

static void contexts_left(tsn_scope **scope)
{
    set_in(scope, TSN_SCOPE_CONTEXTS, "{\"a\":1}");
}

static void contexts_right(tsn_scope **scope)
{
    set_in(scope, TSN_SCOPE_CONTEXTS, "{\"b\":1}");
}

static void user_left(tsn_scope **scope)
{
    kit_text(scope, TSN_SCOPE_USER, "{\"id\":\"1\"}");
}

static void user_right(tsn_scope **scope)
{
    kit_text(scope, TSN_SCOPE_USER, "{}");
}

static void request_left(tsn_scope **scope)
{
    kit_text(scope, TSN_SCOPE_REQUEST, "{\"url\":\"l\"}");
}

static void request_right(tsn_scope **scope)
{
    kit_text(scope, TSN_SCOPE_REQUEST, "{\"method\":\"GET\"}");
}

static void origin_of(tsn_scope **scope, const char *json)
{
    tsn_origin *origin;
    ck_assert_int_eq(tsn_origin_new(unit_slice(json), &origin), TOCSIN_OK);
    ck_assert_int_eq(tsn_scope_take_origin(scope, origin), TOCSIN_OK);
}

static void origin_left(tsn_scope **scope)
{
    origin_of(scope, "{\"platform\":\"go\",\"sdk\":{}}");
}

static void origin_right(tsn_scope **scope)
{
    origin_of(scope, "{\"platform\":\"lua\"}");
}

static void level_left(tsn_scope **scope)
{
    ck_assert_int_eq(tsn_scope_set_level(scope, TOCSIN_LEVEL_FATAL), TOCSIN_OK);
}

static void level_right(tsn_scope **scope)
{
    ck_assert_int_eq(tsn_scope_set_level(scope, TOCSIN_LEVEL_DEBUG), TOCSIN_OK);
}

static void fingerprint_left(tsn_scope **scope)
{
    kit_text(scope, TSN_SCOPE_FINGERPRINT, "[\"l\"]");
}

static void fingerprint_right(tsn_scope **scope)
{
    kit_text(scope, TSN_SCOPE_FINGERPRINT, "[]");
}

static void transaction_left(tsn_scope **scope)
{
    kit_transaction(scope, "\"l\"", "\"url\"");
}

static void transaction_right(tsn_scope **scope)
{
    kit_transaction(scope, "\"\"", NULL);
}

static void crumbs_left(tsn_scope **scope)
{
    for (unsigned i = 1; i <= 3; i++) kit_crumb(scope, i, 2);
}

static void crumbs_right(tsn_scope **scope)
{
    for (unsigned i = 4; i <= 7; i++) kit_crumb(scope, i, 2);
}

static void flags_left(tsn_scope **scope)
{
    kit_flag(scope, "\"a\"", "1");
    kit_flag(scope, "\"b\"", "1");
}

static void flags_right(tsn_scope **scope)
{
    kit_flag(scope, "\"c\"", "2");
    kit_flag(scope, "\"a\"", "2");
}

static void attachments_left(tsn_scope **scope)
{
    kit_attachment(scope, "{\"filename\":\"l\"}");
}

static void attachments_right(tsn_scope **scope)
{
    kit_attachment(scope, "{\"filename\":\"l\"}");
    kit_attachment(scope, "{\"filename\":\"r\"}");
}

static void trace_left(tsn_scope **scope)
{
    ck_assert_int_eq(tsn_scope_take_propagation(scope, kit_trace(0x11)), TOCSIN_OK);
}

static void trace_right(tsn_scope **scope)
{
    ck_assert_int_eq(tsn_scope_take_propagation(scope, kit_trace(0x22)), TOCSIN_OK);
}

typedef struct merge_case {
    setter left;
    setter right;
    const char *both;
} merge_case;

#define LEN(n) "\"_meta\":{\"breadcrumbs\":{\"\":{\"len\":" #n "}}}"

static const merge_case cases[] = {
    {tags_left, tags_right, "{\"tags\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"2\"}}"},
    {extra_left, extra_right, "{\"extra\":{\"k\":null}}"},
    {contexts_left, contexts_right, "{\"contexts\":{\"k\":{\"b\":1}}}"},
    {user_left, user_right, "{\"user\":{}}"},
    {request_left, request_right, "{\"request\":{\"method\":\"GET\"}}"},
    {origin_left, origin_right, "{\"origin\":{\"platform\":\"lua\"}}"},
    {level_left, level_right, "{\"level\":\"debug\"}"},
    {fingerprint_left, fingerprint_right, "{\"fingerprint\":[]}"},
    {transaction_left, transaction_right, "{\"transaction\":\"\"}"},
    {transaction_right, transaction_left,
     "{\"transaction\":\"l\",\"transaction_info\":{\"source\":\"url\"}}"},
    {crumbs_left, crumbs_right,
     "{\"breadcrumbs\":{\"values\":[{\"n\":3},{\"n\":6},{\"n\":7}]}," LEN(7) "}"},
    {flags_left, flags_right,
     "{\"flags\":[{\"flag\":\"b\",\"result\":1},{\"flag\":\"c\",\"result\":2},"
     "{\"flag\":\"a\",\"result\":2}]}"},
    {attachments_left, attachments_right, "{\"attachments\":[\"l\",\"l\",\"r\"]}"},
    {trace_left, trace_right,
     "{\"trace\":{\"trace_id\":\"2222222222224222a222222222222222\","
     "\"span_id\":\"2222222222222222\"}}"},
};

static tsn_scope *scope_with(setter set)
{
    tsn_scope *scope = kit_new();
    set(&scope);
    return scope;
}

/* Merges with a limit of 3; `want` NULL: what `like` alone writes. */
static void expect_merged(setter left, setter right, const char *want, setter like)
{
    tsn_scope *into = scope_with(left);
    tsn_scope *from = scope_with(right);
    tsn_scope *only = scope_with(like);
    tsn_buf text = kit_written(only);
    kit_merge(&into, from, 3);
    kit_expect(into, want != NULL ? want : tsn_buf_terminate(&text));
    tsn_buf_fini(&text);
    tsn_scope_release(only);
    tsn_scope_release(from);
    tsn_scope_release(into);
}

START_TEST(each_field_merges_by_its_rule)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(cases); i++) {
        expect_merged(cases[i].left, cases[i].right, cases[i].both, nothing);
        expect_merged(cases[i].left, nothing, NULL, cases[i].left);
        expect_merged(nothing, cases[i].right, NULL, cases[i].right);
    }
}
END_TEST

START_TEST(merging_cuts_at_once_and_counts_what_it_cut)
{
    tsn_scope *into = kit_new();
    tsn_scope *from = kit_new();
    for (unsigned i = 1; i <= 5; i++) kit_crumb(&into, i, 5);
    for (unsigned i = 6; i <= 10; i++) kit_crumb(&from, i, 5);
    kit_merge(&into, from, 2);
    kit_expect(into, "{\"breadcrumbs\":{\"values\":[{\"n\":9},{\"n\":10}]}," LEN(10) "}");
    kit_merge(&into, from, 0);
    kit_expect(into, "{" LEN(15) "}");
    tsn_scope_release(from);
    tsn_scope_release(into);
}
END_TEST

START_TEST(merged_flags_stay_within_one_hundred)
{
    tsn_scope *into = kit_new();
    tsn_scope *from = kit_new();
    for (unsigned i = 0; i < 80; i++) {
        char name[16];
        snprintf(name, sizeof name, "\"l%u\"", i);
        kit_flag(&into, name, "1");
        name[1] = 'r';
        kit_flag(&from, name, "1");
    }
    kit_merge(&into, from, KIT_LIMIT);
    ck_assert_uint_eq(tsn_plist_count(into->flags), TSN_FLAGS_MAX);
    unit_expect_text(tsn_fragment_slice(tsn_plist_at(into->flags, 0)),
                     "{\"flag\":\"l60\",\"result\":1},");
    unit_expect_text(tsn_fragment_slice(tsn_plist_at(into->flags, 99)),
                     "{\"flag\":\"r79\",\"result\":1},");
    tsn_scope_release(from);
    tsn_scope_release(into);
}
END_TEST

static void do_nothing(void *item)
{
    (void)item;
}

static const tsn_plist_kind processor_kind = {do_nothing, do_nothing};

static void add_processor(tsn_scope **scope, int *processor)
{
    ck_assert_int_eq(tsn_scope_take_processor(scope, &processor_kind, processor), TOCSIN_OK);
}

START_TEST(processors_stay_where_they_were_registered)
{
    int left = 0;
    int right = 0;
    tsn_scope *into = kit_new();
    tsn_scope *from = kit_new();
    add_processor(&into, &left);
    add_processor(&from, &right);
    kit_merge(&into, from, KIT_LIMIT);
    ck_assert_uint_eq(tsn_plist_count(into->processors), 1);
    ck_assert_ptr_eq(tsn_plist_at(into->processors, 0), &left);
    tsn_scope_release(from);
    tsn_scope_release(into);
}
END_TEST

START_TEST(a_scope_merges_with_its_own_value)
{
    tsn_scope *scope = kit_full();
    tsn_scope *same = tsn_scope_retain(scope);
    kit_merge(&scope, same, 3);
    kit_expect(same, KIT_FULL_TEXT);
    ck_assert_uint_eq(tsn_pring_count(scope->crumbs), 3);
    ck_assert_uint_eq(tsn_pring_dropped(scope->crumbs), 3);
    ck_assert_uint_eq(tsn_plist_count(scope->attachments), 2);
    ck_assert_uint_eq(tsn_plist_count(scope->flags), 1);
    tsn_scope_release(same);
    tsn_scope_release(scope);
}
END_TEST

#define TRACE_ALONE                                                                                \
    "{\"trace\":{\"trace_id\":\"11111111111141119111111111111111\","                               \
    "\"span_id\":\"1111111111111111\"}}"

START_TEST(clear_keeps_processors_and_the_trace_of_an_outer_scope) /* R12 */
{
    for (int keeps = 0; keeps < 2; keeps++) {
        int processor = 0;
        tsn_scope *scope = kit_full();
        add_processor(&scope, &processor);
        tsn_scope *fork = tsn_scope_retain(scope);
        for (int again = 0; again < 2; again++) { /* M10 */
            ck_assert_int_eq(tsn_scope_clear(&scope, keeps), TOCSIN_OK);
            ck_assert_uint_eq(tsn_plist_count(scope->processors), 1);
            kit_expect(scope, keeps ? TRACE_ALONE : "{}");
        }
        kit_expect(fork, KIT_FULL_TEXT);
        tsn_scope_release(fork);
        tsn_scope_release(scope);
    }
}
END_TEST

static tocsin_status write_merge(tsn_scope **scope)
{
    tsn_scope *from = tsn_scope_new();
    if (from == NULL) return TOCSIN_E_NOMEM;
    tocsin_status st = tsn_scope_map_set(&from, TSN_SCOPE_TAGS, TSN_LIT("x"), TSN_LIT("\"1\""));
    if (st == TOCSIN_OK) st = tsn_scope_set_flag(&from, TSN_LIT("\"x\""), TSN_LIT("1"));
    if (st == TOCSIN_OK) st = tsn_scope_merge(&from, *scope, 3);
    if (st == TOCSIN_OK) st = tsn_scope_merge(scope, from, 3);
    tsn_scope_release(from);
    return st;
}

static tocsin_status write_clear(tsn_scope **scope)
{
    return tsn_scope_clear(scope, false);
}

START_TEST(merge_and_clear_without_memory_change_nothing)
{
    ck_assert_uint_gt(kit_fail_each(write_merge, false), 5);
    ck_assert_uint_gt(kit_fail_each(write_merge, true), 5);
    ck_assert_uint_gt(kit_fail_each(write_clear, false), 0);
    ck_assert_uint_gt(kit_fail_each(write_clear, true), 0);
}
END_TEST

START_TEST(the_right_side_wins) /* M5 */
{
    tsn_scope *a = scope_with(tags_left);
    tsn_scope *b = scope_with(tags_right);
    tsn_scope *ba = tsn_scope_retain(b);
    kit_merge(&ba, a, KIT_LIMIT);
    kit_expect(ba, "{\"tags\":{\"b\":\"1\",\"c\":\"2\",\"a\":\"1\"}}");
    tsn_scope_release(ba);
    tsn_scope_release(b);
    tsn_scope_release(a);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        each_field_merges_by_its_rule,
        merging_cuts_at_once_and_counts_what_it_cut,
        merged_flags_stay_within_one_hundred,
        processors_stay_where_they_were_registered,
        a_scope_merges_with_its_own_value,
        clear_keeps_processors_and_the_trace_of_an_outer_scope,
        merge_and_clear_without_memory_change_nothing,
        the_right_side_wins,
    };
    return unit_suite_of("model/scope_merge", tests, TSN_ARRAY_LEN(tests));
}
