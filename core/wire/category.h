/* Data categories: the unit in which limits are set and losses are counted. Pure, any thread. */
#ifndef TSN_WIRE_CATEGORY_H
#define TSN_WIRE_CATEGORY_H

#include "base/slice.h"

typedef enum tsn_category {
    TSN_CATEGORY_ERROR,
    TSN_CATEGORY_TRANSACTION,
    TSN_CATEGORY_SPAN,
    TSN_CATEGORY_ATTACHMENT,
    TSN_CATEGORY_SESSION,
    TSN_CATEGORY_MONITOR,
    TSN_CATEGORY_FEEDBACK,
    TSN_CATEGORY_LOG_ITEM,
    TSN_CATEGORY_LOG_BYTE,
    TSN_CATEGORY_TRACE_METRIC,
    TSN_CATEGORY_TRACE_METRIC_BYTE,
    TSN_CATEGORY_PROFILE,
    TSN_CATEGORY_PROFILE_CHUNK,
    TSN_CATEGORY_REPLAY,
    TSN_CATEGORY_METRIC_BUCKET,
    TSN_CATEGORY_INTERNAL,
    TSN_CATEGORY_DEFAULT,
    TSN_CATEGORY_COUNT
} tsn_category;

/* Its name on the wire; static text. */
tsn_slice tsn_category_name(tsn_category category);
/* False: no category of that name; `*category` untouched. Names compare byte by byte. */
bool tsn_category_find(tsn_slice name, tsn_category *category);
/* The category of an item type ("event" is an error); an unknown type is TSN_CATEGORY_DEFAULT. */
tsn_category tsn_category_of_item(tsn_slice type);

#endif
