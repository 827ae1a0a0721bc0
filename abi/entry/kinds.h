/* How the objects behind each kind of handle are counted, indexed by TOCSIN_KIND_. */
#ifndef TSN_ENTRY_KINDS_H
#define TSN_ENTRY_KINDS_H

#include "base/handle.h"

extern const tsn_handle_ops tsn_kinds[TSN_HANDLE_KINDS];
/* The same for restricted handles. */
extern const tsn_handle_ops tsn_restricted_kinds[TSN_HANDLE_KINDS];

#endif
