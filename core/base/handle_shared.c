/* Not once and for all: when there was no memory for the table, a later call must find some. */
#include "base/handle_shared.h"

#include "base/rand.h"
#include "base/sync.h"

_Atomic(tsn_handle_table *) tsn_handle_shared_table;

static _Atomic(tsn_handle_table *) annex;

static tsn_mutex lock = TSN_MUTEX_INIT(TSN_RANK_OUTER);
static uint32_t random_bits[3]; /* guarded by lock */
static bool has_random;         /* guarded by lock */

/* The annex differs from the table in this bit of the nonce. */
#define ANNEX_NONCE_BIT (1u << (TSN_HANDLE_NONCE_BITS - 1))

static void draw_locked(void)
{
    tsn_mutex_assert_held(&lock);
    if (has_random) return;
    tsn_rand_bytes(random_bits, sizeof random_bits);
    has_random = true;
}

static uint32_t nonce_locked(void)
{
    draw_locked();
    return random_bits[0] & ((1u << TSN_HANDLE_NONCE_BITS) - 1);
}

static tsn_handle_table *new_table(const tsn_handle_ops *ops, uint32_t nonce, uint32_t seed)
{
    tsn_handle_config config = {
        .ops = ops,
        .nonce = nonce,
        .seed = seed,
        .generation_bits = TSN_HANDLE_GENERATION_BITS,
        .capacity = 1u << TSN_HANDLE_INDEX_BITS,
    };
    return tsn_handle_table_new(&config);
}

static tsn_handle_table *make_locked(const tsn_handle_ops *ops)
{
    tsn_handle_table *table = atomic_load_explicit(&tsn_handle_shared_table, memory_order_relaxed);
    if (table != NULL) return table;
    uint32_t nonce = nonce_locked();
    table = new_table(ops, nonce, random_bits[1]);
    atomic_store_explicit(&tsn_handle_shared_table, table, memory_order_release);
    return table;
}

tsn_handle_table *tsn_handle_shared_make(const tsn_handle_ops *ops)
{
    tsn_mutex_lock(&lock);
    tsn_handle_table *table = make_locked(ops);
    tsn_mutex_unlock(&lock);
    return table;
}

tsn_handle_table *tsn_handle_annex(void)
{
    return atomic_load_explicit(&annex, memory_order_acquire);
}

static tsn_handle_table *make_annex_locked(const tsn_handle_ops *table_ops,
                                           const tsn_handle_ops *ops)
{
    tsn_handle_table *made = tsn_handle_annex();
    tsn_handle_table *table = make_locked(table_ops);
    if (made != NULL || table == NULL) return made;
    made = new_table(ops, nonce_locked() ^ ANNEX_NONCE_BIT, random_bits[2]);
    if (made == NULL) return NULL;
    tsn_handle_table_pair(table, made);
    atomic_store_explicit(&annex, made, memory_order_release);
    return made;
}

tsn_handle_table *tsn_handle_annex_make(const tsn_handle_ops *table_ops, const tsn_handle_ops *ops)
{
    tsn_handle_table *made = tsn_handle_annex();
    if (made != NULL) return made;
    tsn_mutex_lock(&lock);
    made = make_annex_locked(table_ops, ops);
    tsn_mutex_unlock(&lock);
    return made;
}

uint32_t tsn_handle_shared_nonce(void)
{
    tsn_mutex_lock(&lock);
    uint32_t nonce = nonce_locked();
    tsn_mutex_unlock(&lock);
    return nonce;
}
