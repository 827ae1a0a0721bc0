/* A detached scope and what it says about itself. */
#ifndef TSN_UNIT_CLIENT_SCOPE_KIT_H
#define TSN_UNIT_CLIENT_SCOPE_KIT_H

#include "client_kit.h"

typedef struct scope_case {
    tsn_client *client;
    tsn_cell *cell;
} scope_case;

static inline scope_case scope_case_open(const char *options)
{
    scope_case c = {.client = kit_open(options)};
    ck_assert_int_eq(tsn_cell_new_detached(c.client, &c.cell), TOCSIN_OK);
    return c;
}

static inline void scope_case_close(scope_case *c)
{
    ck_assert(tsn_scope_valid(c->cell->value));
    tsn_cell_release(c->cell);
    kit_close(c->client);
}

/* What `path` in the scope's own JSON says; NULL: nothing. */
static inline void scope_expect(const scope_case *c, const char *path, const char *want)
{
    tsn_buf text = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_cell_write(c->cell, &text), TOCSIN_OK);
    kit_expect(&text, path, want);
    tsn_buf_fini(&text);
}

typedef tocsin_status scope_setter(tsn_cell *cell, tsn_slice json);
typedef tocsin_status scope_named_setter(tsn_cell *cell, tsn_slice key, tsn_slice json);

static inline tocsin_status scope_named(const scope_case *c, scope_named_setter *set,
                                        const char *key, const char *json)
{
    tsn_buf text = kit_json(json);
    tocsin_status st = set(c->cell, unit_slice(key), tsn_buf_view(&text));
    tsn_buf_fini(&text);
    return st;
}

#endif
