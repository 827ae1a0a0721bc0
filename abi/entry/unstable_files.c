/* tocsin/unstable/files.h */
#include <tocsin/unstable/files.h>

#include <stdatomic.h>

#include "base/file_ops.h"

static _Atomic(tocsin_unstable_file_fn) hook;

static int64_t ask(void *user, tsn_file_op op, const char *name, size_t len)
{
    tocsin_unstable_file_fn asked = hook;
    return asked == NULL ? 0 : asked((int32_t)op, name, (int64_t)len, user);
}

tocsin_status tocsin_unstable_set_file_hook(tocsin_unstable_file_fn new_hook, void *user)
{
    hook = new_hook;
    tsn_file_set_hook(new_hook == NULL ? NULL : ask, user);
    return TOCSIN_OK;
}
