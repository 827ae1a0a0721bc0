#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "say.h"

void sh_output_line(const char *line)
{
    puts(line);
}

bool sh_output_end(void)
{
    bool had_trouble = ferror(stdout) != 0;
    if (fflush(stdout) == 0 && !had_trouble) return true;
    sh_say("cannot write to standard output: %s", strerror(errno));
    return false;
}
