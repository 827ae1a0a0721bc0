/* Names of languages and time zones, made from what users and systems write into environment
 * variables. Whatever does not look like such a name is refused, so that nothing else can slip from
 * the environment into an event. Pure; any thread. */
#ifndef TSN_NATIVE_CULTURE_H
#define TSN_NATIVE_CULTURE_H

#include "base/slice.h"

/* Longest name of either kind that is believed. */
#define TSN_CULTURE_NAME_MAX 64

typedef struct tsn_culture_name {
    char text[TSN_CULTURE_NAME_MAX];
    size_t len;
} tsn_culture_name; /* `len` 0: none */

/* A locale setting as a tag: "de_DE.UTF-8@euro" is "de-DE". Empty for an absent setting, "C" and
 * "POSIX". */
void tsn_culture_locale(tsn_slice setting, tsn_culture_name *out);
/* A TZ setting as a zone's name: ":Europe/Berlin" is "Europe/Berlin", the empty setting "UTC".
 * Empty for an absent one, a rule with dates ("CET-1CEST,M3.5.0,M10.5.0") and a path outside the
 * zone database. */
void tsn_culture_timezone(tsn_slice setting, tsn_culture_name *out);

#endif
