/* What stands in a cache directory, read by the layout that docs/spool.md describes. Nothing is
 * changed and no lock is taken: the library owns those files. */
#ifndef SH_SPOOL_DIR_H
#define SH_SPOOL_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SH_SPOOL_ID_LEN 32

typedef struct sh_stored {
    int64_t stamp_ms; /* since 1970 */
    int64_t size;
    char id[SH_SPOOL_ID_LEN + 1];
    char type[64]; /* of its items, such as event+attachment */
    unsigned tries;
} sh_stored;

typedef struct sh_spool_dir {
    sh_stored *files; /* oldest first */
    size_t count;
    size_t cap;
    size_t damaged; /* set aside in bad/ */
} sh_spool_dir;

/* 0, or an errno; ENOENT: there is no such directory. Without `wants_types` files are not opened.
 */
int sh_spool_dir_read(sh_spool_dir *spool, const char *path, bool wants_types);
void sh_spool_dir_fini(sh_spool_dir *spool);
/* Whether an event is stored there. */
bool sh_spool_dir_has(const char *path, const char *id);

/* How many files wait in the directory that a client of this process has there; below 0: it has
 * none. */
int64_t sh_spool_dir_count_own(const char *path);

#endif
