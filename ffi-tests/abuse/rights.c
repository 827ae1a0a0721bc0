/* Every function with a handle that lacks one right: what needs it is denied, and nothing else is.
 * The table says what each needs, for each row of calls that takes a scope. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tocsin/c.h>

#include "abuse.h"

#define R TOCSIN_RIGHT_READ
#define W TOCSIN_RIGHT_WRITE
#define U TOCSIN_RIGHT_USER
#define C TOCSIN_RIGHT_CAPTURE
#define F TOCSIN_RIGHT_FORK

static const struct {
    const char *name;
    int64_t needs;
} needs[] = {
    {"tocsin_handle_dup", 0},
    {"tocsin_handle_close", TOCSIN_RIGHT_CLOSE},
    {"tocsin_handle_kind", 0},
    {"tocsin_scope_new_current", F},
    {"tocsin_scope_fork", F},
    {"tocsin_scope_fork_isolation", F},
    {"tocsin_scope_isolation", TOCSIN_RIGHT_ISOLATION},
    {"tocsin_scope_client", TOCSIN_RIGHT_CLIENT},
    {"tocsin_scope_merge into", TOCSIN_RIGHT_MERGE},
    {"tocsin_scope_merge from", R},
    {"tocsin_scope_clear", W | U},
    {"tocsin_scope_new_trace", W},
    {"tocsin_scope_continue_trace", W},
    {"tocsin_scope_trace_headers", R},
    {"tocsin_scope_request_headers", R},
    {"tocsin_scope_json", R},
    {"tocsin_scope_merged_json", R},
    {"tocsin_scope_last_event_id", R},
    {"tocsin_scope_update", W}, /* of tags */
    {"tocsin_scope_set_tag", W},
    {"tocsin_scope_set_tags", W},
    {"tocsin_scope_remove_tag", W},
    {"tocsin_scope_set_extra", W},
    {"tocsin_scope_remove_extra", W},
    {"tocsin_scope_set_context", W},
    {"tocsin_scope_remove_context", W},
    {"tocsin_scope_set_user", U},
    {"tocsin_scope_set_request", W},
    {"tocsin_scope_set_origin", W},
    {"tocsin_scope_set_fingerprint", W},
    {"tocsin_scope_set_level", W},
    {"tocsin_scope_set_transaction", W},
    {"tocsin_scope_set_flag", W},
    {"tocsin_scope_add_breadcrumb", W},
    {"tocsin_scope_clear_breadcrumbs", W},
    {"tocsin_scope_add_attachment", W},
    {"tocsin_scope_add_processor", R | W | U},
    {"tocsin_scope_capture_message", C},
    {"tocsin_scope_capture_message overlay", R},
    {"tocsin_scope_capture_exception", C},
    {"tocsin_scope_capture_exception overlay", R},
    {"tocsin_scope_capture_event", C},
    {"tocsin_scope_capture_event overlay", R},
    {"tocsin_event_prepare", C | R},
    {"tocsin_event_prepare overlay", R},
    {"tocsin_scope_restrict", 0},
    {"tocsin_scope_revoke restricted", 0},
};

/* Below 0: the table has no such row. */
static int64_t needs_of(const char *name)
{
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        if (strcmp(needs[i].name, name) == 0) return needs[i].needs;
    }
    return -1;
}

/* tocsin_scope_revoke's first handle is never a restricted one. */
static bool is_for_all(const call *one)
{
    return strcmp(one->name, "tocsin_scope_revoke scope") != 0;
}

static bool try_right(const fixture *on, const call *one, int64_t right)
{
    int64_t needed = needs_of(one->name);
    if (needed < 0) printf("  no row for %s\n", one->name);
    tocsin_scope fork = tocsin_scope_fork(on->scope);
    tocsin_scope lacking = tocsin_scope_restrict(fork, TOCSIN_RIGHT_ALL & ~right, TOCSIN_NONE);
    int64_t answer = one->with(on, lacking);
    bool is_denied = answer == TOCSIN_E_DENIED;
    bool is_tidy = answer != ANSWER_UNTIDY && (is_denied || !is_handle_error(answer));
    bool is_right = needed >= 0 && is_tidy && is_denied == ((needed & right) != 0);
    if (!is_right) {
        printf("  %s without %lld answers %lld\n", one->name, (long long)right, (long long)answer);
    }
    tocsin_scope_revoke(on->scope, lacking);
    tocsin_handle_close(fork);
    return is_right;
}

/* Rows by kind of handle: scopes, and any. */
static bool takes_scope(const call *one)
{
    return one->kind == TOCSIN_KIND_SCOPE || one->kind == KIND_ANY;
}

static bool what_needs_a_right_is_denied_without_it(chance *source)
{
    fixture on;
    bool is_well = true;
    (void)source;
    fixture_open(&on);
    for (const call *one = calls; one->name != NULL; one++) {
        if (!takes_scope(one) || !is_for_all(one)) continue;
        for (int64_t right = 1; right < TOCSIN_RIGHT_ALL; right *= 2)
            is_well &= try_right(&on, one, right);
    }
    fixture_close(&on);
    return is_well;
}

static bool without_any_right_nothing_changes(chance *source)
{
    fixture on;
    bool is_well = true;
    char before[512], after[512];
    (void)source;
    fixture_open(&on);
    tocsin_scope none = tocsin_scope_restrict(on.scope, 0, TOCSIN_NONE);
    tocsin_scope_merged_json(on.scope, before, sizeof before);
    for (const call *one = calls; one->name != NULL; one++) {
        if (!takes_scope(one) || !is_for_all(one) || needs_of(one->name) <= 0) continue;
        int64_t answer = one->with(&on, none);
        if (answer != TOCSIN_E_DENIED) printf("  %s: %lld\n", one->name, (long long)answer);
        is_well &= answer == TOCSIN_E_DENIED;
    }
    tocsin_scope_merged_json(on.scope, after, sizeof after);
    is_well &= strcmp(before, after) == 0;
    is_well &= tocsin_client_next_envelope(on.client, 0) == 0;
    is_well &= tocsin_scope_revoke(on.scope, none) == TOCSIN_OK;
    fixture_close(&on);
    return is_well;
}

/* Other kinds of argument answer for it as for any scope. */
static bool a_restricted_scope_is_no_other_kind(chance *source)
{
    fixture on;
    bool is_well = true;
    (void)source;
    fixture_open(&on);
    tocsin_scope all = tocsin_scope_restrict(on.scope, TOCSIN_RIGHT_ALL, TOCSIN_NONE);
    for (const call *one = calls; one->name != NULL; one++) {
        if (takes_scope(one)) continue;
        int64_t answer = one->with(&on, all);
        if (answer != TOCSIN_E_KIND) printf("  %s: %lld\n", one->name, (long long)answer);
        is_well &= answer == TOCSIN_E_KIND;
    }
    is_well &= tocsin_handle_close(all) == TOCSIN_OK;
    fixture_close(&on);
    return is_well;
}

/* Whoever knows one restricted handle knows none that is not: neighbours and flipped bits. */
static bool from_one_handle_no_other_is_found(chance *source)
{
    fixture on;
    int found = 0;
    (void)source;
    fixture_open(&on);
    tocsin_scope plugin = tocsin_scope_restrict(on.scope, 0, TOCSIN_NONE);
    for (int bit = 0; bit < 64; bit++) {
        int64_t forged = (int64_t)((uint64_t)plugin ^ (UINT64_C(1) << bit));
        found += tocsin_handle_kind(forged) >= 0;
    }
    for (int64_t step = 1; step <= 1000000; step++) {
        found += tocsin_handle_kind(plugin + step) >= 0;
        found += tocsin_handle_kind(plugin - step) >= 0;
    }
    tocsin_scope_revoke(on.scope, plugin);
    fixture_close(&on);
    if (found > 0) printf("  %d found\n", found);
    return found == 0;
}

const abuse_case cases_of_rights[] = {
    {"what needs a right is denied without it", what_needs_a_right_is_denied_without_it},
    {"without any right nothing changes", without_any_right_nothing_changes},
    {"a restricted scope is no other kind", a_restricted_scope_is_no_other_kind},
    {"from one handle no other is found", from_one_handle_no_other_is_found},
    {NULL, NULL},
};
