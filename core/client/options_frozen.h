/* A snapshot of options, for making settings of them. */
#ifndef TSN_CLIENT_OPTIONS_FROZEN_H
#define TSN_CLIENT_OPTIONS_FROZEN_H

#include "client/option_table.h"
#include "client/options.h"
#include "data/fragment.h"

/* References to be let go by whoever asked. */
typedef struct tsn_options_frozen {
    tsn_fragment *texts[TSN_OPTIONS_MAX]; /* raw; NULL: unset; in the order of the table */
    tsn_hook *hooks[TSN_HOOK_SLOTS];
    tsn_plist *event_processors;
} tsn_options_frozen;

void tsn_options_freeze(tsn_options *options, tsn_options_frozen *frozen);

#endif
