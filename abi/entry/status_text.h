/* Statuses in words, for people. */
#ifndef TSN_ENTRY_STATUS_TEXT_H
#define TSN_ENTRY_STATUS_TEXT_H

#include <tocsin/types.h>

#include "base/slice.h"

/* One sentence, static; numbers that are no status have one too. */
tsn_slice tsn_status_text(tocsin_status status);

#endif
