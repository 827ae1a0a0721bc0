/* The handle table and the two directions of text. */
#include "entry.h"

#include "base/handle_shared.h"
#include "base/utf8.h"
#include "kinds.h"

inline tsn_handle_table *tsn_entry_table(void)
{
    return tsn_handle_shared(tsn_kinds);
}

uint32_t tsn_entry_nonce(void)
{
    return tsn_handle_shared_nonce();
}

/* The rest of the search for a number that is foreign to the table. */
static TSN_COLD tocsin_status find_in_annex(int64_t handle, int kind, tsn_handle_hold *hold)
{
    tsn_handle_table *annex = tsn_handle_annex();
    if (annex == NULL) return TOCSIN_E_FOREIGN;
    TSN_TRY(tsn_handle_find(annex, handle, kind, hold));
    if (kind != TOCSIN_KIND_SCOPE) return TOCSIN_OK;
    tsn_handle_release(annex, hold);
    return TOCSIN_E_DENIED;
}

inline tocsin_status tsn_entry_look(int64_t handle, int kind, tsn_handle_hold *hold)
{
    tsn_handle_table *handles = tsn_entry_table();
    if (handles == NULL) return TOCSIN_E_NOMEM;
    return tsn_handle_find(handles, handle, kind, hold);
}

inline tocsin_status tsn_entry_find(int64_t handle, int kind, tsn_handle_hold *hold)
{
    tocsin_status st = tsn_entry_look(handle, kind, hold);
    return TSN_UNLIKELY(st == TOCSIN_E_FOREIGN) ? find_in_annex(handle, kind, hold) : st;
}

inline void tsn_entry_release(tsn_handle_hold *hold)
{
    bool is_last = tsn_handle_let_go(hold);
    if (is_last) tsn_handle_retire(tsn_handle_shared_made(), hold->handle, hold->slot);
}

static TSN_COLD int64_t refuse(int kind, void *object)
{
    tsn_kinds[kind].drop(object);
    return TOCSIN_E_NOMEM;
}

inline static void let_go(tsn_holds *holds)
{
    holds->let_go = NULL;
    tsn_entry_release(&TSN_CONTAINER_OF(holds, tsn_entry_loose_hold, holds)->hold);
}

void tsn_entry_loosen(tsn_entry_loose_hold *loose)
{
    loose->holds.let_go = let_go;
}

void tsn_entry_release_loose(tsn_entry_loose_hold *loose)
{
    if (loose->holds.let_go != NULL) let_go(&loose->holds);
}

int64_t tsn_entry_add(int kind, void *object)
{
    tsn_handle_table *handles = tsn_entry_table();
    return handles != NULL ? tsn_handle_add(handles, kind, object) : refuse(kind, object);
}

inline int64_t tsn_entry_add_another(int kind, void *object)
{
    return tsn_handle_add(tsn_handle_shared_made(), kind, object);
}

tocsin_status tsn_entry_close(int64_t handle, int kind)
{
    tsn_handle_table *handles = tsn_entry_table();
    if (handles == NULL) return TOCSIN_E_NOMEM;
    return tsn_handle_close(handles, handle, kind);
}

tocsin_status tsn_entry_odd_text(const char *text, int64_t len, tsn_slice *out)
{
    if (text == NULL) {
        *out = len < 0 ? TSN_SLICE_ABSENT : TSN_LIT("");
        return len > 0 ? TOCSIN_E_ARG : TOCSIN_OK;
    }
    *out = tsn_slice_of(text);
    return TOCSIN_OK;
}

tocsin_length tsn_entry_give_slice(tsn_slice text, char *buf, int64_t buf_cap)
{
    if (buf != NULL && buf_cap > 0) {
        size_t room = (size_t)buf_cap - 1;
        size_t len = text.len <= room ? text.len : tsn_utf8_floor(text, room);
        if (len > 0) memcpy(buf, text.data, len);
        buf[len] = '\0';
    }
    return (tocsin_length)text.len;
}

tocsin_length tsn_entry_give(tocsin_status st, tsn_buf *text, char *buf, int64_t buf_cap)
{
    if (st >= 0) st = tsn_buf_status(text);
    tsn_slice whole = st < 0 ? TSN_LIT("") : tsn_buf_view(text);
    tocsin_length need = tsn_entry_give_slice(whole, buf, buf_cap);
    tsn_buf_fini(text);
    return st < 0 ? st : need;
}
