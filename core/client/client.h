/* A client: frozen settings, its own three scopes, its delivery. Counted by handles, scopes and
 * drafts; any thread. */
#ifndef TSN_CLIENT_CLIENT_H
#define TSN_CLIENT_CLIENT_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "client/draft.h"
#include "client/options.h"
#include "client/scope_cell.h"
#include "client/settings.h"
#include "io/delivery.h"
#include "model/event.h"

struct tsn_park;
struct tsn_chains;

/* Why a restricted handle was refused something. */
typedef enum tsn_denial { TSN_DENIED_RIGHTS, TSN_DENIED_QUOTA, TSN_DENIALS } tsn_denial;

typedef struct tsn_client {
    tsn_rc rc;
    struct tsn_client_config *config; /* a reference; what is fixed for good */
    tsn_settings *settings;           /* the config's */
    tsn_diag *diag;                   /* the config's */
    tsn_delivery *delivery;           /* NULL: not active (ruling 8) */
    struct tsn_park *park;            /* option hooks = pull, else NULL */
    struct tsn_chains *chains;        /* running hooks, see chain.h */
    _Atomic int32_t unsubmitted;      /* events that this process prepared, alive */
    _Atomic uint64_t denied[TSN_DENIALS];
    tsn_fork_watch fork;
    tsn_scope *blank; /* stands in for a value that a fork broke, see scope_lock.h */
    tsn_cell global;
    tsn_cell isolation;
    tsn_cell current;
} tsn_client;

/* `options` NULL: environment and defaults. TOCSIN_E_DSN, TOCSIN_E_SYSTEM, TOCSIN_E_NOMEM; the
 * options' problem text says why. */
tocsin_status tsn_client_open(tsn_options *options, tsn_client **out);
void tsn_client_retain(tsn_client *client);
void tsn_client_release(tsn_client *client);

/* Open, with somewhere to send to. */
bool tsn_client_is_active(tsn_client *client);
tocsin_status tsn_client_flush(tsn_client *client, int64_t timeout_ms);
void tsn_client_flush_cancel(tsn_client *client);
tocsin_status tsn_client_close(tsn_client *client, int64_t timeout_ms);
tocsin_status tsn_client_stats(tsn_client *client, tsn_buf *out);
/* The trace a new isolation scope starts in: the environment's (SENTRY_TRACE), else a new one.
 * NULL: no memory. */
tsn_propagation *tsn_client_new_trace(tsn_client *client);
/* TOCSIN_OK; TOCSIN_DISABLED: closed or not active and none left; TOCSIN_TIMEOUT;
 * TOCSIN_E_UNSUPPORTED: option hooks is not pull. One reference for the caller. */
tocsin_status tsn_client_next_event(tsn_client *client, int64_t timeout_ms, tsn_draft **out);

#endif
