/* The numbers of tocsin_client_stats, without a parser. */
#ifndef LAWS_STATS_TEXT_H
#define LAWS_STATS_TEXT_H

#include <stdlib.h>
#include <string.h>

/* The number after `name`, which is given with quotes and colon, or the sum of the object's that
 * stands there; 0: there is no such name. */
static inline long long stats_number(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    long long sum = 0;
    if (at == NULL) return 0;
    at += strlen(name);
    if (*at != '{') return strtoll(at, NULL, 10);
    for (const char *end = strchr(at, '}'); at < end; at++) {
        if (*at == ':') sum += strtoll(at + 1, NULL, 10);
    }
    return sum;
}

#endif
