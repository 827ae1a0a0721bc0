/* tocsin/unstable/fates.h */
#include <tocsin/unstable/fates.h>

#include <string.h>

#include "io/fate.h"

enum { NAME_SIZE = 32 };

static const char *const fates[] = {
    [TSN_FATE_FOUND] = "found",
    [TSN_FATE_SPOOLED] = "spooled",
    [TSN_FATE_HANDED_OVER] = "handed_over",
    [TSN_FATE_DELIVERED] = "delivered",
    [TSN_FATE_REFUSED_429] = "refused429",
    [TSN_FATE_DISCARDED] = "discarded",
};

static const char *const stages[] = {
    [TSN_FATE_AT_CAPTURE] = "capture", [TSN_FATE_AT_QUEUE] = "queue",
    [TSN_FATE_AT_PACKING] = "packing", [TSN_FATE_AT_SENDING] = "sending",
    [TSN_FATE_AT_DISK] = "disk",       [TSN_FATE_AT_CLOSE] = "close",
};

static _Atomic(tocsin_unstable_fate_fn) hook;

static void write_name(tsn_slice name, char out[NAME_SIZE])
{
    size_t len = name.len < NAME_SIZE ? name.len : NAME_SIZE - 1;
    memcpy(out, name.data, len);
    out[len] = '\0';
}

static void pass_on(void *user, const tsn_id *id, const tsn_fate *fate, tsn_category category,
                    uint64_t quantity)
{
    tocsin_unstable_fate_fn told = hook;
    char hex[TSN_ID_HEX + 1] = "", reason[NAME_SIZE] = "", unit[NAME_SIZE];
    if (told == NULL) return;
    if (!tsn_id_is_zero(id)) tsn_id_to_hex(id, hex);
    if (fate->kind == TSN_FATE_DISCARDED)
        write_name(tsn_reason_name((tsn_reason)fate->reason), reason);
    write_name(tsn_category_name(category), unit);
    told(hex, fates[fate->kind], stages[fate->stage], fate->status, reason, unit, (int64_t)quantity,
         user);
}

tocsin_status tocsin_unstable_set_fate_hook(tocsin_unstable_fate_fn new_hook, void *user)
{
    hook = new_hook;
    tsn_fate_set_hook(new_hook == NULL ? NULL : pass_on, user);
    return TOCSIN_OK;
}
