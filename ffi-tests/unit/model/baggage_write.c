/* Writing baggage (T-2): whose members stay, how values are spelled, and the limits. */
#include "chance.h"
#include "support.h"

#include "base/house.h"
#include "data/limits.h"
#include "model/baggage.h"

static tsn_buf write_baggage(tsn_slice header, tsn_slice object)
{
    tsn_buf out = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&out, "x:");
    ck_assert_int_eq(tsn_baggage_append(&out, header, object), TOCSIN_OK);
    return out;
}

static tsn_slice value_of(const tsn_buf *out)
{
    return tsn_slice_sub(tsn_buf_view(out), 2, out->len);
}

typedef struct baggage_case {
    const char *header;
    const char *object;
    const char *want;
} baggage_case;

static const baggage_case cases[] = {
    {NULL, "", ""},
    {NULL, "{}", ""},
    {"", "{\"a\":\"b\"}", "sentry-a=b"},
    {NULL, "{\"a\":\"b\",\"c\":\"\"}", "sentry-a=b,sentry-c="},
    {"x=1", "{}", "x=1"},
    {"x=1;p=2; q , y = %20\"z\"", "{\"a\":\"b\"}", "x=1;p=2; q , y = %20\"z\",sentry-a=b"},
    {"sentry-a=old,x=1, sentry-zz=old ,y=2", "{\"a\":\"b\"}", "x=1,y=2,sentry-a=b"},
    {"sentry-a=old", "{}", ""},
    {",x=1,, ,y=2,", "{\"a\":\"b\"}", "x=1,y=2,sentry-a=b"},
    {"mysentry-a=1,Sentry-a=2", "{}", "mysentry-a=1,Sentry-a=2"},
    {NULL, "{\"a b\":\"c,d;e=f%\"}", "sentry-a%20b=c%2Cd%3Be%3Df%25"},
    {NULL, "{\"a\":\"AZaz09-._~\"}", "sentry-a=AZaz09-._~"},
    {NULL, "{\"a\\\"\":\"\\\\\\n\"}", "sentry-a%22=%5C%0A"},
    {NULL, "{\"a\":\"\xc3\xa4\"}", "sentry-a=%C3%A4"},
};

START_TEST(own_members_come_last_and_replace_those_that_were_there) /* T-2 */
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(cases); i++) {
        tsn_buf out = write_baggage(tsn_slice_of(cases[i].header), unit_slice(cases[i].object));
        unit_expect_text(value_of(&out), cases[i].want);
        tsn_buf_fini(&out);
    }
}
END_TEST

static void append_text(tsn_buf *out, char byte, size_t count)
{
    while (count-- > 0) tsn_buf_byte(out, byte);
}

/* `foreign` bytes of one member; 0: none. */
static tsn_buf header_of(size_t foreign)
{
    tsn_buf header = TSN_BUF_EMPTY;
    if (foreign > 0) TSN_BUF_LIT(&header, "f=");
    if (foreign > 0) append_text(&header, 'x', foreign - 2);
    return header;
}

START_TEST(no_member_is_written_beyond_8192_bytes) /* T-2 */
{
    const size_t own = strlen(",sentry-a=1");
    static const struct {
        int room; /* behind the foreign member */
        int count;
    } rooms[] = {{21, 1}, {22, 2}, {23, 2}, {11, 1}, {10, 0}, {0, 0}, {-1, 0}, {-100, 0}};
    for (size_t i = 0; i < TSN_ARRAY_LEN(rooms); i++) {
        tsn_buf header = header_of((size_t)((int)TSN_BAGGAGE_SIZE_MAX - rooms[i].room));
        tsn_buf out = write_baggage(tsn_buf_view(&header), TSN_LIT("{\"a\":\"1\",\"b\":\"2\"}"));
        ck_assert_msg(value_of(&out).len == header.len + (size_t)rooms[i].count * own, "room %d",
                      rooms[i].room);
        ck_assert(tsn_slice_starts_with(value_of(&out), tsn_buf_view(&header)));
        tsn_buf_fini(&header);
        tsn_buf_fini(&out);
    }
}
END_TEST

START_TEST(what_does_not_fit_ends_the_list) /* T-2 */
{
    tsn_buf object = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&object, "{\"a\":\"1\",\"b\":\"");
    append_text(&object, 'x', TSN_BAGGAGE_SIZE_MAX);
    TSN_BUF_LIT(&object, "\",\"c\":\"3\"}");
    tsn_buf out = write_baggage(TSN_SLICE_ABSENT, tsn_buf_view(&object));
    unit_expect_text(value_of(&out), "sentry-a=1");
    tsn_buf_fini(&object);
    tsn_buf_fini(&out);
}
END_TEST

static size_t count_members(tsn_slice value)
{
    size_t count = 0;
    while (!tsn_slice_absent(value)) {
        tsn_slice_split(&value, ',');
        count++;
    }
    return count;
}

START_TEST(there_are_at_most_64_members) /* T-2 */
{
    static const size_t foreign[] = {60, 61, 62, 63, 64, 70};
    for (size_t i = 0; i < TSN_ARRAY_LEN(foreign); i++) {
        tsn_buf header = TSN_BUF_EMPTY;
        TSN_BUF_LIT(&header, "sentry-old=1");
        for (size_t n = 0; n < foreign[i]; n++) tsn_buf_printf(&header, ",f%zu=1", n);
        tsn_buf out =
            write_baggage(tsn_buf_view(&header), TSN_LIT("{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}"));
        size_t want = foreign[i] + 3;
        if (want > TSN_BAGGAGE_MEMBERS_MAX) want = TSN_BAGGAGE_MEMBERS_MAX;
        if (want < foreign[i]) want = foreign[i];
        ck_assert_uint_eq(count_members(value_of(&out)), want);
        tsn_buf_fini(&header);
        tsn_buf_fini(&out);
    }
}
END_TEST

START_TEST(what_is_written_reads_the_same) /* T-2 */
{
    unit_chance chance = unit_chance_begin("baggage");
    for (size_t round = 0; round < unit_rounds(2000); round++) {
        tsn_slice header =
            unit_chance_mutate(&chance, "sentry-a=1,sentry-b%20c=%41;p,x=1", ",;=%20 sentry-\"\\");
        tsn_pmap *members = NULL, *again = NULL;
        ck_assert_int_eq(tsn_baggage_read(header, &members), TOCSIN_OK);
        tsn_buf first = TSN_BUF_EMPTY, second = TSN_BUF_EMPTY, written = TSN_BUF_EMPTY;
        tsn_buf_byte(&first, '{');
        tsn_pmap_write(members, &first);
        if (tsn_pmap_count(members) > 0) tsn_buf_truncate(&first, first.len - 1);
        tsn_buf_byte(&first, '}');
        ck_assert_int_eq(tsn_baggage_append(&written, TSN_SLICE_ABSENT, tsn_buf_view(&first)),
                         TOCSIN_OK);
        ck_assert_int_eq(tsn_baggage_read(tsn_buf_view(&written), &again), TOCSIN_OK);
        tsn_buf_clear(&first);
        tsn_pmap_write(members, &first);
        tsn_pmap_write(again, &second);
        ck_assert_msg(tsn_slice_equal(tsn_buf_view(&first), tsn_buf_view(&second)), "%.*s",
                      (int)header.len, header.data);
        tsn_pmap_release(members);
        tsn_pmap_release(again);
        tsn_buf_fini(&first);
        tsn_buf_fini(&second);
        tsn_buf_fini(&written);
        unit_free_text(header);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        own_members_come_last_and_replace_those_that_were_there,
        no_member_is_written_beyond_8192_bytes,
        what_does_not_fit_ends_the_list,
        there_are_at_most_64_members,
        what_is_written_reads_the_same,
    };
    return unit_suite_of("model/baggage_write", tests, TSN_ARRAY_LEN(tests));
}
