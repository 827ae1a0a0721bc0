/* Linked into the unit tests where lines are counted: children of fork that end by _exit are
 * counted too. */
#include <gcov.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Found before the C library's, which writes no counts. */
void _exit(int status)
{
    __gcov_dump();
    for (;;) syscall(SYS_exit_group, status);
}
