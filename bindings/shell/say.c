#include "say.h"

#include <stdarg.h>
#include <stdio.h>

#include <tocsin/version.h>

static const char *said_as = ""; /* the program has one thread of its own */

void sh_say_as(const char *command)
{
    said_as = command;
}

static void say_head(void)
{
    fprintf(stderr, "tocsin%s%s: ", *said_as == '\0' ? "" : " ", said_as);
}

void sh_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_head();
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

int sh_misused(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_head();
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "; see tocsin %s%s--help\n", said_as, *said_as == '\0' ? "" : " ");
    va_end(arguments);
    return SH_USAGE;
}

void sh_say_status(const char *what, tocsin_status status)
{
    char sentence[300];
    tocsin_status_text(status, sentence, sizeof sentence);
    sh_say("%s: %s", what, sentence);
}
