#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "say.h"

enum { ROWS_MAX = 48, KEY_HELP = 'h' };

static const sh_option help_row = {KEY_HELP, "help", NULL, "this text"};

/* The rows of all tables, and --help; how many. */
static int gather(const sh_command *command, const sh_option *rows[ROWS_MAX])
{
    int count = 0;
    for (const sh_option *const *table = command->tables; *table != NULL; table++) {
        for (const sh_option *row = *table; row->name != NULL; row++) {
            if (count < ROWS_MAX - 1) rows[count++] = row;
        }
    }
    rows[count++] = &help_row;
    return count;
}

static void print_row(const sh_option *row)
{
    char left[64];
    const char *value = row->value == NULL ? "" : row->value;
    const char *blank = row->value == NULL ? "" : " ";
    if (row->key < SH_KEY_FIRST) {
        snprintf(left, sizeof left, "-%c, --%s%s%s", row->key, row->name, blank, value);
    } else {
        snprintf(left, sizeof left, "    --%s%s%s", row->name, blank, value);
    }
    printf("  %-29s %s\n", left, row->help);
}

static void print_help(const sh_command *command)
{
    const sh_option *rows[ROWS_MAX];
    int count = gather(command, rows);
    printf("usage: tocsin %s [OPTION]...%s%s\n%s\n\n", command->name,
           *command->arguments == '\0' ? "" : " ", command->arguments, command->summary);
    for (int i = 0; i < count; i++) print_row(rows[i]);
    if (*command->more != '\0') printf("\n%s", command->more);
}

static void fill(const sh_option *const *rows, int count, struct option *longs, char *shorts)
{
    for (int i = 0; i < count; i++) {
        int has_value = rows[i]->value == NULL ? no_argument : required_argument;
        longs[i] = (struct option){rows[i]->name, has_value, NULL, rows[i]->key};
        if (rows[i]->key >= SH_KEY_FIRST) continue;
        *shorts++ = (char)rows[i]->key;
        if (rows[i]->value != NULL) *shorts++ = ':';
    }
    longs[count] = (struct option){0};
    *shorts = '\0';
}

/* What getopt_long did not take. */
static void refuse(const sh_command *command, int key, char **words)
{
    const sh_option *rows[ROWS_MAX];
    const char *word = words[optind - 1];
    const char *name = NULL;
    int count = gather(command, rows);
    for (int i = 0; i < count; i++) {
        if (optopt != 0 && rows[i]->key == optopt) name = rows[i]->name;
    }
    if (key == ':') {
        sh_misused("--%s wants a value", name == NULL ? "?" : name);
    } else if (name != NULL) {
        sh_misused("--%s takes no value", name);
    } else if (optopt != 0 && optopt < SH_KEY_FIRST) {
        sh_misused("there is no option -%c", optopt);
    } else {
        sh_misused("there is no option %s, or several begin so", word);
    }
}

int sh_options_read(const sh_command *command, int count, char **words, sh_take_fn take,
                    void *context)
{
    const sh_option *rows[ROWS_MAX];
    struct option longs[ROWS_MAX + 1];
    char shorts[2 * ROWS_MAX + 3];
    int key;
    int row_count = gather(command, rows);
    char *letters = shorts;
    if (command->stops_at_argument) *letters++ = '+';
    *letters++ = ':';
    fill(rows, row_count, longs, letters);
    sh_say_as(command->name);
    opterr = 0;
    optind = 1;
    while ((key = getopt_long(count, words, shorts, longs, NULL)) != -1) {
        if (key == KEY_HELP) {
            print_help(command);
            return SH_HELPED;
        }
        if (key == '?' || key == ':') {
            refuse(command, key, words);
            return SH_REFUSED;
        }
        if (!take(context, key, optarg)) return SH_REFUSED;
    }
    return optind;
}
