/* Names of locales and time zones, and what is not one. */
#include "native/culture.h"

#include <string.h>

#include "base/house.h"
#include "support.h"

typedef struct name_row {
    const char *setting; /* NULL: absent */
    const char *want;
} name_row;

static const name_row locales[] = {
    {NULL, ""},
    {"", ""},
    {"C", ""},
    {"POSIX", ""},
    {"C.UTF-8", ""},
    {"de_DE.UTF-8", "de-DE"},
    {"de_DE@euro", "de-DE"},
    {"de_DE.ISO-8859-15@euro", "de-DE"},
    {"eo", "eo"},
    {"zh-Hant", "zh-Hant"},
    {"/home/alice/locale", ""},
    {"de DE", ""},
    {"\xc3\xa4", ""},
};

static const name_row zones[] = {
    {NULL, ""},
    {"", "UTC"},
    {":", "UTC"},
    {"UTC", "UTC"},
    {"Europe/Berlin", "Europe/Berlin"},
    {":Europe/Berlin", "Europe/Berlin"},
    {"America/Port-au-Prince", "America/Port-au-Prince"},
    {"Etc/GMT+5", "Etc/GMT+5"},
    {"/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"},
    {"../usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"},
    {":/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"},
    {"/usr/share/zoneinfo/", ""},
    {"/usr/share/zoneinfo//etc/x", ""},
    {"CET-1CEST,M3.5.0,M10.5.0/3", ""},
    {"/home/alice/zone", ""},
    {"../alice/zone", ""},
};

static void expect_name(const tsn_culture_name *name, const char *want)
{
    unit_expect_text((tsn_slice){name->text, name->len}, want);
}

START_TEST(rows_of_locales)
{
    tsn_culture_name name;
    tsn_culture_locale(tsn_slice_of(locales[_i].setting), &name);
    expect_name(&name, locales[_i].want);
}
END_TEST

START_TEST(rows_of_time_zones)
{
    tsn_culture_name name;
    tsn_culture_timezone(tsn_slice_of(zones[_i].setting), &name);
    expect_name(&name, zones[_i].want);
}
END_TEST

START_TEST(longest_name_and_one_more)
{
    char text[TSN_CULTURE_NAME_MAX + 1];
    tsn_culture_name name;
    memset(text, 'a', sizeof text);
    tsn_culture_locale((tsn_slice){text, TSN_CULTURE_NAME_MAX}, &name);
    ck_assert_uint_eq(name.len, TSN_CULTURE_NAME_MAX);
    tsn_culture_locale((tsn_slice){text, TSN_CULTURE_NAME_MAX + 1}, &name);
    ck_assert_uint_eq(name.len, 0);
    tsn_culture_timezone((tsn_slice){text, TSN_CULTURE_NAME_MAX + 1}, &name);
    ck_assert_uint_eq(name.len, 0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite = suite_create("native/culture");
    TCase *cases = tcase_create("native/culture");
    tcase_add_loop_test(cases, rows_of_locales, 0, (int)TSN_ARRAY_LEN(locales));
    tcase_add_loop_test(cases, rows_of_time_zones, 0, (int)TSN_ARRAY_LEN(zones));
    tcase_add_test(cases, longest_name_and_one_more);
    suite_add_tcase(suite, cases);
    return suite;
}
