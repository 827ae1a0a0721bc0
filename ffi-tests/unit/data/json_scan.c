#include "support.h"

#include "base/house.h"
#include "data/json_scan.h"

#include "chance.h"

#define LEN_MAX 47

typedef const char *(*skip_fn)(const char *at, const char *end);

static bool is_unquoted(char byte)
{
    return byte != '"' && byte != '\\';
}

static bool is_plain(char byte)
{
    unsigned char value = (unsigned char)byte;
    return value >= 0x20 && value < 0x80 && is_unquoted(byte);
}

static bool is_digit(char byte)
{
    return byte != '\0' && strchr("0123456789", byte) != NULL;
}

/* Every byte at every place of texts of every length up to two blocks, a word and a rest; what
 * follows the first stop may be anything. */
static void check_skip(skip_fn skip, bool (*belongs)(char byte), char filler)
{
    unit_chance chance = unit_chance_begin("json scan");
    for (size_t len = 0; len <= LEN_MAX; len++) {
        for (size_t at = 0; at < len; at++) {
            for (int byte = 0; byte < 256; byte++) {
                char text[LEN_MAX];
                memset(text, filler, sizeof text);
                text[at] = (char)byte;
                for (size_t i = at + 1; i < len; i++) text[i] = (char)unit_chance_next(&chance);
                size_t want = 0;
                while (want < len && belongs(text[want])) want++;
                tsn_slice exact = unit_exact_copy(text, len);
                size_t got = (size_t)(skip(exact.data, exact.data + len) - exact.data);
                ck_assert_msg(got == want, "len %zu, byte %d at %zu: %zu", len, byte, at, got);
                unit_free_text(exact);
            }
        }
    }
}

START_TEST(plain_runs_end_where_they_should)
{
    check_skip(tsn_json_skip_plain, is_plain, 'x');
}
END_TEST

START_TEST(unquoted_runs_end_where_they_should)
{
    check_skip(tsn_json_skip_unquoted, is_unquoted, '\xff');
}
END_TEST

START_TEST(digit_runs_end_where_they_should)
{
    check_skip(tsn_json_skip_digits, is_digit, '7');
}
END_TEST

START_TEST(a_body_ends_at_the_quote_that_is_not_escaped)
{
    static const struct {
        const char *text;
        size_t len;
    } rows[] = {{"\"", 0},       {"a\"b", 1},       {"\\\"\"", 2},
                {"\\\\\"\"", 2}, {"\\\\\\\"\"", 4}, {"long enough \\\" body\"", 19}};
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_slice text = unit_slice(rows[i].text);
        ck_assert_ptr_eq(tsn_json_skip_body(text.data, text.data + text.len),
                         text.data + rows[i].len);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        plain_runs_end_where_they_should,
        unquoted_runs_end_where_they_should,
        digit_runs_end_where_they_should,
        a_body_ends_at_the_quote_that_is_not_escaped,
    };
    return unit_suite_of("data/json_scan", tests, TSN_ARRAY_LEN(tests));
}
