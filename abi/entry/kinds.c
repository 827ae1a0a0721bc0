/* One row a kind. */
#include "kinds.h"

#include "client/client.h"
#include "client/fork_lane.h"
#include "client/restricted.h"

static void retain_options(void *object)
{
    tsn_options_retain(object);
}

static void drop_options(void *object)
{
    tsn_options_release(object);
}

static void retain_client(void *object)
{
    tsn_client_retain(object);
}

static void drop_client(void *object)
{
    tsn_client_release(object);
}

static void retain_cell(void *object)
{
    tsn_cell_retain(object);
}

static void drop_cell(void *object)
{
    if (TSN_UNLIKELY(tsn_fork_lane_has(object))) tsn_fork_lane_clear(object);
    tsn_cell_drop(object);
}

static void retain_draft(void *object)
{
    tsn_draft_retain(object);
}

static void drop_draft(void *object)
{
    tsn_draft_release(object);
}

static void retain_envelope(void *object)
{
    tsn_envelope_out_retain(object);
}

static void drop_envelope(void *object)
{
    tsn_envelope_out_release(object);
}

static void retain_restricted(void *object)
{
    tsn_restricted_retain(object);
}

static void drop_restricted(void *object)
{
    tsn_restricted_release(object);
}

const tsn_handle_ops tsn_kinds[TSN_HANDLE_KINDS] = {
    [TOCSIN_KIND_OPTIONS] = {retain_options, drop_options, NULL},
    [TOCSIN_KIND_CLIENT] = {retain_client, drop_client, NULL},
    [TOCSIN_KIND_SCOPE] = {retain_cell, drop_cell, tsn_fork_lane_keep},
    [TOCSIN_KIND_EVENT] = {retain_draft, drop_draft, NULL},
    [TOCSIN_KIND_ENVELOPE] = {retain_envelope, drop_envelope, NULL},
};

const tsn_handle_ops tsn_restricted_kinds[TSN_HANDLE_KINDS] = {
    [TOCSIN_KIND_SCOPE] = {retain_restricted, drop_restricted, NULL},
};
