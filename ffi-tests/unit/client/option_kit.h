/* Generated cases for options: what each row of the table takes and refuses. */
#ifndef TSN_UNIT_OPTION_KIT_H
#define TSN_UNIT_OPTION_KIT_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/option_parse.h"
#include "client/option_table.h"
#include "client/options.h"
#include "client/settings.h"
#include "data/json_text.h"
#include "support.h"

#define LONG_TEXT ((size_t)1 << 20)

/* No variable that an option or a client reads. */
static inline void option_clear_environment(void)
{
    static const char *const others[] = {"SENTRY_SPOTLIGHT", "SENTRY_TRACE", "SENTRY_BAGGAGE",
                                         "SENTRY_USE_ENVIRONMENT"};
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        const tsn_option_row *row = &tsn_option_rows[i];
        for (size_t at = 0; at < 5 && row->environment[at] != NULL; at++) {
            unsetenv(row->environment[at]);
        }
    }
    for (size_t i = 0; i < TSN_ARRAY_LEN(others); i++) unsetenv(others[i]);
}

/* A value that the row takes and that is not its default; lives until the next call. */
static inline tsn_slice option_good(const tsn_option_row *row)
{
    static char memory[64];
    switch (row->type) {
    case TSN_OPTION_BOOL:
        return strcmp(row->standard, "true") == 0 ? TSN_LIT("false") : TSN_LIT("true");
    case TSN_OPTION_INT:
        snprintf(memory, sizeof memory, "%" PRId64, row->max);
        return tsn_slice_of(memory);
    case TSN_OPTION_RATE:
        return TSN_LIT("0.25");
    case TSN_OPTION_LIST:
        return TSN_LIT("[\"one\",\"two\"]");
    case TSN_OPTION_CHOICE: {
        tsn_slice rest = tsn_slice_of(row->choices);
        tsn_slice word = tsn_slice_split(&rest, ' ');
        while (tsn_slice_equal(word, tsn_slice_of(row->standard))) {
            word = tsn_slice_split(&rest, ' ');
        }
        return word;
    }
    case TSN_OPTION_SPOTLIGHT:
        return TSN_LIT("http://spot.example/stream");
    case TSN_OPTION_TRANSPORT:
        return TSN_LIT("pull");
    case TSN_OPTION_TEXT:
        break;
    }
    return tsn_slice_equal(row->key, TSN_LIT("dsn")) ? TSN_LIT("https://key:hush@h.example/1")
                                                     : TSN_LIT("17");
}

/* The effective value of the row, as JSON, of a client opened with `options`. */
static inline tsn_buf option_effective(tsn_options *options, const tsn_option_row *row)
{
    tsn_buf value = TSN_BUF_EMPTY;
    tsn_buf warnings = TSN_BUF_EMPTY;
    tsn_settings *settings = NULL;
    ck_assert_int_eq(tsn_settings_freeze(options, &settings, &warnings), TOCSIN_OK);
    tsn_option_write(row, settings, &value);
    tsn_settings_release(settings);
    tsn_buf_fini(&warnings);
    return value;
}

/* Fails the test unless the options' last problem has `part`. */
static inline void option_expect_problem(tsn_options *options, tsn_slice part)
{
    tsn_buf problem = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_options_problem(options, &problem), TOCSIN_OK);
    ck_assert_msg(tsn_slice_contains(tsn_buf_view(&problem), part), "no '%.*s' in '%.*s'",
                  (int)part.len, part.data, (int)problem.len, problem.data);
    tsn_buf_fini(&problem);
}

static inline bool option_problem_has(tsn_options *options, tsn_slice part)
{
    tsn_buf problem = TSN_BUF_EMPTY;
    tsn_options_problem(options, &problem);
    bool has = tsn_slice_contains(tsn_buf_view(&problem), part);
    tsn_buf_fini(&problem);
    return has;
}

static inline tsn_slice option_long_text(void)
{
    static char memory[LONG_TEXT];
    memset(memory, 'x', sizeof memory);
    return (tsn_slice){memory, sizeof memory};
}

#endif
