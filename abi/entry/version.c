/* tocsin/version.h */
#include <tocsin/version.h>

#include "base/house.h"
#include "constants.h"
#include "entry.h"
#include "status_text.h"

static const tsn_slice abilities[] = {
    TSN_LIT_INIT("client_reports"),
    TSN_LIT_INIT("file_transport"),
    TSN_LIT_INIT("flush_at_exit"),
    TSN_LIT_INIT("gzip"),
    TSN_LIT_INIT("hooks_pull"),
    TSN_LIT_INIT("http_transport"),
    TSN_LIT_INIT("pull_transport"),
    TSN_LIT_INIT("restricted_scopes"),
    TSN_LIT_INIT("spool"),
    TSN_LIT_INIT("spotlight"),
    TSN_LIT_INIT("stacktrace"),
    TSN_LIT_INIT("stdout_transport"),
    TSN_LIT_INIT("trace_continuation"),
};

tocsin_length tocsin_version(char *buf, int64_t buf_cap)
{
    return tsn_entry_give_slice(TSN_LIT(TSN_VERSION), buf, buf_cap);
}

int32_t tocsin_abi_version(void)
{
    return TOCSIN_ABI_VERSION;
}

int64_t tocsin_instance_id(void)
{
    return tsn_entry_nonce();
}

tocsin_length tocsin_status_text(tocsin_status status, char *buf, int64_t buf_cap)
{
    return tsn_entry_give_slice(tsn_status_text(status), buf, buf_cap);
}

/* A name that has to be there. */
static tocsin_status need_name(const char *name, int64_t name_len, tsn_slice *out)
{
    TSN_TRY(tsn_entry_text(name, name_len, out));
    return tsn_slice_absent(*out) ? TOCSIN_E_ARG : TOCSIN_OK;
}

int32_t tocsin_supports(const char *name, int64_t name_len)
{
    tsn_slice text;
    TSN_TRY(need_name(name, name_len, &text));
    for (size_t i = 0; i < TSN_ARRAY_LEN(abilities); i++) {
        if (tsn_slice_equal(abilities[i], text)) return 1;
    }
    return 0;
}

int64_t tocsin_constant(const char *name, int64_t name_len)
{
    tsn_slice text;
    TSN_TRY(need_name(name, name_len, &text));
    return tsn_constant_find(text);
}
