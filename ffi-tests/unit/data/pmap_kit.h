/* What the tests of maps share: setting, removing, and looking at what is written. */
#ifndef TSN_UNIT_PMAP_KIT_H
#define TSN_UNIT_PMAP_KIT_H

#include <stdio.h>

#include "data/pmap.h"
#include "support.h"

static inline void set(tsn_pmap **map, const char *key, const char *value)
{
    ck_assert_int_eq(tsn_pmap_set(map, unit_slice(key), unit_slice(value)), TOCSIN_OK);
    ck_assert(tsn_pmap_valid(*map));
}

static inline void unset(tsn_pmap **map, const char *key)
{
    ck_assert_int_eq(tsn_pmap_remove(map, unit_slice(key)), TOCSIN_OK);
    ck_assert(tsn_pmap_valid(*map));
}

static inline void set_numbered(tsn_pmap **map, int from, int to)
{
    for (int i = from; i < to; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        ck_assert_int_eq(tsn_pmap_set(map, unit_slice(key), unit_slice(key + 1)), TOCSIN_OK);
    }
    ck_assert(tsn_pmap_valid(*map));
}

static inline void expect_written(const tsn_pmap *map, const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_pmap_write(map, &out);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
}

static inline void expect_value(const tsn_pmap *map, const char *key, const char *want)
{
    tsn_member member;
    bool found = tsn_pmap_get(map, unit_slice(key), &member);
    ck_assert_msg(found == (want != NULL), "%s is %s", key, found ? "there" : "missing");
    if (want == NULL) return;
    unit_expect_text(member.key, key);
    unit_expect_text(member.value, want);
    ck_assert_uint_eq(member.hash, tsn_slice_hash(unit_slice(key)));
    ck_assert_uint_eq(member.text.len, member.key.len + member.value.len + 4);
}

#endif
