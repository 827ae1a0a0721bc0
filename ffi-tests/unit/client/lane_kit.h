/* What the tests of fork_lane.c share: a table of handles to cells, and forks as the entry point
 * makes them. */
#ifndef TSN_UNIT_CLIENT_LANE_KIT_H
#define TSN_UNIT_CLIENT_LANE_KIT_H

#include "client_kit.h"

#include <sched.h>

#include "client/capture_lane.h"
#include "client/fork_lane.h"

enum { KIND = 3 };

static tsn_handle_table *table;

static inline void retain(void *object)
{
    tsn_cell_retain(object);
}

static inline void drop(void *object)
{
    if (tsn_fork_lane_has(object)) tsn_fork_lane_clear(object);
    tsn_cell_drop(object);
}

static const tsn_handle_ops ops[TSN_HANDLE_KINDS] = {[KIND] = {retain, drop, tsn_fork_lane_keep}};

/* What is kept is kept on a processor. */
static inline void stay_here(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)sched_getcpu(), &set);
    sched_setaffinity(0, sizeof set, &set);
}

static inline tsn_client *open(void)
{
    const tsn_handle_config config = {ops, 0x155, 12345, TSN_HANDLE_GENERATION_BITS, 1 << 16};
    table = tsn_handle_table_new(&config);
    ck_assert_ptr_nonnull(table);
    return kit_open("{}");
}

static inline void close_all(tsn_client *client)
{
    kit_close(client);
    ck_assert_int_eq(tsn_handle_count(table, KIND), 0);
    tsn_handle_table_free(table);
}

static inline int64_t handle_to(tsn_cell *cell)
{
    tsn_cell_retain(cell);
    int64_t handle = tsn_handle_add(table, KIND, cell);
    ck_assert_int_gt(handle, 0);
    return handle;
}

static inline int64_t new_parent(tsn_client *client)
{
    tsn_cell *cell;
    ck_assert_int_eq(tsn_cell_new_current(&client->isolation, &cell), TOCSIN_OK);
    int64_t handle = tsn_handle_add(table, KIND, cell);
    ck_assert_int_gt(handle, 0);
    return handle;
}

/* As the entry point does it. */
static inline int64_t fork_of(int64_t parent)
{
    int64_t kept = tsn_fork_lane_take(table, parent, KIND);
    if (kept != 0) return kept;
    tsn_handle_hold hold;
    tsn_cell *cell;
    tocsin_status st = tsn_handle_find(table, parent, KIND, &hold);
    if (st < 0) return st;
    st = tsn_cell_fork(hold.object, &cell);
    tsn_fork_lane_note(table, parent, hold.object);
    tsn_handle_release(table, &hold);
    return st < 0 ? st : tsn_handle_add(table, KIND, cell);
}

static inline tocsin_status end(int64_t handle)
{
    return tsn_handle_close(table, handle, KIND);
}

/* Borrowed, for as long as the handle is open. */
static inline tsn_cell *cell_of(int64_t handle)
{
    tsn_handle_hold hold;
    ck_assert_int_eq(tsn_handle_find(table, handle, KIND, &hold), TOCSIN_OK);
    tsn_cell *cell = hold.object;
    tsn_handle_release(table, &hold);
    return cell;
}

/* A parent of which forks are kept by now. */
static inline int64_t used_parent(tsn_client *client)
{
    int64_t parent = new_parent(client);
    for (int i = 0; i < 2; i++) ck_assert_int_eq(end(fork_of(parent)), TOCSIN_OK);
    ck_assert(tsn_fork_lane_has(cell_of(parent)));
    return parent;
}

/* Whether a fork that is made now was kept; it is closed again. */
static inline bool is_kept(int64_t parent)
{
    int64_t fork = tsn_fork_lane_take(table, parent, KIND);
    if (fork != 0) end(fork);
    return fork != 0;
}

#endif
