/* The laws of merge, M1 to M6, M9 and M10, and independence, on random scopes (scopes: laws of
 * merge). */
#include "scope_kit.h"

#include "base/house.h"

/* Random scopes. Any seed must do; the one that fails is printed. */
typedef struct chance {
    uint64_t state;
    unsigned crumbs; /* numbers the crumbs of one round */
    size_t limit;
} chance;

static unsigned below(chance *rand, unsigned limit)
{
    rand->state ^= rand->state << 13;
    rand->state ^= rand->state >> 7;
    rand->state ^= rand->state << 17;
    return (unsigned)((rand->state >> 16) % limit);
}

static void random_map_write(chance *rand, tsn_scope **scope)
{
    char key[8];
    char value[16];
    tsn_scope_map map = (tsn_scope_map)below(rand, TSN_SCOPE_MAPS);
    snprintf(key, sizeof key, "k%u", below(rand, 30));
    snprintf(value, sizeof value, "%u", below(rand, 1000));
    tocsin_status st = below(rand, 4) == 0
                           ? tsn_scope_map_remove(scope, map, unit_slice(key))
                           : tsn_scope_map_set(scope, map, unit_slice(key), unit_slice(value));
    ck_assert_int_eq(st, TOCSIN_OK);
}

typedef struct text_value {
    tsn_scope_text which;
    const char *json;
} text_value;

static const text_value text_values[] = {
    {TSN_SCOPE_USER, "{\"id\":\"1\"}"},     {TSN_SCOPE_USER, "{}"},
    {TSN_SCOPE_FINGERPRINT, "[\"l\"]"},     {TSN_SCOPE_FINGERPRINT, "[]"},
    {TSN_SCOPE_REQUEST, "{\"url\":\"l\"}"}, {TSN_SCOPE_REQUEST, "{\"method\":\"GET\"}"},
};

static void random_value_write(chance *rand, tsn_scope **scope)
{
    const text_value *value = &text_values[below(rand, TSN_ARRAY_LEN(text_values))];
    switch (below(rand, 5)) {
    case 0:
        kit_transaction(scope, "\"n\"", below(rand, 2) ? "\"url\"" : NULL);
        break;
    case 1:
        ck_assert_int_eq(tsn_scope_set_level(scope, (int32_t)(TOCSIN_LEVEL_DEBUG + below(rand, 5))),
                         TOCSIN_OK);
        break;
    case 2:
        kit_attachment(scope, "{\"filename\":\"a\"}");
        break;
    case 3:
        ck_assert_int_eq(tsn_scope_take_propagation(scope, kit_trace((uint8_t)below(rand, 9))),
                         TOCSIN_OK);
        break;
    default:
        kit_text(scope, value->which, value->json);
    }
}

static void random_write(chance *rand, tsn_scope **scope)
{
    char name[16];
    switch (below(rand, 12)) {
    case 0:
        random_value_write(rand, scope);
        break;
    case 1:
    case 2:
        snprintf(name, sizeof name, "\"f%u\"", below(rand, 150));
        kit_flag(scope, name, below(rand, 2) ? "true" : "false");
        break;
    case 3:
    case 4:
    case 5:
        kit_crumb(scope, ++rand->crumbs, rand->limit);
        break;
    case 6:
        if (below(rand, 40) == 0) ck_assert_int_eq(tsn_scope_clear(scope, false), TOCSIN_OK);
        break;
    default:
        random_map_write(rand, scope);
    }
}

static void random_writes(chance *rand, tsn_scope **scope)
{
    for (unsigned left = below(rand, 300); left > 0; left--) random_write(rand, scope);
}

/* `a ⋅ b`: a new value. */
static tsn_scope *merged(const chance *rand, tsn_scope *a, tsn_scope *b)
{
    tsn_scope *result = tsn_scope_retain(a);
    kit_merge(&result, b, rand->limit);
    return result;
}

#define HOLDS(law, cond) ck_assert_msg(cond, "%s does not hold with seed %d", law, seed)

/* M3: what idempotence speaks of. */
static bool same_but_lists(const tsn_scope *left, const tsn_scope *right)
{
    tsn_scope *bare[2] = {tsn_scope_retain((tsn_scope *)(uintptr_t)left),
                          tsn_scope_retain((tsn_scope *)(uintptr_t)right)};
    for (int i = 0; i < 2; i++) {
        tsn_scope *plain = kit_new();
        for (int map = 0; map < TSN_SCOPE_MAPS; map++) {
            plain->maps[map] = tsn_pmap_retain(bare[i]->maps[map]);
        }
        for (int which = 0; which < TSN_SCOPE_TEXTS; which++) {
            plain->texts[which] = tsn_fragment_retain(bare[i]->texts[which]);
        }
        plain->flags = tsn_plist_retain(bare[i]->flags);
        plain->level = bare[i]->level;
        tsn_scope_release(bare[i]);
        bare[i] = plain;
    }
    bool is_same = kit_same(bare[0], bare[1]);
    tsn_scope_release(bare[0]);
    tsn_scope_release(bare[1]);
    return is_same;
}

static void check_laws(chance *rand, int seed, tsn_scope *a, tsn_scope *b, tsn_scope *c)
{
    tsn_scope *empty = kit_new();
    tsn_scope *right = merged(rand, a, empty);
    tsn_scope *left = merged(rand, empty, a);
    HOLDS("M1", kit_same(right, a) && kit_same(left, a));

    tsn_scope *ab = merged(rand, a, b);
    tsn_scope *bc = merged(rand, b, c);
    tsn_scope *ab_c = merged(rand, ab, c);
    tsn_scope *a_bc = merged(rand, a, bc);
    HOLDS("M2", kit_same(ab_c, a_bc));

    tsn_scope *ab_b = merged(rand, ab, b);
    HOLDS("M3", same_but_lists(ab_b, ab));
    HOLDS("M4", tsn_plist_count(ab_b->attachments) ==
                    tsn_plist_count(ab->attachments) + tsn_plist_count(b->attachments));

    tsn_scope *cleared = tsn_scope_retain(a);
    ck_assert_int_eq(tsn_scope_clear(&cleared, false), TOCSIN_OK);
    HOLDS("M10", kit_same(cleared, empty));
    kit_merge(&cleared, b, rand->limit);
    tsn_scope *fresh = merged(rand, empty, b);
    HOLDS("M9", kit_same(cleared, fresh));

    tsn_scope *all[] = {empty, right, left, ab, bc, ab_c, a_bc, ab_b, cleared, fresh};
    for (size_t i = 0; i < TSN_ARRAY_LEN(all); i++) {
        HOLDS("validity", tsn_scope_valid(all[i]));
        tsn_scope_release(all[i]);
    }
}

/* M6 and I2, I3: what was written is written, whatever happens to relatives. */
static void check_independence(chance *rand, int seed, tsn_scope **a, tsn_scope **b)
{
    tsn_scope *ab = merged(rand, *a, *b);
    tsn_scope *fork = tsn_scope_retain(*b);
    tsn_buf texts[] = {kit_written(*a), kit_written(*b), kit_written(ab)};
    tsn_scope *work = tsn_scope_retain(fork);
    random_writes(rand, &work);
    random_writes(rand, b);
    tsn_scope *kept[] = {*a, fork, ab};
    for (size_t i = 0; i < TSN_ARRAY_LEN(kept); i++) {
        tsn_buf now = kit_written(kept[i]);
        HOLDS("M6", tsn_slice_equal(tsn_buf_view(&now), tsn_buf_view(&texts[i])));
        tsn_buf_fini(&now);
        tsn_buf_fini(&texts[i]);
    }
    tsn_scope_release(work);
    tsn_scope_release(fork);
    tsn_scope_release(ab);
}

START_TEST(the_laws_of_merge_hold_on_random_scopes) /* M1 to M6, M9, M10 */
{
    static const size_t limits[] = {0, 1, 3, 20, 100};
    for (int seed = 1; seed <= 200; seed++) {
        chance rand = {(uint64_t)seed * 0x9e3779b97f4a7c15U, 0,
                       limits[(size_t)seed % TSN_ARRAY_LEN(limits)]};
        tsn_scope *a = kit_new();
        random_writes(&rand, &a);
        tsn_scope *b = below(&rand, 2) ? tsn_scope_retain(a) : kit_new();
        random_writes(&rand, &b);
        tsn_scope *c = below(&rand, 2) ? tsn_scope_retain(b) : kit_new();
        random_writes(&rand, &c);
        check_laws(&rand, seed, a, b, c);
        check_independence(&rand, seed, &a, &b);
        tsn_scope_release(a);
        tsn_scope_release(b);
        tsn_scope_release(c);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {the_laws_of_merge_hold_on_random_scopes};
    return unit_suite_of("model/scope_laws", tests, TSN_ARRAY_LEN(tests));
}
