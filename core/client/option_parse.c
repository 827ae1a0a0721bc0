/* One reader for each type. A problem is a sentence for people: key, value, what is allowed. */
#include "client/option_parse.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "data/json_text.h"
#include "data/json_walk.h"

#define SHOWN_MAX 60 /* bytes of a value in a message */

static void *field(const tsn_option_row *row, tsn_settings *settings)
{
    return (char *)settings + row->offset;
}

static const void *const_field(const tsn_option_row *row, const tsn_settings *settings)
{
    return (const char *)settings + row->offset;
}

/* The URL of a Spotlight server only if somebody's name or password may be in it. */
static bool is_secret(const tsn_option_row *row, tsn_slice text)
{
    if (row->type == TSN_OPTION_SPOTLIGHT) return tsn_slice_contains(text, TSN_LIT("@"));
    return (row->flags & TSN_OPTION_SECRET) != 0;
}

/* key: 'value' */
static void blame(const tsn_option_row *row, tsn_slice text, tsn_buf *problem)
{
    tsn_buf_slice(problem, row->key);
    TSN_BUF_LIT(problem, ": ");
    if (is_secret(row, text)) {
        TSN_BUF_LIT(problem, "the value");
        return;
    }
    tsn_slice shown = tsn_slice_sub(text, 0, tsn_utf8_floor(text, SHOWN_MAX));
    tsn_buf_byte(problem, '\'');
    tsn_utf8_append_repaired(problem, shown);
    tsn_buf_slice(problem, shown.len < text.len ? TSN_LIT("...'") : TSN_LIT("'"));
}

static char *copy_text(tsn_slice text)
{
    tsn_buf copy = TSN_BUF_EMPTY;
    tsn_utf8_append_repaired(&copy, text);
    if (tsn_buf_terminate(&copy) != NULL) return copy.data;
    tsn_buf_fini(&copy);
    return NULL;
}

static bool is_too_long(const tsn_option_row *row, tsn_slice text)
{
    return row->max > 0 && text.len > (size_t)row->max;
}

static tocsin_status refuse_length(const tsn_option_row *row, tsn_slice text, tsn_buf *problem)
{
    blame(row, text, problem);
    tsn_buf_printf(problem, " is longer than %" PRId64 " bytes", row->max);
    return TOCSIN_E_RANGE;
}

static tocsin_status store_text(const tsn_option_row *row, tsn_slice text, tsn_settings *settings)
{
    char *copy = copy_text(text);
    if (copy == NULL) return TOCSIN_E_NOMEM;
    char **at = field(row, settings);
    tsn_free(*at);
    *at = copy;
    return TOCSIN_OK;
}

static bool is_made_of(tsn_slice text, const char *allowed)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\0' || strchr(allowed, text.data[i]) == NULL) return false;
    }
    return text.len > 0;
}

#define DIGITS "0123456789"
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-" DIGITS

static tocsin_status parse_text(const tsn_option_row *row, tsn_slice text, tsn_settings *settings,
                                tsn_buf *problem)
{
    if (is_too_long(row, text)) return refuse_length(row, text, problem);
    if ((row->flags & TSN_OPTION_DIGITS) != 0 && !is_made_of(text, DIGITS)) {
        blame(row, text, problem);
        TSN_BUF_LIT(problem, " is not a number of digits alone");
        return TOCSIN_E_TYPE;
    }
    if ((row->flags & TSN_OPTION_PLAIN_NAME) != 0 &&
        (!is_made_of(text, NAME_BYTES) || tsn_slice_starts_with(text, TSN_LIT("sentry")))) {
        blame(row, text, problem);
        TSN_BUF_LIT(problem, " is not a name of letters, digits, '.', '_' and '-' that does not "
                             "begin with \"sentry\"");
        return TOCSIN_E_RANGE;
    }
    return store_text(row, text, settings);
}

static tocsin_status parse_bool(const tsn_option_row *row, tsn_slice text, tsn_settings *settings,
                                tsn_buf *problem)
{
    if (tsn_settings_read_bool(text, field(row, settings))) return TOCSIN_OK;
    blame(row, text, problem);
    TSN_BUF_LIT(problem, " is neither true (1 t y yes on) nor false (0 f n no off)");
    return TOCSIN_E_TYPE;
}

static tocsin_status parse_int(const tsn_option_row *row, tsn_slice text, tsn_settings *settings,
                               tsn_buf *problem)
{
    int64_t value;
    if (!tsn_slice_to_i64(tsn_slice_trim(text), &value)) {
        blame(row, text, problem);
        TSN_BUF_LIT(problem, " is not an integer of 64 bits");
        return TOCSIN_E_TYPE;
    }
    bool is_zero = value == 0 && (row->flags & TSN_OPTION_ZERO_COUNTS) != 0;
    if (!is_zero && (value < row->min || value > row->max)) {
        blame(row, text, problem);
        TSN_BUF_LIT(problem, " is outside ");
        if ((row->flags & TSN_OPTION_ZERO_COUNTS) != 0) TSN_BUF_LIT(problem, "0 or ");
        if (row->min == INT64_MIN) {
            tsn_buf_printf(problem, "what is allowed, at most %" PRId64, row->max);
        } else {
            tsn_buf_printf(problem, "%" PRId64 " to %" PRId64, row->min, row->max);
        }
        return TOCSIN_E_RANGE;
    }
    *(int64_t *)field(row, settings) = value;
    return TOCSIN_OK;
}

static tocsin_status parse_rate(const tsn_option_row *row, tsn_slice text, tsn_settings *settings,
                                tsn_buf *problem)
{
    tsn_buf number = TSN_BUF_EMPTY;
    double value = 0;
    tocsin_status st =
        tsn_json_normalise(tsn_slice_trim(text), TSN_JSON_ONLY(TSN_JSON_NUMBER), 0, &number, NULL);
    if (st >= 0 && !tsn_json_to_double(tsn_buf_view(&number), &value)) st = TOCSIN_E_TYPE;
    tsn_buf_fini(&number);
    if (st == TOCSIN_E_NOMEM) return st;
    if (st >= 0 && value >= 0 && value <= 1) {
        *(double *)field(row, settings) = value;
        return TOCSIN_OK;
    }
    blame(row, text, problem);
    TSN_BUF_LIT(problem, " is not a number from 0 to 1");
    return st < 0 ? TOCSIN_E_TYPE : TOCSIN_E_RANGE;
}

static void list_fini(tsn_text_list *list)
{
    tsn_free(list->items);
    tsn_free(list->memory);
    *list = (tsn_text_list){NULL, 0, NULL};
}

/* The texts of a canonical array; false: one is no text, or no memory (then `*list` has none). */
static tocsin_status read_list(tsn_slice array, tsn_text_list *list)
{
    tsn_json_walk walk = tsn_json_walk_of(array);
    tsn_slice key, value;
    *list = (tsn_text_list){NULL, 0, NULL};
    list->items = tsn_alloc_array(tsn_json_count(array) + 1, sizeof *list->items);
    list->memory = tsn_alloc(array.len + 1); /* decoding never makes text longer */
    if (list->items == NULL || list->memory == NULL) return TOCSIN_E_NOMEM;
    size_t used = 0;
    tsn_buf text = TSN_BUF_EMPTY;
    tocsin_status st = TOCSIN_OK;
    while (st == TOCSIN_OK && tsn_json_next(&walk, &key, &value)) {
        tsn_buf_clear(&text);
        tsn_json_decode(value, &text);
        st = tsn_json_is(value, TSN_JSON_STRING) ? tsn_buf_status(&text) : TOCSIN_E_TYPE;
        if (st < 0) break;
        if (text.len > 0) memcpy(list->memory + used, text.data, text.len);
        list->items[list->count++] = (tsn_slice){list->memory + used, text.len};
        used += text.len;
    }
    tsn_buf_fini(&text);
    return st;
}

static tocsin_status parse_list(const tsn_option_row *row, tsn_slice text, tsn_settings *settings,
                                tsn_buf *problem)
{
    tsn_buf array = TSN_BUF_EMPTY;
    tsn_text_list list = {NULL, 0, NULL};
    tocsin_status st = tsn_json_normalise(text, TSN_JSON_ONLY(TSN_JSON_ARRAY), 0, &array, NULL);
    if (st >= 0) st = read_list(tsn_buf_view(&array), &list);
    tsn_buf_fini(&array);
    if (st >= 0) {
        list_fini(field(row, settings));
        *(tsn_text_list *)field(row, settings) = list;
        return TOCSIN_OK;
    }
    list_fini(&list);
    if (st == TOCSIN_E_NOMEM) return st;
    blame(row, text, problem);
    TSN_BUF_LIT(problem, " is not a JSON list of texts, as in [\"a\",\"b\"]");
    return TOCSIN_E_TYPE;
}

static tocsin_status parse_choice(const tsn_option_row *row, tsn_slice text, tsn_settings *settings,
                                  tsn_buf *problem)
{
    if (tsn_option_has_choice(row, text)) return store_text(row, text, settings);
    blame(row, text, problem);
    tsn_buf_printf(problem, " is none of: %s", row->choices);
    return TOCSIN_E_RANGE;
}

bool tsn_option_is_web_url(tsn_slice text)
{
    static const tsn_slice schemes[] = {TSN_LIT_INIT("http://"), TSN_LIT_INIT("https://")};
    for (size_t i = 0; i < TSN_ARRAY_LEN(schemes); i++) {
        if (tsn_slice_starts_with(text, schemes[i])) return text.len > schemes[i].len;
    }
    return false;
}

static tocsin_status parse_spotlight(const tsn_option_row *row, tsn_slice text,
                                     tsn_settings *settings, tsn_buf *problem)
{
    bool is_on;
    if (tsn_settings_read_bool(text, &is_on)) {
        return store_text(row, is_on ? TSN_LIT("true") : TSN_LIT("false"), settings);
    }
    if (is_too_long(row, text)) return refuse_length(row, text, problem);
    if (tsn_option_is_web_url(text)) return store_text(row, text, settings);
    blame(row, text, problem);
    TSN_BUF_LIT(problem, " is neither true, false nor a URL of http or https");
    return TOCSIN_E_RANGE;
}

static tocsin_status parse_transport(const tsn_option_row *row, tsn_slice text,
                                     tsn_settings *settings, tsn_buf *problem)
{
    if (is_too_long(row, text)) return refuse_length(row, text, problem);
    bool is_file = tsn_slice_starts_with(text, TSN_LIT("file:")) && text.len > strlen("file:");
    if (is_file || tsn_slice_equal(text, TSN_LIT("http")) ||
        tsn_slice_equal(text, TSN_LIT("stdout")) || tsn_slice_equal(text, TSN_LIT("pull"))) {
        return store_text(row, text, settings);
    }
    blame(row, text, problem);
    TSN_BUF_LIT(problem, " is none of: http stdout file:PATH pull");
    return TOCSIN_E_RANGE;
}

tocsin_status tsn_option_parse(const tsn_option_row *row, tsn_slice text, tsn_settings *settings,
                               tsn_buf *problem)
{
    static tocsin_status (*const readers[])(const tsn_option_row *, tsn_slice, tsn_settings *,
                                            tsn_buf *) = {
        [TSN_OPTION_TEXT] = parse_text,
        [TSN_OPTION_BOOL] = parse_bool,
        [TSN_OPTION_INT] = parse_int,
        [TSN_OPTION_RATE] = parse_rate,
        [TSN_OPTION_LIST] = parse_list,
        [TSN_OPTION_CHOICE] = parse_choice,
        [TSN_OPTION_SPOTLIGHT] = parse_spotlight,
        [TSN_OPTION_TRANSPORT] = parse_transport,
    };
    return readers[row->type](row, text, settings, problem);
}

static bool is_kept_as_text(tsn_option_type type)
{
    return type == TSN_OPTION_TEXT || type == TSN_OPTION_CHOICE || type == TSN_OPTION_SPOTLIGHT ||
           type == TSN_OPTION_TRANSPORT;
}

void tsn_option_clear(const tsn_option_row *row, tsn_settings *settings)
{
    if (row->type == TSN_OPTION_LIST) list_fini(field(row, settings));
    if (!is_kept_as_text(row->type)) return;
    char **at = field(row, settings);
    tsn_free(*at);
    *at = NULL;
}

static void write_list(const tsn_text_list *list, tsn_buf *out)
{
    if (list->items == NULL) {
        TSN_BUF_LIT(out, "null");
        return;
    }
    tsn_buf_byte(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        tsn_json_append_comma(out);
        tsn_json_append_string(out, list->items[i]);
    }
    tsn_buf_byte(out, ']');
}

static void write_rate(double rate, tsn_buf *out)
{
    int64_t millionths = (int64_t)(rate * 1000000 + 0.5);
    tsn_buf_printf(out, "%d.%06d", (int)(millionths / 1000000), (int)(millionths % 1000000));
}

void tsn_option_write(const tsn_option_row *row, const tsn_settings *settings, tsn_buf *out)
{
    const void *at = const_field(row, settings);
    if (is_kept_as_text(row->type)) {
        const char *text = *(char *const *)at;
        if (text == NULL) {
            TSN_BUF_LIT(out, "null");
        } else if (is_secret(row, tsn_slice_of(text))) {
            tsn_buf_slice(out, text[0] == '\0' ? TSN_LIT("\"\"") : TSN_LIT("\"[Filtered]\""));
        } else {
            tsn_json_append_string(out, tsn_slice_of(text));
        }
    } else if (row->type == TSN_OPTION_BOOL) {
        tsn_buf_slice(out, *(const bool *)at ? TSN_LIT("true") : TSN_LIT("false"));
    } else if (row->type == TSN_OPTION_INT) {
        tsn_buf_i64(out, *(const int64_t *)at);
    } else if (row->type == TSN_OPTION_RATE) {
        write_rate(*(const double *)at, out);
    } else {
        write_list(at, out);
    }
}
