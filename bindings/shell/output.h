/* Standard output: a line at once, and whether all of it was written. */
#ifndef SH_OUTPUT_H
#define SH_OUTPUT_H

#include <stdbool.h>

void sh_output_line(const char *line);
/* At the end. False: not all was written, which was said. */
bool sh_output_end(void);

#endif
