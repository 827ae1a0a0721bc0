/* Each quota is a row of limits and what was spent of them since its window began. Who spends asks
 * the innermost first and goes outwards; where one says no, those before get theirs back. A child
 * of fork may find a quota that was just being changed: its numbers are sound one by one, and at
 * worst a window begins anew. */
#include "client/quota.h"

#include <stdatomic.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/rc.h"
#include "base/sync.h"
#include "data/json_walk.h"
#include "data/limits.h"

struct tsn_quota {
    tsn_rc rc;
    unsigned depth;
    tsn_quota *outer; /* a reference; NULL: none */
    int64_t limits[TSN_QUOTA_ITEMS];
    int64_t handles_max;
    int64_t window_ms;
    _Atomic int64_t handles;
    tsn_mutex lock;
    int64_t window_end;              /* guarded by lock; 0: no window yet */
    uint64_t spent[TSN_QUOTA_ITEMS]; /* guarded by lock */
};

/* Where a member's number goes. */
static int64_t *limit_of(tsn_quota *quota, tsn_slice key)
{
    const struct {
        tsn_slice name;
        int64_t *number;
    } rows[] = {
        {TSN_LIT("events"), &quota->limits[TSN_QUOTA_EVENTS]},
        {TSN_LIT("breadcrumbs"), &quota->limits[TSN_QUOTA_BREADCRUMBS]},
        {TSN_LIT("bytes"), &quota->limits[TSN_QUOTA_BYTES]},
        {TSN_LIT("handles"), &quota->handles_max},
        {TSN_LIT("window_ms"), &quota->window_ms},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        if (tsn_slice_equal(rows[i].name, key)) return rows[i].number;
    }
    return NULL;
}

static tocsin_status read_member(tsn_quota *quota, tsn_slice key, tsn_slice value)
{
    int64_t *limit = limit_of(quota, key);
    if (limit == NULL) return TOCSIN_E_UNKNOWN;
    if (tsn_json_is_null(value)) return TOCSIN_OK;
    int64_t number;
    if (!tsn_json_to_i64(value, &number)) return TOCSIN_E_TYPE;
    if (number < 0 || (number == 0 && limit == &quota->window_ms)) return TOCSIN_E_RANGE;
    *limit = number;
    return TOCSIN_OK;
}

static tocsin_status read_object(tsn_quota *quota, tsn_slice object)
{
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key, value;
    while (tsn_json_next(&walk, &key, &value)) TSN_TRY(read_member(quota, key, value));
    return TOCSIN_OK;
}

static tocsin_status read_json(tsn_quota *quota, tsn_slice json)
{
    tsn_buf text = TSN_BUF_EMPTY;
    tocsin_status st = tsn_json_normalise(json, TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, &text, NULL);
    if (st >= 0) st = read_object(quota, tsn_buf_view(&text));
    tsn_buf_fini(&text);
    return st;
}

tocsin_status tsn_quota_new(tsn_slice json, tsn_quota *outer, tsn_quota **out)
{
    unsigned depth = outer == NULL ? 1 : outer->depth + 1;
    if (depth > TSN_QUOTA_DEPTH_MAX) return TOCSIN_E_LIMIT;
    tsn_quota *quota = tsn_alloc_zero(sizeof *quota);
    if (quota == NULL) return TOCSIN_E_NOMEM;
    tsn_rc_init(&quota->rc);
    tsn_mutex_init(&quota->lock, TSN_RANK_LEAF);
    quota->depth = depth;
    quota->outer = tsn_quota_retain(outer);
    for (int i = 0; i < TSN_QUOTA_ITEMS; i++) quota->limits[i] = INT64_MAX;
    quota->handles_max = INT64_MAX;
    quota->window_ms = TSN_QUOTA_WINDOW_MS;
    tocsin_status st = read_json(quota, json);
    if (st >= 0) {
        *out = quota;
    } else {
        tsn_quota_release(quota);
    }
    return st;
}

tsn_quota *tsn_quota_retain(tsn_quota *quota)
{
    if (quota != NULL) tsn_rc_retain(&quota->rc);
    return quota;
}

void tsn_quota_release(tsn_quota *quota)
{
    while (quota != NULL && tsn_rc_release(&quota->rc)) {
        tsn_quota *outer = quota->outer;
        tsn_mutex_fini(&quota->lock);
        tsn_free(quota);
        quota = outer;
    }
}

static bool fits_locked(const tsn_quota *quota, const tsn_quota_cost *cost)
{
    for (int i = 0; i < TSN_QUOTA_ITEMS; i++) {
        uint64_t left = (uint64_t)quota->limits[i] - quota->spent[i];
        if (cost->of[i] > left) return false;
    }
    return true;
}

/* `window` becomes the end of the window that it is spent in. */
static bool spend_one(tsn_quota *quota, const tsn_quota_cost *cost, int64_t now, int64_t *window)
{
    tsn_mutex_lock(&quota->lock);
    if (now >= quota->window_end) {
        for (int i = 0; i < TSN_QUOTA_ITEMS; i++) quota->spent[i] = 0;
        bool is_endless = quota->window_ms > INT64_MAX - now;
        quota->window_end = is_endless ? INT64_MAX : now + quota->window_ms;
    }
    bool fits = fits_locked(quota, cost);
    if (fits) {
        for (int i = 0; i < TSN_QUOTA_ITEMS; i++) quota->spent[i] += cost->of[i];
    }
    *window = quota->window_end;
    tsn_mutex_unlock(&quota->lock);
    return fits;
}

/* A window that began meanwhile has nothing to give back. */
static void give_back(tsn_quota *quota, const tsn_quota_cost *cost, int64_t window)
{
    tsn_mutex_lock(&quota->lock);
    for (int i = 0; i < TSN_QUOTA_ITEMS && quota->window_end == window; i++) {
        uint64_t spent = quota->spent[i];
        quota->spent[i] = spent - (cost->of[i] < spent ? cost->of[i] : spent);
    }
    tsn_mutex_unlock(&quota->lock);
}

bool tsn_quota_spend(tsn_quota *quota, const tsn_quota_cost *cost)
{
    if (quota == NULL) return true;
    int64_t now = tsn_clock_mono_ms();
    int64_t windows[TSN_QUOTA_DEPTH_MAX]; /* by depth - 1 */
    tsn_quota *refusing = quota;
    while (refusing != NULL && spend_one(refusing, cost, now, &windows[refusing->depth - 1])) {
        refusing = refusing->outer;
    }
    if (refusing == NULL) return true;
    for (; quota != refusing; quota = quota->outer) {
        give_back(quota, cost, windows[quota->depth - 1]);
    }
    return false;
}

static bool take_one(tsn_quota *quota)
{
    int64_t before = atomic_fetch_add_explicit(&quota->handles, 1, memory_order_relaxed);
    return before < quota->handles_max;
}

static void give_one(tsn_quota *quota)
{
    atomic_fetch_sub_explicit(&quota->handles, 1, memory_order_relaxed);
}

bool tsn_quota_take_handle(tsn_quota *quota)
{
    tsn_quota *at = quota;
    while (at != NULL && take_one(at)) at = at->outer;
    if (at == NULL) return true;
    give_one(at);
    for (; quota != at; quota = quota->outer) give_one(quota);
    return false;
}

void tsn_quota_give_handle(tsn_quota *quota)
{
    for (; quota != NULL; quota = quota->outer) give_one(quota);
}
