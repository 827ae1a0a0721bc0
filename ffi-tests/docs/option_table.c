/* Prints the library's table of options, a row a line, as the cells of docs/options.md. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/option_table.h"

static const char *const types[] = {
    [TSN_OPTION_TEXT] = "text",
    [TSN_OPTION_BOOL] = "yes or no",
    [TSN_OPTION_INT] = "integer",
    [TSN_OPTION_RATE] = "number",
    [TSN_OPTION_LIST] = "list",
    [TSN_OPTION_CHOICE] = "choice",
    [TSN_OPTION_SPOTLIGHT] = "yes, no or URL",
    [TSN_OPTION_TRANSPORT] = "choice",
};

static void print_choices(const char *words)
{
    for (const char *at = words; *at != '\0';) {
        size_t len = strcspn(at, " ");
        printf("%s`%.*s`", at == words ? "" : " ", (int)len, at);
        at += len + (at[len] == ' ');
    }
}

static void print_text_limits(const tsn_option_row *row)
{
    if (row->max != 0) printf("%" PRId64 " bytes", row->max);
    if ((row->flags & TSN_OPTION_DIGITS) != 0) printf(" of `0-9`");
    if ((row->flags & TSN_OPTION_PLAIN_NAME) != 0) printf(" of `A-Z a-z 0-9 . _ -`");
}

static void print_limits(const tsn_option_row *row)
{
    if (row->type == TSN_OPTION_RATE) printf("0 to 1");
    if (row->type == TSN_OPTION_CHOICE) print_choices(row->choices);
    if (row->type == TSN_OPTION_TRANSPORT) print_choices("http stdout file:PATH pull");
    if (row->type == TSN_OPTION_TEXT) print_text_limits(row);
    if (row->type != TSN_OPTION_INT) return;
    if ((row->flags & TSN_OPTION_ZERO_COUNTS) != 0) printf("0 or ");
    if (row->min == INT64_MIN) {
        printf("up to %" PRId64, row->max);
    } else {
        printf("%" PRId64 " to %" PRId64, row->min, row->max);
    }
}

static void print_row(const tsn_option_row *row)
{
    printf("`%.*s` | %s | ", (int)row->key.len, row->key.data, types[row->type]);
    if (row->standard == NULL) {
        printf("unset");
    } else {
        printf("`%s`", row->standard);
    }
    printf(" | ");
    print_limits(row);
    printf(" | ");
    for (size_t i = 0; i < 5 && row->environment[i] != NULL; i++) {
        printf("%s`%s`", i == 0 ? "" : ", ", row->environment[i]);
    }
    printf("\n");
}

int main(void)
{
    for (size_t i = 0; i < tsn_option_row_count; i++) print_row(&tsn_option_rows[i]);
    return 0;
}
