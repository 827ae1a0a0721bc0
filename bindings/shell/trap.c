/* tocsin trap: the text of tocsin.sh, for a shell to evaluate. */
#include <stdio.h>

#include "commands.h"
#include "options.h"
#include "say.h"
#include "trap_text.h"

static const sh_option *const tables[] = {NULL};
static const sh_command command = {
    "trap",
    "",
    "Prints what makes bash report how a script fails: eval \"$(tocsin trap)\"",
    "Options for the report go into the array TOCSIN_TRAP_OPTIONS.\n",
    tables,
    false,
    SH_USAGE};

static bool take(void *context, int key, const char *value)
{
    (void)context, (void)key, (void)value;
    return false;
}

int sh_trap(int count, char **words)
{
    int at = sh_options_read(&command, count, words, take, NULL);
    if (at == SH_HELPED) return SH_DONE;
    if (at < 0) return SH_USAGE;
    if (at < count) return sh_misused("it takes no arguments");
    fputs(sh_trap_text, stdout);
    return SH_DONE;
}
