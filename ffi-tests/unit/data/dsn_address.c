/* Which URLs lead to the DSN's own server. */
#include "chance.h"
#include "support.h"

#include "base/house.h"
#include "data/dsn.h"

typedef struct address_case {
    const char *dsn;
    const char *url;
    bool is_at;
} address_case;

static const address_case addresses[] = {
    {"https://k@h.example/1", "https://h.example/api", true},
    {"https://k@h.example/1", "https://h.example", true},
    {"https://k@h.example/1", " HTTPS://H.Example:443?x#y", true},
    {"https://k@h.example/1", "https://user:pw@h.example/", true},
    {"https://k@h.example/1", "https://a@b@h.example./", true},
    {"https://k@h.example/1", "//h.example/x", true},
    {"https://k@h.example/1", "h.example/x", true},
    {"https://k@h.example./1", "https://h.example/x", true},
    {"https://k@h.example/1", "https://h.example./x", true},
    {"https://k@h.example./1", "https://h.example./x", true},
    {"https://k@h.example/1", "h.example", true},
    {"https://k@h.example/1", "other://h.example/", true},
    {"https://k@h.example/1", "https://h.example:/", true},
    {"https://k@h.example/1", "http://h.example/", false},
    {"https://k@h.example/1", "https://h.example:8443/", false},
    {"https://k@h.example/1", "https://www.h.example/", false},
    {"https://k@h.example/1", "https://h.example.org/", false},
    {"https://k@h.example/1", "https://shop.example/?to=https://h.example/", false},
    {"https://k@h.example/1", "https://h.example@shop.example/", false},
    {"https://k@h.example/1", "https://h.example:443x/", true},
    {"https://k@h.example/1", "https://[::1]x/", false},
    {"https://k@h.example/1", "", false},
    {"https://k@h.example/1", "https://", false},
    {"http://k@127.0.0.1:9000/1", "http://127.0.0.1:9000/x", true},
    {"http://k@127.0.0.1:9000/1", "http://127.0.0.1:3000/x", false},
    {"http://k@127.0.0.1:9000/1", "http://127.0.0.1/x", false},
    {"http://k@[2001:DB8::1]/1", "http://[2001:db8::1]:80/x", true},
    {"http://k@[2001:DB8::1]/1", "http://[2001:db8::2]/x", false},
};

START_TEST(an_address_is_the_dsns_by_host_and_port) /* T-4 */
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(addresses); i++) {
        tsn_dsn dsn;
        ck_assert_int_eq(tsn_dsn_parse(&dsn, unit_slice(addresses[i].dsn), NULL), TOCSIN_OK);
        ck_assert_msg(tsn_dsn_is_at(&dsn, unit_slice(addresses[i].url)) == addresses[i].is_at, "%s",
                      addresses[i].url);
        tsn_dsn_fini(&dsn);
    }
}
END_TEST

START_TEST(any_text_is_answered)
{
    unit_chance chance = unit_chance_begin("dsn_address");
    tsn_dsn dsn;
    ck_assert_int_eq(tsn_dsn_parse(&dsn, TSN_LIT("https://k@[::1]:8443/1"), NULL), TOCSIN_OK);
    for (size_t round = 0; round < unit_rounds(20000); round++) {
        tsn_slice url =
            unit_chance_mutate(&chance, "https://u:p@[::1]:8443/x?y#z", "/:@?#[]. \r\n\x80");
        (void)tsn_dsn_is_at(&dsn, url);
        unit_free_text(url);
    }
    tsn_dsn_fini(&dsn);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {an_address_is_the_dsns_by_host_and_port, any_text_is_answered};
    return unit_suite_of("data/dsn_address", tests, TSN_ARRAY_LEN(tests));
}
