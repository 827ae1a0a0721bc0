/* One list for the process and one atexit handler, registered with the first entry. Other threads
 * may still run while the handler does: it takes a reference to a client under the lock that the
 * client's end has to pass through, so that it closes none that is being taken apart. The list is
 * changed by one store at a time, so that a child of fork finds it whole. */
#include "client/flush_at_exit.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/sync.h"
#include "client/client.h"

typedef struct entry {
    _Atomic(struct entry *) next; /* guarded by lock */
    tsn_client *client;
} entry;

static tsn_mutex lock = TSN_MUTEX_INIT(TSN_RANK_LEAF);
static _Atomic(entry *) entries; /* guarded by lock */
static bool is_registered;       /* guarded by lock */

/* Takes out the first entry of `client`, or of any; NULL: none. */
static entry *take_locked(const tsn_client *client)
{
    tsn_mutex_assert_held(&lock);
    _Atomic(entry *) *place = &entries;
    entry *found = atomic_load(place);
    while (found != NULL && client != NULL && found->client != client) {
        place = &found->next;
        found = atomic_load(place);
    }
    if (found != NULL) atomic_store(place, atomic_load(&found->next));
    return found;
}

/* Takes out an entry. `*client` is a reference, or NULL if the client is ending already. */
static entry *pop(tsn_client **client)
{
    tsn_mutex_lock(&lock);
    entry *first = take_locked(NULL);
    *client = first != NULL && tsn_rc_try_retain(&first->client->rc) ? first->client : NULL;
    tsn_mutex_unlock(&lock);
    return first;
}

static void close_all(void)
{
    tsn_client *client;
    for (entry *next = pop(&client); next != NULL; next = pop(&client)) {
        if (client != NULL) tsn_client_close(client, client->settings->flush_at_exit ? -1 : 0);
        tsn_client_release(client);
        tsn_free(next);
    }
}

void tsn_flush_at_exit_add(tsn_client *client)
{
    const tsn_settings *settings = client->settings;
    bool sends = settings->flush_at_exit && settings->shutdown_timeout > 0;
    bool stores = settings->cache_dir != NULL;
    entry *item = sends || stores ? tsn_alloc(sizeof *item) : NULL;
    if (item == NULL) return;
    item->client = client;
    tsn_mutex_lock(&lock);
    atomic_init(&item->next, atomic_load(&entries));
    atomic_store(&entries, item);
    if (!is_registered) is_registered = atexit(close_all) == 0;
    tsn_mutex_unlock(&lock);
}

void tsn_flush_at_exit_remove(tsn_client *client)
{
    tsn_mutex_lock(&lock);
    entry *found = take_locked(client);
    tsn_mutex_unlock(&lock);
    tsn_free(found);
}
