/* Part of a program, or put before one: with TSN_FATES=FILE in the environment each fate that
 * the library tells is a line there, written whole, so that those of several processes do not mix:
 *
 *   PID ID FATE STAGE STATUS REASON CATEGORY QUANTITY      ("-" for what is empty)
 *
 * The file is opened for each, since some programs count their descriptors. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tocsin/unstable/fates.h>
#include <unistd.h>

void fate_log(const char *event_id, const char *fate, const char *stage, int32_t status,
              const char *reason, const char *category, int64_t quantity, void *user);

static const char *or_dash(const char *text)
{
    return text[0] == '\0' ? "-" : text;
}

void fate_log(const char *event_id, const char *fate, const char *stage, int32_t status,
              const char *reason, const char *category, int64_t quantity, void *user)
{
    char line[256];
    int saved = errno;
    int len =
        snprintf(line, sizeof line, "%d %s %s %s %d %s %s %lld\n", (int)getpid(), or_dash(event_id),
                 fate, stage, (int)status, or_dash(reason), category, (long long)quantity);
    int fd = open(user, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, line, (size_t)len) != len) _exit(91);
    close(fd);
    errno = saved;
}

__attribute__((constructor)) static void begin(void)
{
    static char path[4096];
    const char *asked = getenv("TSN_FATES");
    if (asked == NULL || strlen(asked) >= sizeof path) return;
    memcpy(path, asked, strlen(asked) + 1);
    tocsin_unstable_set_fate_hook(fate_log, path);
}
