/* Reading is strict: what would not be written exactly so was not written by us, or not kept by the
 * disk. */
#include "io/spool_file.h"

#include <inttypes.h>
#include <stdio.h>

#include "data/crc32c.h"

#define MAGIC "tocsin-spool 1 "

enum {
    SUM_DIGITS = 8,
    LINE_MAX_LEN = 64,
    STAMP_DIGITS_MAX = 15, /* until the year 33658 */
    TRIES_DIGITS_MAX = 4,
};

void tsn_spool_name_write(const tsn_spool_name *name, const char *suffix,
                          char out[TSN_SPOOL_NAME_SIZE])
{
    char hex[TSN_ID_HEX];
    tsn_id_to_hex(&name->id, hex);
    snprintf(out, TSN_SPOOL_NAME_SIZE, "%013" PRId64 "-%.*s-%" PRIu32 "%s", name->stamp_ms,
             TSN_ID_HEX, hex, name->tries, suffix);
}

bool tsn_spool_name_parse(tsn_slice text, tsn_spool_name *name)
{
    char again[TSN_SPOOL_NAME_SIZE];
    tsn_spool_name read;
    uint64_t tries;
    tsn_slice rest = text;
    tsn_slice stamp = tsn_slice_split(&rest, '-');
    tsn_slice id = tsn_slice_split(&rest, '-');
    tsn_slice digits = tsn_slice_split(&rest, '.');
    if (stamp.len > STAMP_DIGITS_MAX || !tsn_slice_to_i64(stamp, &read.stamp_ms)) return false;
    if (read.stamp_ms < 0 || !tsn_id_parse(id, false, &read.id)) return false;
    if (digits.len > TRIES_DIGITS_MAX || !tsn_slice_to_u64(digits, &tries)) return false;
    read.tries = (uint32_t)tries;
    tsn_spool_name_write(&read, TSN_SPOOL_SUFFIX, again);
    if (!tsn_slice_equal(text, tsn_slice_of(again))) return false;
    *name = read;
    return true;
}

bool tsn_spool_name_is_temporary(tsn_slice text)
{
    const tsn_slice suffix = TSN_LIT(TSN_SPOOL_TEMPORARY);
    if (text.len <= suffix.len) return false;
    return tsn_slice_equal(tsn_slice_sub(text, text.len - suffix.len, text.len), suffix);
}

/* The first line, with LF. */
static size_t write_line(size_t length, uint32_t sum, char out[LINE_MAX_LEN])
{
    return (size_t)snprintf(out, LINE_MAX_LEN, MAGIC "%zu %08" PRIx32 "\n", length, sum);
}

void tsn_spool_file_begin(tsn_buf *file, size_t length)
{
    char line[LINE_MAX_LEN];
    size_t len = write_line(length, 0, line);
    tsn_buf_reserve(file, len + length);
    tsn_buf_append(file, line, len);
}

/* What stands behind the first line. */
static tsn_slice behind_line(tsn_slice file)
{
    return tsn_slice_sub(file, tsn_slice_find(file, '\n') + 1, file.len);
}

bool tsn_spool_file_end(tsn_buf *file)
{
    char line[LINE_MAX_LEN];
    if (file->failed) return false;
    tsn_slice envelope = behind_line(tsn_buf_view(file));
    size_t line_len = write_line(envelope.len, tsn_crc32c(0, envelope), line);
    if (line_len + envelope.len != file->len) return false;
    memcpy(file->data, line, line_len);
    return true;
}

bool tsn_spool_file_read(tsn_slice file, tsn_slice *envelope)
{
    char line[LINE_MAX_LEN];
    if (!tsn_slice_starts_with(file, TSN_LIT(MAGIC))) return false;
    *envelope = behind_line(file);
    size_t line_len = write_line(envelope->len, tsn_crc32c(0, *envelope), line);
    return line_len + envelope->len == file.len && memcmp(file.data, line, line_len) == 0;
}
