/* For programs with libtocsin and without. */
#ifndef BENCH_PEAK_H
#define BENCH_PEAK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Memory of this process at its peak. Not getrusage's: that begins with what its parent had. */
static inline unsigned long bench_peak_kb(void)
{
    char line[256];
    unsigned long kb = 0;
    FILE *file = fopen("/proc/self/status", "re");
    while (file != NULL && kb == 0 && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0) kb = strtoul(line + 6, NULL, 10);
    }
    if (file != NULL) fclose(file);
    return kb;
}

#endif
