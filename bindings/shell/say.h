/* What is said to people, on standard error, and the codes to end with. */
#ifndef SH_SAY_H
#define SH_SAY_H

#include <tocsin/types.h>

enum {
    SH_DONE = 0,
    SH_UNDELIVERED = 1,
    SH_USAGE = 2,
    SH_INACTIVE = 3,
    SH_STORED = 4,
    SH_DROPPED = 5,
    SH_RUN_USAGE = 125, /* of `run`, whose other codes are the command's */
};

/* Names the command that complaints are about; the text is borrowed. */
void sh_say_as(const char *command);
/* "tocsin COMMAND: ...", one line. */
__attribute__((format(printf, 1, 2))) void sh_say(const char *format, ...);
/* The same, for a mistake of whoever calls; SH_USAGE. */
__attribute__((format(printf, 1, 2))) int sh_misused(const char *format, ...);
/* "WHAT: what the status means". */
void sh_say_status(const char *what, tocsin_status status);

#endif
