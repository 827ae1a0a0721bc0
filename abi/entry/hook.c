/* A host's function behind the core's idea of a hook: what it looks at gets a handle for the time
 * of the call. */
#include "base/alloc.h"
#include "client/draft.h"
#include "entry.h"

typedef struct host_hook {
    tsn_hook hook;
    tocsin_hook_fn function;
    void *user;
    tocsin_destroy_fn destroy;
} host_hook;

static void close_event(int64_t event)
{
    tsn_entry_close(event, TOCSIN_KIND_EVENT);
}

static int32_t call_host(tsn_hook *hook, tsn_draft *draft, const void *hint)
{
    const host_hook *host = TSN_CONTAINER_OF(hook, host_hook, hook);
    tsn_draft_retain(draft);
    tocsin_event event = tsn_entry_add(TOCSIN_KIND_EVENT, draft);
    if (event < 0) return (int32_t)event;
    draft->shown_as = event;
    draft->conceal = close_event;
    int32_t answer = host->function(event, hint, host->user);
    draft->shown_as = 0;
    close_event(event);
    return answer;
}

static void destroy_host(tsn_hook *hook)
{
    host_hook *host = TSN_CONTAINER_OF(hook, host_hook, hook);
    if (host->destroy != NULL) host->destroy(host->user);
    tsn_free(host);
}

tsn_hook *tsn_entry_hook(tocsin_hook_fn function, void *user, tocsin_destroy_fn destroy)
{
    host_hook *host = tsn_alloc_zero(sizeof *host);
    if (host == NULL) {
        if (destroy != NULL) destroy(user);
        return NULL;
    }
    tsn_rc_init(&host->hook.rc);
    host->hook.call = call_host;
    host->hook.destroy = destroy_host;
    host->hook.kind = TOCSIN_PROCESSOR_EVENT;
    host->function = function;
    host->user = user;
    host->destroy = destroy;
    return &host->hook;
}
