/* A client that sends nowhere by itself (transport `pull`), and its root scope. */
#ifndef TSN_UNIT_ABI_ABI_KIT_H
#define TSN_UNIT_ABI_ABI_KIT_H

#include <string.h>
#include <tocsin.h>

#include "support.h"

typedef struct unit_scope {
    tocsin_client client;
    tocsin_scope scope;
} unit_scope;

static inline unit_scope unit_scope_open(void)
{
    tocsin_options options = tocsin_options_new();
    ck_assert_int_eq(tocsin_options_set(options, "transport", -1, "pull", -1), TOCSIN_OK);
    unit_scope kit = {.client = tocsin_client_open(options)};
    ck_assert_int_eq(tocsin_handle_close(options), TOCSIN_OK);
    kit.scope = tocsin_client_scope(kit.client);
    ck_assert_int_gt(kit.scope, 0);
    return kit;
}

static inline void unit_scope_close(unit_scope *kit)
{
    tocsin_client_close(kit->client, 0);
    ck_assert_int_eq(tocsin_handle_close(kit->scope), TOCSIN_OK);
    ck_assert_int_eq(tocsin_handle_close(kit->client), TOCSIN_OK);
}

static inline bool unit_scope_has(const unit_scope *kit, const char *part)
{
    char json[4096];
    tocsin_length need = tocsin_scope_json(kit->scope, json, sizeof json);
    ck_assert(need > 0 && need < (tocsin_length)sizeof json);
    return strstr(json, part) != NULL;
}

/* What the scope says about itself has `part`, or has it not. */
#define unit_scope_expect(kit, part) ck_assert_msg(unit_scope_has(kit, part), "no %s", part)
#define unit_scope_expect_none(kit, part) ck_assert_msg(!unit_scope_has(kit, part), "%s", part)

#endif
