/* What every entry point does before and after its one call: find the handle, understand the texts,
 * hand text out. */
#ifndef TSN_ENTRY_ENTRY_H
#define TSN_ENTRY_ENTRY_H

#include "base/buf.h"
#include "base/handle.h"
#include "base/slice.h"
#include "client/pipeline.h"

/* The process's one table of handles. NULL: no memory for it. */
tsn_handle_table *tsn_entry_table(void);
/* 10 bits that tell this copy of the library from another in the process. */
uint32_t tsn_entry_nonce(void);

/* tsn_handle_find and its counterparts on that table. Scopes are found by guard.h: a restricted one
 * is TOCSIN_E_DENIED here. */
tocsin_status tsn_entry_find(int64_t handle, int kind, tsn_handle_hold *hold);
/* The same; restricted handles are TOCSIN_E_FOREIGN. */
tocsin_status tsn_entry_look(int64_t handle, int kind, tsn_handle_hold *hold);
void tsn_entry_release(tsn_handle_hold *hold);

/* A hold that may be let go of in the middle of a call, before a hook that may never return. */
typedef struct tsn_entry_loose_hold {
    tsn_holds holds; /* `let_go` NULL: it has been */
    tsn_handle_hold hold;
} tsn_entry_loose_hold;

/* `loose->hold` has been found. */
void tsn_entry_loosen(tsn_entry_loose_hold *loose);
void tsn_entry_release_loose(tsn_entry_loose_hold *loose);
/* Takes over the reference to `object`. */
int64_t tsn_entry_add(int kind, void *object);
/* The same where a handle has been found before. */
int64_t tsn_entry_add_another(int kind, void *object);
tocsin_status tsn_entry_close(int64_t handle, int kind);

/* For the function below: no text, or one whose length is not given. */
tocsin_status tsn_entry_odd_text(const char *text, int64_t len, tsn_slice *out);
/* A pointer and a length as the ABI takes them: NULL with a negative length is absent, NULL with 0
 * the empty text, a negative length ends in NUL. TOCSIN_E_ARG: NULL with a length above 0. */
TSN_INLINE tocsin_status tsn_entry_text(const char *text, int64_t len, tsn_slice *out)
{
    if (TSN_UNLIKELY(text == NULL || len < 0)) return tsn_entry_odd_text(text, len, out);
    *out = (tsn_slice){text, (size_t)len};
    return TOCSIN_OK;
}
/* Copies `text` out as the ABI does; the length it needs. */
tocsin_length tsn_entry_give_slice(tsn_slice text, char *buf, int64_t buf_cap);
/* The same for text that was made for the call, and frees it. The length needed, or `st` if it is
 * an error. */
tocsin_length tsn_entry_give(tocsin_status st, tsn_buf *text, char *buf, int64_t buf_cap);

/* A host's function as a hook; `destroy` runs once, at the last release, also if this fails. NULL:
 * no memory. */
tsn_hook *tsn_entry_hook(tocsin_hook_fn function, void *user, tocsin_destroy_fn destroy);

#endif
