#include "process.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static bool ignored_pipe; /* written once, before there is a second thread */

void sh_process_prepare(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) continue;
        int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        (void)open("/dev/null", flags | O_CLOEXEC); /* takes the lowest number: this one */
    }
    ignored_pipe = signal(SIGPIPE, SIG_IGN) == SIG_IGN;
}

bool sh_process_ignored_pipe(void)
{
    return ignored_pipe;
}
