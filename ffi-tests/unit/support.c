/* What unit tests share. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "chance.h"

#define NIGHTLY 10

#if defined(__SANITIZE_THREAD__)
#define ROUNDS_PART 20
#elif defined(__SANITIZE_ADDRESS__)
#define ROUNDS_PART 5
#else
#define ROUNDS_PART 1
#endif

Suite *unit_suite_of(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *cases = tcase_create(name);
    tcase_set_timeout(cases, 120);
    for (size_t i = 0; i < count; i++) tcase_add_test(cases, tests[i]);
    suite_add_tcase(suite, cases);
    return suite;
}

static bool is_nightly(void)
{
    const char *nightly = getenv("TSN_NIGHTLY");
    return nightly != NULL && strcmp(nightly, "1") == 0;
}

size_t unit_rounds(size_t whole)
{
    if (is_nightly()) whole *= NIGHTLY;
    return (whole + ROUNDS_PART - 1) / ROUNDS_PART;
}

size_t unit_step(unit_chance *chance)
{
    size_t part = is_nightly() ? (ROUNDS_PART + NIGHTLY - 1) / NIGHTLY : ROUNDS_PART;
    return 1 + unit_chance_below(chance, 2 * part - 1);
}

tsn_slice unit_slice(const char *text)
{
    return (tsn_slice){text, strlen(text)};
}

void unit_expect_text(tsn_slice got, const char *want)
{
    if (got.len != strlen(want) || (got.len > 0 && memcmp(got.data, want, got.len) != 0)) {
        ck_abort_msg("got %zu bytes: '%.*s'\nwant %zu bytes: '%s'", got.len, (int)got.len,
                     got.len > 0 ? got.data : "", strlen(want), want);
    }
}

void unit_expect_buf(const tsn_buf *got, const char *want)
{
    ck_assert_msg(!got->failed, "the buffer ran out of memory");
    unit_expect_text((tsn_slice){got->data, got->len}, want);
}
