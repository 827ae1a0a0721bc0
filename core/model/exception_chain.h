/* The ids that tie the values of one event together (P-13). Pure. */
#ifndef TSN_MODEL_EXCEPTION_CHAIN_H
#define TSN_MODEL_EXCEPTION_CHAIN_H

#include "data/json_walk.h"

typedef struct tsn_exception_link {
    int64_t id;     /* below 0: none is written */
    int64_t parent; /* below 0: none */
    bool is_group;
} tsn_exception_link;

/* The links of `values`, cause first. The ids that the mechanisms bring stay if they are
 * consistent: all there, no two alike, the last one 0 and without parent, every other's parent
 * further back in the list. Else the values are one chain. A single value needs no id. */
void tsn_exception_chain(const tsn_slice *values, size_t count, tsn_exception_link *links);
/* Appends exception_id, parent_id and is_exception_group, as far as there are any, each with a
 * comma. */
void tsn_exception_link_write(const tsn_exception_link *link, tsn_buf *out);

#endif
