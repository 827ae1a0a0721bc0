#include "spool_item.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 65536

/* The body of a text member. The library writes headers without blanks, and a quote in a text has a
 * backslash before it, so this can be nothing else. */
static bool find_type(const char *line, const char **type, size_t *len)
{
    static const char member[] = "\"type\":\"";
    const char *at = strstr(line, member);
    if (at == NULL) return false;
    *type = at + strlen(member);
    *len = strcspn(*type, "\"");
    return *len > 0 && (*type)[*len] == '"';
}

static bool find_length(const char *line, int64_t *length)
{
    static const char member[] = "\"length\":";
    const char *at = strstr(line, member);
    if (at == NULL) return false;
    *length = strtoll(at + strlen(member), NULL, 10);
    return *length >= 0;
}

static void append(char *out, size_t cap, const char *type, size_t len)
{
    size_t used = strlen(out);
    if (used + len + 2 > cap) return; /* enough was said */
    if (used > 0) out[used++] = '+';
    memcpy(out + used, type, len);
    out[used + len] = '\0';
}

static bool read_items(FILE *file, char *line, char *out, size_t cap)
{
    const char *type;
    size_t len;
    int64_t length;
    while (fgets(line, LINE_SIZE, file) != NULL) {
        if (!find_type(line, &type, &len) || !find_length(line, &length)) return false;
        append(out, cap, type, len);
        if (fseeko(file, (off_t)length + 1, SEEK_CUR) != 0) return false;
    }
    return *out != '\0';
}

void sh_spool_item_types(int dir, const char *name, char *out, size_t cap)
{
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "rb");
    char *line = malloc(LINE_SIZE);
    *out = '\0';
    bool is_whole = file != NULL && line != NULL && fgets(line, LINE_SIZE, file) != NULL &&
                    strncmp(line, "tocsin-spool 1 ", 15) == 0 &&
                    fgets(line, LINE_SIZE, file) != NULL && read_items(file, line, out, cap);
    if (!is_whole) snprintf(out, cap, "damaged");
    free(line);
    if (file != NULL) {
        fclose(file);
    } else if (fd >= 0) {
        (void)close(fd);
    }
}
