/* What stands behind a restricted handle: a scope, and what may be done with it. A restriction is
 * fixed when it is made; all handles that come from one share it. Counted; any thread. */
#ifndef TSN_CLIENT_RESTRICTED_H
#define TSN_CLIENT_RESTRICTED_H

#include "base/rc.h"
#include "client/client.h"
#include "client/pipeline.h"
#include "client/quota.h"

typedef struct tsn_restriction {
    tsn_rc rc;
    int64_t rights;   /* TOCSIN_RIGHT_ */
    tsn_quota *quota; /* a reference; NULL: none */
    /* the one that was handed out by somebody without restriction; a reference, unless it is this
     */
    struct tsn_restriction *root;
    _Atomic bool is_revoked; /* of a root */
} tsn_restriction;

/* The part of `of` (NULL: everything) that is within `rights`, and inside `quota_json` besides what
 * `of` is inside of already; absent: no quota more. TOCSIN_E_RANGE: no such right; the errors of
 * tsn_quota_new. */
tocsin_status tsn_restriction_new(tsn_restriction *of, int64_t rights, tsn_slice quota_json,
                                  tsn_restriction **out);
void tsn_restriction_retain(tsn_restriction *restriction);
void tsn_restriction_release(tsn_restriction *restriction);

/* From here on nothing is allowed to what comes of the same root. */
void tsn_restriction_revoke(tsn_restriction *restriction);
bool tsn_restriction_is_revoked(const tsn_restriction *restriction);

/* What a call is about to do. */
typedef struct tsn_intent {
    int64_t rights; /* all of these are needed */
    tsn_quota_cost cost;
    bool is_event; /* one that nothing has counted yet: it is lost if the cost does not fit */
} tsn_intent;

/* TOCSIN_OK; TOCSIN_E_DENIED, counted; TOCSIN_E_STALE: revoked. A cost is spent even if the call
 * then fails. */
tocsin_status tsn_restriction_allow(tsn_restriction *restriction, tsn_client *client,
                                    const tsn_intent *intent);

/* One handle of a restriction. */
typedef struct tsn_restricted {
    tsn_rc rc;
    tsn_cell *cell;               /* a reference */
    tsn_restriction *restriction; /* a reference, and one handle of its quota */
} tsn_restricted;

/* Takes over the reference to `cell`, also on failure. TOCSIN_E_DENIED: too many handles, counted;
 * TOCSIN_E_STALE: revoked; TOCSIN_E_NOMEM. */
tocsin_status tsn_restricted_new(tsn_cell *cell, tsn_restriction *restriction,
                                 tsn_restricted **out);
void tsn_restricted_retain(tsn_restricted *restricted);
void tsn_restricted_release(tsn_restricted *restricted);

/* tsn_pipeline_prepare for an event that draws on the restriction's quota: a handle while it is
 * prepared, its cost when it is submitted. Also TOCSIN_E_DENIED. */
tocsin_status tsn_restricted_prepare(tsn_restricted *restricted, const tsn_capture *capture,
                                     tsn_draft **out);
/* Ends what the above began, with `extra` bytes more to pay for: TOCSIN_OK, or TOCSIN_E_DENIED, and
 * the event is counted as lost. Nothing for an event that is not restricted. */
tocsin_status tsn_restricted_pay(struct tsn_prepared *prepared, size_t extra);
/* The same without paying. */
void tsn_restricted_forget(struct tsn_prepared *prepared);

#endif
