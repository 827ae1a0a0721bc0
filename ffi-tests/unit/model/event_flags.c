/* Feature flags of an event: the layers' merged as if set one after another (scopes: merge; P-40).
 */
#include "event_expect.h"

START_TEST(inner_flags_move_to_the_end)
{
    event_case c = case_bare();
    case_flag(&c, 0, "a", "true");
    case_flag(&c, 0, "b", "false");
    case_flag(&c, 1, "c", "null");
    case_flag(&c, 1, "a", "'x'");
    case_layer(&c, 2);
    case_flag(&c, 3, "c", "1");
    case_write(&c, WHOLE);
    case_expect(&c, "contexts",
                "{'flags':{'values':[{'flag':'b','result':false},{'flag':'a','result':'x'},{'flag':"
                "'c','result':1}]}}");
    case_fini(&c);
}
END_TEST

START_TEST(flags_of_the_layers_replace_the_bodys)
{
    event_case c = case_bare();
    case_body(&c, "{'contexts':{'flags':{'values':[{'flag':'own','result':1}]},'k':{'x':1}}}");
    case_write(&c, WHOLE);
    case_expect(&c, "contexts", "{'k':{'x':1},'flags':{'values':[{'flag':'own','result':1}]}}");
    case_flag(&c, 0, "a", "true");
    case_write(&c, WHOLE);
    case_expect(&c, "contexts", "{'k':{'x':1},'flags':{'values':[{'flag':'a','result':true}]}}");
    case_fini(&c);
}
END_TEST

static size_t count_flags(event_case *c, char first[16])
{
    tsn_slice contexts = tsn_json_get(tsn_buf_view(&c->out), TSN_LIT("contexts"));
    tsn_slice values = tsn_json_get(tsn_json_get(contexts, TSN_LIT("flags")), TSN_LIT("values"));
    tsn_json_walk walk = tsn_json_walk_of(values);
    tsn_slice key;
    tsn_slice flag;
    ck_assert(tsn_json_next(&walk, &key, &flag));
    tsn_slice name = tsn_json_string_body(tsn_json_get(flag, TSN_LIT("flag")));
    snprintf(first, 16, "%.*s", (int)name.len, name.data);
    return tsn_json_count(values);
}

START_TEST(the_hundred_most_recent_are_kept)
{
    for (int count = TSN_FLAGS_MAX - 1; count <= TSN_FLAGS_MAX + 1; count++) {
        event_case c = case_bare();
        char name[16];
        for (int i = 0; i < count; i++) {
            snprintf(name, sizeof name, "f%d", i);
            case_flag(&c, i < 60 ? 0 : 1, name, "1");
        }
        case_write(&c, WHOLE);
        ck_assert_uint_eq(count_flags(&c, name),
                          count > TSN_FLAGS_MAX ? TSN_FLAGS_MAX : (size_t)count);
        ck_assert_str_eq(name, count > TSN_FLAGS_MAX ? "f1" : "f0");
        case_fini(&c);
    }
}
END_TEST

START_TEST(four_full_layers_fit)
{
    event_case c = case_bare();
    char name[16];
    for (size_t layer = 0; layer < TSN_LAYERS_MAX; layer++) {
        for (int i = 0; i < TSN_FLAGS_MAX; i++) {
            snprintf(name, sizeof name, "l%zu.%d", layer, i);
            case_flag(&c, layer, name, "1");
        }
    }
    case_write(&c, WHOLE);
    ck_assert_uint_eq(count_flags(&c, name), TSN_FLAGS_MAX);
    ck_assert_str_eq(name, "l3.0");
    case_fini(&c);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        inner_flags_move_to_the_end,
        flags_of_the_layers_replace_the_bodys,
        the_hundred_most_recent_are_kept,
        four_full_layers_fit,
    };
    return unit_suite_of("event_flags", tests, TSN_ARRAY_LEN(tests));
}
