/* How the files of the scope write: into a draft that becomes the scope's value at the end or is
 * thrown away. Theirs alone. */
#ifndef TSN_MODEL_SCOPE_DRAFT_H
#define TSN_MODEL_SCOPE_DRAFT_H

#include "model/scope.h"

/* A new value that shares every part; NULL: no memory. */
tsn_scope *tsn_scope_copy(const tsn_scope *scope);
/* What a write of one step goes into: `scope` itself if the caller's is the only reference, else a
 * copy. NULL: no memory. */
tsn_scope *tsn_scope_draft(tsn_scope *scope);
/* Ends a write with outcome `st`: `*scope` becomes the draft, or stays as it was and a draft that
 * is a copy goes. `draft` may be NULL: TOCSIN_E_NOMEM. */
tocsin_status tsn_scope_commit(tsn_scope **scope, tsn_scope *draft, tocsin_status st);

/* These take over the reference they are given. */
void tsn_scope_replace_text(tsn_scope *scope, tsn_scope_text which, tsn_fragment *text);
void tsn_scope_replace_origin(tsn_scope *scope, tsn_origin *origin);
void tsn_scope_replace_propagation(tsn_scope *scope, tsn_propagation *propagation);
/* Appends a flag to a draft and removes what it supersedes; on failure the draft may be changed
 * only if it is a copy. */
tocsin_status tsn_scope_take_flag(tsn_scope *scope, tsn_fragment *flag);

#endif
