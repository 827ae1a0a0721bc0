/* The end of a stream that may be long, and files read whole. */
#ifndef SH_TAIL_H
#define SH_TAIL_H

#include "text.h"

#define SH_TAIL_LINES 100

/* Adds bytes of which only the last 256 KiB matter. */
void sh_tail_add(sh_text *tail, const char *bytes, size_t len);
/* Where the last `lines` lines begin; the rest of the text is those. */
size_t sh_tail_start(const sh_text *tail, size_t lines);
/* The line at `*at`, without its end, and moves on; false: there is none. */
bool sh_tail_next(const sh_text *tail, size_t *at, const char **line, size_t *len);

/* The end of a file, "-": standard input. False: it cannot be read, which was said. */
bool sh_tail_read(sh_text *tail, const char *path);
/* A file whole, but not beyond `max` bytes and one. Likewise. */
bool sh_read_whole(sh_text *text, const char *path, size_t max);

#endif
