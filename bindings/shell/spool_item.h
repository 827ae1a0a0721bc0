/* What is in a stored envelope: after one line of the spool's own, the envelope's header, then
 * items, each a header line and as many bytes as that says. */
#ifndef SH_SPOOL_ITEM_H
#define SH_SPOOL_ITEM_H

#include <stddef.h>

/* The types of the items with "+" between; "damaged" if the file is not as it should be. */
void sh_spool_item_types(int dir, const char *name, char *out, size_t cap);

#endif
