/* tocsin: error reports from the command line and from shell scripts. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "output.h"
#include "process.h"
#include "say.h"

static const struct row {
    const char *name;
    const char *summary;
    sh_command_fn *function;
} commands[] = {
    {"send-event", "send an event: a message, or JSON", sh_send_event},
    {"run", "run a command and send an event if it fails", sh_run},
    {"trap", "make a bash script report its failure", sh_trap},
    {"spool", "list or send what waits on disk", sh_spool},
    {"check", "send a test event and say how that went", sh_check},
    {"version", "print the versions of program and library", sh_version},
};

static int print_help(void)
{
    printf("usage: tocsin COMMAND [OPTION]...\nError reports from the command line.\n\n");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        printf("  %-11s %s\n", commands[i].name, commands[i].summary);
    }
    printf("\ntocsin COMMAND --help tells more.\n");
    return SH_DONE;
}

static int run(int count, char **words)
{
    if (count < 2) return sh_misused("which command?");
    const char *name = words[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        return print_help();
    }
    if (strcmp(name, "--version") == 0) name = "version";
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].name, name) == 0) return commands[i].function(count - 1, words + 1);
    }
    return sh_misused("there is no command %s", name);
}

int main(int count, char **words)
{
    sh_process_prepare();
    int code = run(count, words);
    if (!sh_output_end() && code == SH_DONE) code = SH_UNDELIVERED;
    return code;
}
