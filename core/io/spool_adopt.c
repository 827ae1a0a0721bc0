/* What ended runs left behind, and what was damaged. Files change their owner by a rename alone,
 * and only while the lock of their run is held, so each has one owner at any moment. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file_ops.h"
#include "base/rand.h"
#include "io/spool_fds.h"
#include "io/spool_file.h"
#include "io/spool_run.h"

#define NAMES_BYTES_MAX ((size_t)64 << 20)

/* Names are read first and acted on later, for a directory that changes while it is listed may
 * leave some out. */
static bool note_name(void *context, const char *name)
{
    tsn_buf *names = context;
    tsn_buf_append(names, name, strlen(name) + 1);
    return !names->failed && names->len < NAMES_BYTES_MAX;
}

static int list_names(int dir, tsn_buf *names)
{
    int result = tsn_dir_list(dir, note_name, names);
    return names->failed ? -ENOMEM : result;
}

/* The names one after another; NULL: no more. */
static const char *next_name(const tsn_buf *names, size_t *at)
{
    if (*at >= names->len) return NULL;
    const char *name = names->data + *at;
    *at += strlen(name) + 1;
    return name;
}

typedef struct heir {
    tsn_spool_run *run;
    char own_name[TSN_SPOOL_RUN_NAME];
    int from;
    bool leaves_nothing;
    void (*each)(void *context, const char *name);
    void *context;
} heir;

/* For what had none of its own. */
static const char *new_name(char out[TSN_SPOOL_NAME_SIZE])
{
    uint8_t random[16];
    tsn_rand_bytes(random, sizeof random);
    tsn_spool_name name = {tsn_clock_wall_us() / 1000, tsn_id_from_random(random), 0};
    if (name.stamp_ms < 0) name.stamp_ms = 0;
    tsn_spool_name_write(&name, TSN_SPOOL_SUFFIX, out);
    return out;
}

static void take_file(heir *taker, const char *name)
{
    tsn_spool_name parsed;
    tsn_slice text = tsn_slice_of(name);
    if (tsn_slice_equal(text, TSN_LIT("lock"))) return;
    if (tsn_spool_name_is_temporary(text)) {
        taker->leaves_nothing &= tsn_file_unlink_at(taker->from, name) == 0;
        return;
    }
    char renamed[TSN_SPOOL_NAME_SIZE];
    bool is_report = tsn_slice_equal(text, TSN_LIT(TSN_SPOOL_REPORT));
    bool is_ours = is_report || tsn_spool_name_parse(text, &parsed);
    const char *target = is_report ? new_name(renamed) : name;
    int result = -EINVAL;
    if (is_ours) {
        result = tsn_file_rename_at(taker->from, name, tsn_spool_run_dir(taker->run), target);
    }
    if (result < 0) {
        taker->leaves_nothing = false;
        return;
    }
    taker->each(taker->context, target);
}

/* The lock of that run is ours. */
static void empty_run(heir *taker, const char *name)
{
    tsn_buf names = TSN_BUF_EMPTY;
    size_t at = 0;
    const char *file;
    int listed = list_names(taker->from, &names);
    taker->leaves_nothing = listed == 0;
    while ((file = next_name(&names, &at)) != NULL) take_file(taker, file);
    tsn_buf_fini(&names);
    if (!taker->leaves_nothing || tsn_file_unlink_at(taker->from, "lock") < 0) return;
    (void)tsn_dir_remove_at(taker->run->cache, name);
}

/* A run without a lock file is one that is about to appear or to vanish, unless something is in it.
 */
static int lock_run(tsn_spool_run *run, int dir, const char *name)
{
    int held = tsn_file_lock_at(dir, "lock", false);
    if (held != -ENOENT || tsn_dir_remove_at(run->cache, name) == 0) return held;
    return tsn_file_lock_at(dir, "lock", true);
}

/* The lock of that run, or below 0. */
static int open_and_lock(heir *taker, const char *name)
{
    taker->from = tsn_dir_open_at(taker->run->cache, name);
    if (taker->from < 0) return taker->from;
    tsn_spool_fds_add(taker->from);
    if (!tsn_dir_is_own(taker->from)) return -EPERM;
    int held = lock_run(taker->run, taker->from, name);
    if (held >= 0) tsn_spool_fds_add(held);
    return held;
}

static void adopt_run(heir *taker, const char *name)
{
    tsn_spool_fds_begin();
    int held = open_and_lock(taker, name);
    tsn_spool_fds_end();
    if (held >= 0 && tsn_file_is_linked(held)) empty_run(taker, name);
    tsn_spool_fds_close(held);
    tsn_spool_fds_close(taker->from);
}

/* Another run of the same tag. (Our own, if it is made meanwhile, is locked.) */
static bool is_candidate(const heir *taker, const char *name)
{
    char start[TSN_SPOOL_RUN_NAME];
    snprintf(start, sizeof start, "run-%08" PRIx32 "-", taker->run->tag);
    return tsn_slice_starts_with(tsn_slice_of(name), tsn_slice_of(start)) &&
           strcmp(name, taker->own_name) != 0;
}

int tsn_spool_run_adopt(tsn_spool_run *run, void (*each)(void *context, const char *name),
                        void *context)
{
    int result = tsn_spool_run_open_cache(run, false);
    if (result == -ENOENT) return 0; /* nobody stored anything yet */
    if (result < 0) return result;
    heir taker = {.run = run, .each = each, .context = context};
    tsn_mutex_lock(&run->lock);
    memcpy(taker.own_name, run->name, sizeof taker.own_name);
    tsn_mutex_unlock(&run->lock);
    tsn_buf names = TSN_BUF_EMPTY;
    size_t at = 0;
    const char *name;
    result = list_names(run->cache, &names);
    while (result == 0 && (name = next_name(&names, &at)) != NULL) {
        if (!is_candidate(&taker, name)) continue;
        result = tsn_spool_run_open(run);
        if (result == 0) adopt_run(&taker, name);
    }
    tsn_buf_fini(&names);
    return result;
}

/* The oldest of our names, which begin with the time; NULL: none. `*count`: how many there are. */
static const char *oldest_of(const tsn_buf *names, size_t *count)
{
    const char *name, *oldest = NULL;
    tsn_spool_name parsed;
    *count = 0;
    for (size_t at = 0; (name = next_name(names, &at)) != NULL;) {
        if (!tsn_spool_name_parse(tsn_slice_of(name), &parsed)) continue;
        if (oldest == NULL || strcmp(name, oldest) < 0) oldest = name;
        ++*count;
    }
    return oldest;
}

static void drop_oldest(int bad)
{
    tsn_buf names = TSN_BUF_EMPTY;
    size_t count;
    (void)list_names(bad, &names);
    for (;;) {
        const char *oldest = oldest_of(&names, &count);
        if (count <= TSN_SPOOL_BAD_MAX || tsn_file_unlink_at(bad, oldest) < 0) break;
        names.data[oldest - names.data] = 'x'; /* no name of ours any more */
    }
    tsn_buf_fini(&names);
}

int tsn_spool_run_set_aside(tsn_spool_run *run, const char *name)
{
    int made = tsn_dir_make_at(run->cache, "bad");
    tsn_spool_fds_begin();
    int bad = made < 0 && made != -EEXIST ? made : tsn_dir_open_at(run->cache, "bad");
    if (bad >= 0) tsn_spool_fds_add(bad);
    tsn_spool_fds_end();
    if (bad < 0) return bad;
    int result = tsn_file_rename_at(tsn_spool_run_dir(run), name, bad, name);
    if (result == 0) drop_oldest(bad);
    tsn_spool_fds_close(bad);
    return result;
}
