/* What the tests of scope values share: short writers that must succeed, and a scope as text. */
#ifndef TSN_UNIT_MODEL_SCOPE_KIT_H
#define TSN_UNIT_MODEL_SCOPE_KIT_H

#include "support.h"

#include "base/alloc.h"
#include "model/scope.h"

#include <stdio.h>

#define KIT_LIMIT 100

static inline tsn_scope *kit_new(void)
{
    tsn_scope *scope = tsn_scope_new();
    ck_assert_ptr_nonnull(scope);
    return scope;
}

static inline tsn_fragment *kit_fragment(const char *json)
{
    tsn_fragment *fragment = tsn_fragment_new(unit_slice(json));
    ck_assert_ptr_nonnull(fragment);
    return fragment;
}

static inline void kit_tag(tsn_scope **scope, const char *key, const char *json)
{
    ck_assert_int_eq(tsn_scope_map_set(scope, TSN_SCOPE_TAGS, unit_slice(key), unit_slice(json)),
                     TOCSIN_OK);
}

static inline void kit_text(tsn_scope **scope, tsn_scope_text which, const char *json)
{
    ck_assert_int_eq(tsn_scope_take_text(scope, which, kit_fragment(json)), TOCSIN_OK);
}

static inline void kit_transaction(tsn_scope **scope, const char *name, const char *source)
{
    ck_assert_int_eq(tsn_scope_take_transaction(scope, kit_fragment(name),
                                                source == NULL ? NULL : kit_fragment(source)),
                     TOCSIN_OK);
}

static inline void kit_flag(tsn_scope **scope, const char *name, const char *result)
{
    ck_assert_int_eq(tsn_scope_set_flag(scope, unit_slice(name), unit_slice(result)), TOCSIN_OK);
}

/* A crumb {"n":number} at that time. */
static inline void kit_crumb(tsn_scope **scope, unsigned number, size_t limit)
{
    char json[32];
    int len = snprintf(json, sizeof json, "{\"n\":%u}", number);
    tsn_crumb crumb = {number, number, {json, (size_t)len}};
    ck_assert_int_eq(tsn_scope_add_crumb(scope, &crumb, limit), TOCSIN_OK);
}

static inline tsn_attachment *kit_attachment_new(const char *json)
{
    tsn_attachment *attachment;
    ck_assert_int_eq(tsn_attachment_new(TSN_LIT("bytes"), unit_slice(json), &attachment),
                     TOCSIN_OK);
    return attachment;
}

static inline void kit_attachment(tsn_scope **scope, const char *json)
{
    ck_assert_int_eq(tsn_scope_take_attachment(scope, kit_attachment_new(json)), TOCSIN_OK);
}

static inline tsn_propagation *kit_trace(uint8_t number)
{
    uint8_t random[TSN_PROPAGATION_RANDOM];
    memset(random, number, sizeof random);
    tsn_propagation *propagation = tsn_propagation_new(random);
    ck_assert_ptr_nonnull(propagation);
    return propagation;
}

static inline void kit_merge(tsn_scope **into, tsn_scope *from, size_t limit)
{
    ck_assert_int_eq(tsn_scope_merge(into, from, limit), TOCSIN_OK);
}

static inline tsn_buf kit_written(const tsn_scope *scope)
{
    tsn_buf text;
    tsn_buf_init(&text);
    tsn_scope_write(scope, &text);
    ck_assert(!text.failed);
    return text;
}

static inline void kit_expect(const tsn_scope *scope, const char *want)
{
    tsn_buf text = kit_written(scope);
    unit_expect_buf(&text, want);
    tsn_buf_fini(&text);
}

static inline bool kit_same(const tsn_scope *left, const tsn_scope *right)
{
    tsn_buf left_text = kit_written(left);
    tsn_buf right_text = kit_written(right);
    bool is_same = tsn_slice_equal(tsn_buf_view(&left_text), tsn_buf_view(&right_text));
    tsn_buf_fini(&left_text);
    tsn_buf_fini(&right_text);
    return is_same;
}

/* A scope with something in every part. */
static inline tsn_scope *kit_full(void)
{
    tsn_scope *scope = kit_new();
    kit_tag(&scope, "region", "\"eu\"");
    ck_assert_int_eq(tsn_scope_map_set(&scope, TSN_SCOPE_EXTRA, TSN_LIT("cart"), TSN_LIT("[1,2]")),
                     TOCSIN_OK);
    ck_assert_int_eq(
        tsn_scope_map_set(&scope, TSN_SCOPE_CONTEXTS, TSN_LIT("os"), TSN_LIT("{\"name\":\"L\"}")),
        TOCSIN_OK);
    kit_text(&scope, TSN_SCOPE_USER, "{\"id\":\"7\"}");
    kit_text(&scope, TSN_SCOPE_REQUEST, "{\"url\":\"u\"}");
    kit_text(&scope, TSN_SCOPE_FINGERPRINT, "[\"{{ default }}\"]");
    kit_transaction(&scope, "\"GET /\"", "\"route\"");
    ck_assert_int_eq(tsn_scope_set_level(&scope, TOCSIN_LEVEL_WARNING), TOCSIN_OK);
    kit_crumb(&scope, 1, 2);
    kit_crumb(&scope, 2, 2);
    kit_crumb(&scope, 3, 2);
    tsn_origin *origin;
    ck_assert_int_eq(tsn_origin_new(TSN_LIT("{\"platform\":\"ruby\"}"), &origin), TOCSIN_OK);
    ck_assert_int_eq(tsn_scope_take_origin(&scope, origin), TOCSIN_OK);
    kit_flag(&scope, "\"dark\"", "true");
    kit_attachment(&scope, "{\"filename\":\"a.log\"}");
    ck_assert_int_eq(tsn_scope_take_propagation(&scope, kit_trace(0x11)), TOCSIN_OK);
    return scope;
}

#define KIT_FULL_HEAD                                                                              \
    "{\"tags\":{\"region\":\"eu\"},\"extra\":{\"cart\":[1,2]},"                                    \
    "\"contexts\":{\"os\":{\"name\":\"L\"}},\"level\":\"warning\",\"user\":{\"id\":\"7\"},"        \
    "\"request\":{\"url\":\"u\"},\"fingerprint\":[\"{{ default }}\"],\"transaction\":\"GET /\","   \
    "\"transaction_info\":{\"source\":\"route\"},"                                                 \
    "\"breadcrumbs\":{\"values\":[{\"n\":2},{\"n\":3}]},"                                          \
    "\"origin\":{\"platform\":\"ruby\"},\"flags\":[{\"flag\":\"dark\",\"result\":true}],"          \
    "\"attachments\":[\"a.log\"]"
#define KIT_FULL_TRACE                                                                             \
    ",\"trace\":{\"trace_id\":\"11111111111141119111111111111111\","                               \
    "\"span_id\":\"1111111111111111\"}"
#define KIT_FULL_META ",\"_meta\":{\"breadcrumbs\":{\"\":{\"len\":3}}}}"
#define KIT_FULL_TEXT KIT_FULL_HEAD KIT_FULL_TRACE KIT_FULL_META

/* Makes every request for memory of `write` on a full scope fail in turn: the value stays as it
 * was, nothing leaks. `is_shared`: another reference is held meanwhile. Returns the number of
 * requests that failed. */
static inline unsigned kit_fail_each(tocsin_status (*write)(tsn_scope **scope), bool is_shared)
{
    for (unsigned nth = 1;; nth++) {
        tsn_alloc_track(true);
        tsn_scope *scope = kit_full();
        tsn_scope *other = is_shared ? tsn_scope_retain(scope) : NULL;
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st = write(&scope);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        if (did_fail && st != TOCSIN_OK) {
            ck_assert_int_eq(st, TOCSIN_E_NOMEM);
            kit_expect(scope, KIT_FULL_TEXT);
            if (is_shared) ck_assert_ptr_eq(scope, other);
        }
        if (other != NULL) kit_expect(other, KIT_FULL_TEXT);
        ck_assert(tsn_scope_valid(scope));
        tsn_scope_release(other);
        tsn_scope_release(scope);
        ck_assert_int_eq(tsn_alloc_live(), 0);
        tsn_alloc_track(false);
        if (!did_fail) {
            ck_assert_int_eq(st, TOCSIN_OK);
            return nth - 1;
        }
    }
}

#endif
