/* The order is that of the names' stamps, which never go back in a run, whatever the clock does.
 * Who is out belongs to one thread, so only the list needs the lock. */
#include "io/spool.h"

#include <errno.h>
#include <inttypes.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file_ops.h"
#include "base/rand.h"

#define US_PER_MS 1000
#define SANE_WALL_MS INT64_C(1577836800000) /* 2020: a clock before that was never set */

enum { EVICTIONS_MAX = 64, REWRITES_MAX = 2 };

static tsn_stored *stored_of(tsn_list *node)
{
    return TSN_CONTAINER_OF(node, tsn_stored, node);
}

void tsn_spool_init(tsn_spool *spool, const tsn_spool_config *config)
{
    memset(spool, 0, sizeof *spool);
    spool->config = *config;
    tsn_spool_run_init(&spool->run, config->path, config->dsn);
    tsn_mutex_init(&spool->lock, TSN_RANK_LEAF);
    tsn_list_init(&spool->kept);
}

void tsn_spool_fini(tsn_spool *spool)
{
    tsn_list *node;
    while ((node = tsn_list_pop_front(&spool->kept)) != NULL) tsn_free(stored_of(node));
    tsn_spool_run_fini(&spool->run);
    tsn_mutex_fini(&spool->lock);
}

void tsn_spool_let_go(tsn_spool *spool)
{
    tsn_spool_run_let_go(&spool->run);
}

/* The parent's list may be half changed: it is forgotten. */
void tsn_spool_start_afresh(tsn_spool *spool)
{
    tsn_spool_run_start_afresh(&spool->run);
    tsn_mutex_init(&spool->lock, TSN_RANK_LEAF);
    tsn_list_init(&spool->kept);
    spool->bytes = 0;
    atomic_store(&spool->count, 0);
    atomic_store(&spool->has_told, false);
    atomic_store(&spool->has_report, false);
}

/* True if all is well; tells once of a bout of trouble, which ends when an envelope is stored. */
static bool is_well(tsn_spool *spool, int result, const char *what)
{
    if (result >= 0) return true;
    if (!atomic_exchange(&spool->has_told, true)) {
        tsn_diag_note(spool->config.diag, TOCSIN_LEVEL_ERROR, "spool.trouble",
                      "cache_dir %s: cannot %s (%s); events are held in memory alone",
                      spool->config.path, what, strerrordesc_np(-result));
    }
    return false;
}

static int64_t next_stamp(tsn_spool *spool)
{
    int64_t now_ms = tsn_clock_wall_us() / US_PER_MS;
    tsn_mutex_lock(&spool->lock);
    int64_t stamp_ms = now_ms > spool->last_stamp_ms ? now_ms : spool->last_stamp_ms + 1;
    spool->last_stamp_ms = stamp_ms;
    tsn_mutex_unlock(&spool->lock);
    return stamp_ms;
}

static bool write_text(const tsn_spool_entry *entry, tsn_buf *file)
{
    tsn_slice piece;
    tsn_buf header = TSN_BUF_EMPTY;
    tsn_envelope_pieces pieces = tsn_envelope_pieces_of(entry->envelope);
    tsn_envelope_append_header(entry->envelope, entry->identity, 0, &header);
    tsn_spool_file_begin(file, header.len + tsn_envelope_items_size(entry->envelope));
    tsn_buf_slice(file, tsn_buf_view(&header));
    while (tsn_envelope_next_piece(&pieces, &piece)) tsn_buf_slice(file, piece);
    bool is_whole = !header.failed && tsn_spool_file_end(file);
    tsn_buf_fini(&header);
    return is_whole;
}

static int put_as(tsn_spool *spool, const char *temporary, const char *final, tsn_slice file,
                  bool syncs)
{
    int result = tsn_spool_run_open(&spool->run);
    if (result < 0) return result;
    int dir = tsn_spool_run_dir(&spool->run);
    result = tsn_file_put_at(dir, temporary, file, syncs);
    if (result < 0) return result;
    result = tsn_file_rename_at(dir, temporary, dir, final);
    if (result < 0) (void)tsn_file_unlink_at(dir, temporary);
    return result;
}

static int put(tsn_spool *spool, const tsn_spool_name *name, tsn_slice file, bool syncs)
{
    char temporary[TSN_SPOOL_NAME_SIZE], final[TSN_SPOOL_NAME_SIZE];
    tsn_spool_name_write(name, TSN_SPOOL_TEMPORARY, temporary);
    tsn_spool_name_write(name, TSN_SPOOL_SUFFIX, final);
    return put_as(spool, temporary, final, file, syncs);
}

/* A directory that went away is made anew, a full disk is made room on, and a file that could not
 * be synced is written again: the system may have thrown its bytes away (IO-2). */
static int put_somehow(tsn_spool *spool, const tsn_spool_name *name, tsn_slice file, bool syncs,
                       bool (*evict)(void *context), void *context)
{
    int rewrites = 0;
    for (int evictions = 0;;) {
        int result = put(spool, name, file, syncs);
        bool is_full = result == -ENOSPC || result == -EDQUOT;
        if (is_full && evict != NULL && evictions++ < EVICTIONS_MAX && evict(context)) continue;
        bool can_help = result == -EIO || result == -ENOENT;
        if (!can_help || rewrites++ == REWRITES_MAX) return result;
        if (result == -ENOENT && tsn_spool_run_renew(&spool->run) < 0) return result;
    }
}

static tsn_spool_name new_name(tsn_spool *spool, const tsn_spool_entry *entry)
{
    tsn_spool_name name = {next_stamp(spool), entry->envelope->event_id, entry->tries};
    if (tsn_id_is_zero(&name.id)) {
        uint8_t random[16];
        tsn_rand_bytes(random, sizeof random);
        name.id = tsn_id_from_random(random);
    }
    return name;
}

tsn_stored *tsn_spool_store(tsn_spool *spool, const tsn_spool_entry *entry,
                            bool (*evict)(void *context), void *context, bool *is_safe)
{
    bool is_to_sync = spool->config.syncs || entry->is_fatal;
    bool syncs = is_to_sync && !entry->syncs_later;
    tsn_buf file = TSN_BUF_EMPTY;
    tsn_stored *stored = tsn_alloc_zero(sizeof *stored);
    int result = stored != NULL && write_text(entry, &file) ? 0 : -ENOMEM;
    if (result == 0) {
        tsn_list_init(&stored->node);
        stored->name = new_name(spool, entry);
        stored->size = file.len;
        stored->since_ms = tsn_clock_mono_ms();
        stored->load = entry->load;
        stored->is_counted = true;
        stored->lacks_sync = is_to_sync && !syncs;
        result = put_somehow(spool, &stored->name, tsn_buf_view(&file), syncs, evict, context);
    }
    tsn_buf_fini(&file);
    if (!is_well(spool, result, "store an envelope")) {
        tsn_free(stored);
        return NULL;
    }
    bool is_over = atomic_load_explicit(&spool->has_told, memory_order_relaxed);
    if (is_over) atomic_store(&spool->has_told, false);
    if (syncs) result = tsn_spool_run_sync(&spool->run);
    bool is_synced = is_well(spool, result, "sync the directory");
    if (is_safe != NULL) *is_safe = is_synced;
    return stored;
}

bool tsn_spool_put_report(tsn_spool *spool, const tsn_spool_entry *entry)
{
    char temporary[TSN_SPOOL_NAME_SIZE];
    tsn_buf file = TSN_BUF_EMPTY;
    tsn_spool_name name = new_name(spool, entry); /* more than one may write it at a time */
    tsn_spool_name_write(&name, TSN_SPOOL_TEMPORARY, temporary);
    int result = -ENOMEM;
    if (write_text(entry, &file)) {
        result = put_as(spool, temporary, TSN_SPOOL_REPORT, tsn_buf_view(&file), false);
        if (result == -ENOENT) (void)tsn_spool_run_renew(&spool->run);
    }
    tsn_buf_fini(&file);
    if (result == 0) atomic_store(&spool->has_report, true);
    return result == 0; /* trouble is told when it meets an event */
}

void tsn_spool_drop_report(tsn_spool *spool)
{
    if (!atomic_exchange(&spool->has_report, false)) return;
    int result = tsn_file_unlink_at(tsn_spool_run_dir(&spool->run), TSN_SPOOL_REPORT);
    if (result != -ENOENT) (void)is_well(spool, result, "delete a file");
}

void tsn_spool_keep(tsn_spool *spool, tsn_stored *stored)
{
    tsn_mutex_lock(&spool->lock);
    tsn_list *at = spool->kept.prev; /* new ones are the youngest, as a rule */
    while (at != &spool->kept && stored_of(at)->name.stamp_ms > stored->name.stamp_ms) {
        at = at->prev;
    }
    tsn_list_insert_before(at->next, &stored->node);
    spool->bytes += stored->size;
    atomic_fetch_add(&spool->count, 1);
    tsn_mutex_unlock(&spool->lock);
}

/* Takes the next that lacks it off the list of those; false: there is none. */
static bool next_to_sync(tsn_spool *spool, char name[TSN_SPOOL_NAME_SIZE])
{
    bool is_any = false;
    tsn_mutex_lock(&spool->lock);
    for (tsn_list *node = spool->kept.next; !is_any && node != &spool->kept; node = node->next) {
        tsn_stored *stored = stored_of(node);
        is_any = stored->lacks_sync;
        stored->lacks_sync = false;
        if (is_any) tsn_spool_name_write(&stored->name, TSN_SPOOL_SUFFIX, name);
    }
    tsn_mutex_unlock(&spool->lock);
    return is_any;
}

void tsn_spool_sync(tsn_spool *spool, int64_t deadline)
{
    char name[TSN_SPOOL_NAME_SIZE];
    bool is_any = false;
    int dir = tsn_spool_run_dir(&spool->run);
    while (tsn_clock_left(deadline) > 0 && next_to_sync(spool, name)) {
        (void)tsn_file_sync_at(dir, name); /* the event is stored all the same */
        is_any = true;
    }
    if (is_any && tsn_clock_left(deadline) > 0) (void)tsn_spool_run_sync(&spool->run);
}

static tsn_stored *pop_locked(tsn_spool *spool)
{
    tsn_mutex_assert_held(&spool->lock);
    tsn_list *node = tsn_list_pop_front(&spool->kept);
    if (node == NULL) return NULL;
    spool->bytes -= stored_of(node)->size;
    atomic_fetch_sub(&spool->count, 1);
    return stored_of(node);
}

tsn_stored *tsn_spool_take(tsn_spool *spool)
{
    tsn_mutex_lock(&spool->lock);
    tsn_stored *stored = pop_locked(spool);
    tsn_mutex_unlock(&spool->lock);
    return stored;
}

static bool has_excess_locked(const tsn_spool *spool, int64_t now_ms)
{
    tsn_mutex_assert_held(&spool->lock);
    const tsn_spool_config *config = &spool->config;
    if (tsn_list_empty(&spool->kept)) return false;
    if (tsn_spool_count(spool) > config->max_items || spool->bytes > config->max_bytes) return true;
    const tsn_stored *oldest = stored_of(spool->kept.next);
    return config->max_age_ms > 0 && now_ms - oldest->since_ms > config->max_age_ms;
}

tsn_stored *tsn_spool_take_excess(tsn_spool *spool, int64_t now_ms)
{
    if (tsn_spool_count(spool) == 0) return NULL;
    tsn_mutex_lock(&spool->lock);
    tsn_stored *stored = has_excess_locked(spool, now_ms) ? pop_locked(spool) : NULL;
    tsn_mutex_unlock(&spool->lock);
    return stored;
}

static bool rename_to(tsn_spool *spool, tsn_stored *stored, uint32_t tries)
{
    char before[TSN_SPOOL_NAME_SIZE], after[TSN_SPOOL_NAME_SIZE];
    tsn_spool_name name = stored->name;
    int dir = tsn_spool_run_dir(&spool->run);
    tsn_spool_name_write(&name, TSN_SPOOL_SUFFIX, before);
    name.tries = tries;
    tsn_spool_name_write(&name, TSN_SPOOL_SUFFIX, after);
    int result = tsn_file_rename_at(dir, before, dir, after);
    if (result == 0) stored->name = name;
    return result == -ENOENT || is_well(spool, result, "rename a file");
}

bool tsn_spool_claim(tsn_spool *spool, tsn_stored *stored)
{
    return rename_to(spool, stored, stored->name.tries + 1);
}

void tsn_spool_unclaim(tsn_spool *spool, tsn_stored *stored)
{
    if (stored->name.tries > 0) (void)rename_to(spool, stored, stored->name.tries - 1);
}

void tsn_spool_forget(tsn_stored *stored)
{
    if (stored == NULL) return;
    TSN_ASSERT(tsn_list_empty(&stored->node));
    tsn_free(stored);
}

void tsn_spool_remove(tsn_spool *spool, tsn_stored *stored)
{
    char name[TSN_SPOOL_NAME_SIZE];
    tsn_spool_name_write(&stored->name, TSN_SPOOL_SUFFIX, name);
    int result = tsn_file_unlink_at(tsn_spool_run_dir(&spool->run), name);
    if (result != -ENOENT) (void)is_well(spool, result, "delete a file");
    tsn_spool_forget(stored);
}

void tsn_spool_set_aside(tsn_spool *spool, tsn_stored *stored)
{
    char name[TSN_SPOOL_NAME_SIZE];
    tsn_spool_name_write(&stored->name, TSN_SPOOL_SUFFIX, name);
    tsn_diag_note(spool->config.diag, TOCSIN_LEVEL_WARNING, "spool.damaged",
                  "cache_dir %s: %s is damaged and is moved to bad/", spool->config.path, name);
    int result = tsn_spool_run_set_aside(&spool->run, name);
    (void)is_well(spool, result, "set a damaged file aside");
    tsn_spool_forget(stored);
}

/* How long ago it was stored is known by the wall clock alone, so a time that cannot be is none. */
static int64_t age_of(int64_t stamp_ms)
{
    int64_t age_ms = tsn_clock_wall_us() / US_PER_MS - stamp_ms;
    return stamp_ms < SANE_WALL_MS || age_ms < 0 ? 0 : age_ms;
}

static void keep_adopted(void *context, const char *text)
{
    tsn_spool *spool = context;
    uint64_t size = 0;
    tsn_stored *stored = tsn_alloc_zero(sizeof *stored);
    if (stored == NULL) return; /* it stays where it is, for a later run */
    tsn_list_init(&stored->node);
    if (!tsn_spool_name_parse(tsn_slice_of(text), &stored->name)) {
        tsn_free(stored);
        return;
    }
    (void)tsn_file_size_at(tsn_spool_run_dir(&spool->run), text, &size);
    stored->size = (size_t)size;
    stored->since_ms = tsn_clock_mono_ms() - age_of(stored->name.stamp_ms);
    tsn_spool_keep(spool, stored);
}

void tsn_spool_adopt(tsn_spool *spool)
{
    size_t before = tsn_spool_count(spool);
    int result = tsn_spool_run_adopt(&spool->run, keep_adopted, spool);
    bool has_more = tsn_spool_count(spool) > before;
    if (result == 0 && has_more && spool->config.syncs) result = tsn_spool_run_sync(&spool->run);
    (void)is_well(spool, result, "be looked through");
}
