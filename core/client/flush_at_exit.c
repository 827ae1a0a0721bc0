/* One list for the process and one atexit handler, registered with the first entry. The handler
 * takes entries out one by one, so that a client that is released by another handler meanwhile is
 * either still in the list or no longer its affair. */
#include "client/flush_at_exit.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/list.h"
#include "base/sync.h"

typedef struct entry {
    tsn_list node;
    tsn_delivery *delivery;
    int64_t timeout_ms;
} entry;

static tsn_mutex lock = TSN_MUTEX_INIT(TSN_RANK_LEAF);
static tsn_list entries = {&entries, &entries}; /* guarded by lock */
static bool is_registered;                      /* guarded by lock */

/* The entry of `delivery`, or the first one for NULL, taken out; NULL: none. */
static entry *take_out(const tsn_delivery *delivery)
{
    entry *found = NULL;
    tsn_mutex_lock(&lock);
    for (tsn_list *node = entries.next; node != &entries && found == NULL; node = node->next) {
        entry *candidate = TSN_CONTAINER_OF(node, entry, node);
        if (delivery == NULL || candidate->delivery == delivery) found = candidate;
    }
    if (found != NULL) tsn_list_remove(&found->node);
    tsn_mutex_unlock(&lock);
    return found;
}

static void close_all(void)
{
    entry *next;
    while ((next = take_out(NULL)) != NULL) {
        tsn_delivery_close(next->delivery, next->timeout_ms);
        tsn_free(next);
    }
}

void tsn_flush_at_exit_add(tsn_delivery *delivery, int64_t timeout_ms)
{
    entry *item = timeout_ms > 0 ? tsn_alloc(sizeof *item) : NULL;
    if (item == NULL) return;
    *item = (entry){.delivery = delivery, .timeout_ms = timeout_ms};
    tsn_mutex_lock(&lock);
    tsn_list_push_back(&entries, &item->node);
    if (!is_registered) is_registered = atexit(close_all) == 0;
    tsn_mutex_unlock(&lock);
}

void tsn_flush_at_exit_remove(tsn_delivery *delivery)
{
    tsn_free(take_out(delivery));
}
