/* A plugin that misbehaves: it floods, forges handles, closes what is not its own and looks where
 * it has no business. It says how often it got anywhere. */
#include <inttypes.h>
#include <stdio.h>

#include <tocsin/c.h>

#include "plugin.h"

enum { FLOOD = 10000, GUESSES = 100000 };

static int flood(int64_t scope)
{
    int sent = 0;
    for (int i = 0; i < FLOOD; i++) {
        sent += tocsin_message(scope, TOCSIN_LEVEL_FATAL, "look at me") == TOCSIN_OK;
        tocsin_crumb(scope, "noise", "and at me");
    }
    return sent;
}

/* Numbers near the one that it knows, and that one with bits changed. */
static int forge(int64_t scope)
{
    int hits = 0;
    for (int64_t i = 1; i <= GUESSES; i++) {
        hits += tocsin_tag(scope + i, "service", "vandal's") == TOCSIN_OK;
        hits += tocsin_tag(scope - i, "service", "vandal's") == TOCSIN_OK;
    }
    for (int bit = 0; bit < 53; bit++) hits += tocsin_scope_clear(scope ^ (INT64_C(1) << bit)) == 0;
    return hits;
}

static int close_what_is_not_mine(int64_t scope)
{
    return (tocsin_handle_close(scope) == TOCSIN_OK) + (tocsin_client_close(scope, 0) == TOCSIN_OK);
}

static int look_around(int64_t scope)
{
    char text[4096];
    return (tocsin_scope_client(scope) > 0) + (tocsin_scope_isolation(scope) > 0) +
           (tocsin_scope_merged_json(scope, text, sizeof text) >= 0) +
           (tocsin_user(scope, "somebody else", NULL) == TOCSIN_OK);
}

int32_t plugin_run(int64_t scope)
{
    tocsin_tag(scope, "mood", "sour");
    printf("  vandal: of %d messages %d went out\n", FLOOD, flood(scope));
    printf("  vandal: of %d forged handles %d were good\n", 2 * GUESSES + 53, forge(scope));
    printf("  vandal: closed %d handles of others\n", close_what_is_not_mine(scope));
    printf("  vandal: found %d ways to the host\n", look_around(scope));
    return TOCSIN_OK;
}
