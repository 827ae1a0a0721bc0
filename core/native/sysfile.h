/* Looking into files that the system or a linker made: bounded pieces of regular files and the
 * targets of links. Nothing here allocates, writes or waits for a FIFO or a device. Any thread. */
#ifndef TSN_NATIVE_SYSFILE_H
#define TSN_NATIVE_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Opens a regular file for reading, close-on-exec. The caller's to close; -1: not there, unreadable
 * or not regular. */
int tsn_sysfile_open(const char *path);
/* -1 is allowed. */
void tsn_sysfile_close(int fd);
/* Exactly `len` bytes from `offset`; false: the file does not hold them all (`out` is then
 * undefined). */
bool tsn_sysfile_read_at(int fd, uint64_t offset, void *out, size_t len);
/* At most `cap` bytes from the beginning; how many, 0 if it cannot be read. Works for files in
 * /proc. */
size_t tsn_sysfile_head(const char *path, char *out, size_t cap);
/* Where a symbolic link points, not NUL-terminated; its length, 0: no link, unreadable or not
 * shorter than `cap`. */
size_t tsn_sysfile_link(const char *path, char *out, size_t cap);
/* The path of the running program, not NUL-terminated, without the mark that the kernel adds once
 * the file is gone; its length, 0: not known. The file itself is best opened as
 * TSN_SYSFILE_PROGRAM, which works even then. */
size_t tsn_sysfile_program(char *out, size_t cap);
#define TSN_SYSFILE_PROGRAM "/proc/self/exe"

#endif
