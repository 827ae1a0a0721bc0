/* Every option as a row: key, type, what is allowed, default, environment. The checks, the frozen
 * settings, the effective options and the tests come from this one table. */
#ifndef TSN_CLIENT_OPTION_TABLE_H
#define TSN_CLIENT_OPTION_TABLE_H

#include "base/slice.h"
#include "client/settings.h"

typedef enum tsn_option_type {
    TSN_OPTION_TEXT,
    TSN_OPTION_BOOL,
    TSN_OPTION_INT,
    TSN_OPTION_RATE,      /* 0 to 1 */
    TSN_OPTION_LIST,      /* JSON array of texts */
    TSN_OPTION_CHOICE,    /* one of `choices`, kept as text */
    TSN_OPTION_SPOTLIGHT, /* yes, no or URL, kept as text */
    TSN_OPTION_TRANSPORT, /* http, stdout, file:PATH, pull; kept as text */
} tsn_option_type;

#define TSN_OPTION_SECRET 1u       /* the value is never shown */
#define TSN_OPTION_EMPTY_COUNTS 2u /* the empty text is a value, not "unset" */
#define TSN_OPTION_ZERO_COUNTS 4u  /* 0 is allowed besides min to max */
#define TSN_OPTION_PLAIN_NAME 8u   /* letters, digits, '.', '_', '-' only */
#define TSN_OPTION_DIGITS 16u

typedef struct tsn_option_row {
    tsn_slice key;
    tsn_option_type type;
    unsigned flags;
    size_t offset;              /* of the field in tsn_settings */
    int64_t min, max;           /* TSN_OPTION_INT; of texts the most bytes, 0: no matter */
    const char *standard;       /* default as text; NULL: unset */
    const char *environment[5]; /* in order of precedence */
    const char *choices;        /* space-separated */
} tsn_option_row;

#define TSN_OPTIONS_MAX 64

extern const tsn_option_row tsn_option_rows[];
extern const size_t tsn_option_row_count;

/* Position of a key in the table; tsn_option_row_count: no such option. */
size_t tsn_option_find(tsn_slice key);
/* Whether a later release of tocsin will know the key: worth another message. */
bool tsn_option_is_planned(tsn_slice key);
/* Whether `word` is one of the space-separated choices. */
bool tsn_option_has_choice(const tsn_option_row *row, tsn_slice word);

#endif
