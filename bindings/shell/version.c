/* tocsin version */
#include <stdio.h>

#include <tocsin/version.h>

#include "commands.h"
#include "options.h"
#include "say.h"

static const sh_option *const tables[] = {NULL};
static const sh_command command = {
    "version", "", "Prints the versions of program and library.", "", tables, false, SH_USAGE};

static bool take(void *context, int key, const char *value)
{
    (void)context, (void)key, (void)value;
    return false;
}

int sh_version(int count, char **words)
{
    char version[64];
    int at = sh_options_read(&command, count, words, take, NULL);
    if (at == SH_HELPED) return SH_DONE;
    if (at < 0) return SH_USAGE;
    if (at < count) return sh_misused("it takes no arguments");
    tocsin_version(version, sizeof version);
    printf("tocsin %s (libtocsin %s, ABI %d)\n", SH_VERSION, version, (int)tocsin_abi_version());
    return SH_DONE;
}
