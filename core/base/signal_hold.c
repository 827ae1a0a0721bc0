/* Blocked, and if it came, fetched: the host's handlers and its disposition stay as they are. */
#include "base/signal_hold.h"

#include <signal.h>
#include <time.h>

static sigset_t just_that_one(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGXFSZ);
    return set;
}

void tsn_signal_hold_begin(tsn_signal_hold *hold)
{
    sigset_t set = just_that_one();
    sigset_t before;
    pthread_sigmask(SIG_BLOCK, &set, &before);
    hold->was_blocked = sigismember(&before, SIGXFSZ) == 1;
}

void tsn_signal_hold_end(tsn_signal_hold *hold)
{
    if (hold->was_blocked) return;
    sigset_t set = just_that_one();
    sigset_t pending;
    const struct timespec at_once = {0, 0};
    sigpending(&pending);
    if (sigismember(&pending, SIGXFSZ) == 1) (void)sigtimedwait(&set, NULL, &at_once);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}
