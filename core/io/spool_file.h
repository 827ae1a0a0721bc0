/* What a stored envelope looks like on disk: its name says when it was stored, which event it is
 * and how many requests went out for it; its first line how long the envelope is and its checksum
 * . Pure. */
#ifndef TSN_IO_SPOOL_FILE_H
#define TSN_IO_SPOOL_FILE_H

#include "base/buf.h"
#include "data/ids.h"

#define TSN_SPOOL_NAME_SIZE 80
#define TSN_SPOOL_SUFFIX ".envelope"
#define TSN_SPOOL_TEMPORARY ".tmp" /* while it is being written */
#define TSN_SPOOL_REPORT "untold.report"

typedef struct tsn_spool_name {
    int64_t stamp_ms; /* since 1970; unique in a run, so that it tells the order too */
    tsn_id id;
    uint32_t tries;
} tsn_spool_name;

/* Writes the name and `suffix`, NUL-terminated. */
void tsn_spool_name_write(const tsn_spool_name *name, const char *suffix,
                          char out[TSN_SPOOL_NAME_SIZE]);
/* False: no name of a stored envelope. */
bool tsn_spool_name_parse(tsn_slice text, tsn_spool_name *name);
bool tsn_spool_name_is_temporary(tsn_slice text);

/* Begins a file whose envelope, of `length` bytes, is to be appended ... */
void tsn_spool_file_begin(tsn_buf *file, size_t length);
/* ... and completes it. The buffer held nothing before. False: no memory, or another length. */
bool tsn_spool_file_end(tsn_buf *file);
/* The envelope in a file's bytes; false: damaged, or of another version. */
bool tsn_spool_file_read(tsn_slice file, tsn_slice *envelope);

#endif
