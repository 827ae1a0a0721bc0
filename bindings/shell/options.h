/* Options as tables: what getopt_long is given, what --help prints, and what a test compares the
 * manual page with. */
#ifndef SH_OPTIONS_H
#define SH_OPTIONS_H

#include <stdbool.h>

/* Keys of options without a letter; others have their letter as key. */
enum {
    SH_KEY_FIRST = 256,
    SH_KEY_DSN,
    SH_KEY_TIMEOUT,
    SH_KEY_CACHE_DIR,
    SH_KEY_CONTEXT,
    SH_KEY_TRANSACTION,
    SH_KEY_ATTACH,
    SH_KEY_BREADCRUMB,
    SH_KEY_LOGFILE,
    SH_KEY_ENVIRON,
    SH_KEY_NO_ENVIRON,
    SH_KEY_TIMESTAMP,
    SH_KEY_LOGGER,
    SH_KEY_JSON,
    SH_KEY_DIR,
    SH_KEY_NO_STDERR,
    SH_KEY_NO_ARGUMENTS,
};

typedef struct sh_option {
    int key;
    const char *name;  /* NULL ends a table */
    const char *value; /* its name in --help; NULL: takes none */
    const char *help;
} sh_option;

typedef struct sh_command {
    const char *name;
    const char *arguments;
    const char *summary;
    const char *more;               /* lines at the end of --help */
    const sh_option *const *tables; /* ends with NULL */
    bool stops_at_argument;         /* what follows the first argument is another program's */
    int misuse_code;
} sh_command;

/* Takes one option; false: it cannot be taken, which was said. */
typedef bool (*sh_take_fn)(void *context, int key, const char *value);

enum { SH_HELPED = -1, SH_REFUSED = -2 };

/* Gives each option of `words` (the first is skipped) to `take`. The index of the first argument,
 * SH_HELPED or SH_REFUSED. Arguments come to stand behind the options. */
int sh_options_read(const sh_command *command, int count, char **words, sh_take_fn take,
                    void *context);

#endif
