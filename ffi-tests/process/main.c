/* usage: process CASE DSN JOURNAL [COUNT]     plays one case; `run` judges what came of it
 *        process --list                       the cases */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stage.h"

static const stage_case *const families[] = {
    stage_storm_cases, stage_fork_cases, stage_exec_cases, stage_exit_cases, stage_signal_cases,
};

static const stage_case *find(const char *name)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        for (const stage_case *one = families[i]; one->name != NULL; one++) {
            if (strcmp(one->name, name) == 0) return one;
        }
    }
    return NULL;
}

static void list(void)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        for (const stage_case *one = families[i]; one->name != NULL; one++) puts(one->name);
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        list();
        return 0;
    }
    const stage_case *one = argc >= 4 ? find(argv[1]) : NULL;
    if (one == NULL) {
        fputs("usage: process CASE DSN JOURNAL [COUNT]\n", stderr);
        return 2;
    }
    stage_dsn = argv[2];
    stage_journal_open(argv[3]);
    stage_count = argc > 4 ? strtol(argv[4], NULL, 10) : 0;
    one->run();
    return 0;
}
