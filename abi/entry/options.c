/* tocsin/options.h */
#include <tocsin/options.h>

#include "client/options.h"
#include "entry.h"

tocsin_options tocsin_options_new(void)
{
    tsn_options *options = tsn_options_new();
    return options == NULL ? TOCSIN_E_NOMEM : tsn_entry_add(TOCSIN_KIND_OPTIONS, options);
}

tocsin_status tocsin_options_set(tocsin_options options, const char *key, int64_t key_len,
                                 const char *value, int64_t value_len)
{
    tsn_handle_hold hold;
    tsn_slice key_text, value_text;
    TSN_TRY(tsn_entry_find(options, TOCSIN_KIND_OPTIONS, &hold));
    tocsin_status st = tsn_entry_text(key, key_len, &key_text);
    if (st >= 0) st = tsn_entry_text(value, value_len, &value_text);
    if (st >= 0) st = tsn_options_set(hold.object, key_text, value_text);
    tsn_entry_release(&hold);
    return st;
}

tocsin_status tocsin_options_set_json(tocsin_options options, const char *json, int64_t json_len)
{
    tsn_handle_hold hold;
    tsn_slice text;
    TSN_TRY(tsn_entry_find(options, TOCSIN_KIND_OPTIONS, &hold));
    tocsin_status st = tsn_entry_text(json, json_len, &text);
    if (st >= 0) st = tsn_options_set_json(hold.object, text);
    tsn_entry_release(&hold);
    return st;
}

/* The caller keeps its reference, so that no lock of the options is held when the last one goes. */
static tocsin_status set_hook(tsn_options *options, const char *name, int64_t name_len,
                              tsn_hook *hook)
{
    tsn_slice text;
    TSN_TRY(tsn_entry_text(name, name_len, &text));
    tsn_hook_retain(hook);
    return tsn_options_set_hook(options, text, hook);
}

tocsin_status tocsin_options_set_hook(tocsin_options options, const char *name, int64_t name_len,
                                      tocsin_hook_fn function, void *user,
                                      tocsin_destroy_fn destroy)
{
    tsn_hook *hook = function == NULL ? NULL : tsn_entry_hook(function, user, destroy);
    if (function == NULL && destroy != NULL) destroy(user);
    if (function != NULL && hook == NULL) return TOCSIN_E_NOMEM;
    tsn_handle_hold hold;
    tocsin_status st = tsn_entry_find(options, TOCSIN_KIND_OPTIONS, &hold);
    if (st >= 0) {
        st = set_hook(hold.object, name, name_len, hook);
        tsn_entry_release(&hold);
    }
    tsn_hook_release(hook);
    return st;
}

tocsin_length tocsin_options_problem(tocsin_options options, char *buf, int64_t buf_cap)
{
    tsn_handle_hold hold;
    tsn_buf text = TSN_BUF_EMPTY;
    tocsin_status st = tsn_entry_find(options, TOCSIN_KIND_OPTIONS, &hold);
    if (st >= 0) {
        st = tsn_options_problem(hold.object, &text);
        tsn_entry_release(&hold);
    }
    return tsn_entry_give(st, &text, buf, buf_cap);
}
