/* Every law holds as well where memory is refused now and then: a call that says so has changed
 * nothing, and does its work when it is asked again (OOM-1). The laws' own program, linked with the
 * library's objects, in which requests can be refused. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "scene.h"

enum { NTH_MAX = 12 };

static long refused;

/* One request of the call or all from one on; in two calls of three. */
static void refuse(chance *source)
{
    int kind = chance_below(source, 3);
    uint64_t nth = 1 + (uint64_t)chance_below(source, NTH_MAX);
    if (kind > 0) tsn_alloc_fail_nth(nth, kind > 1);
}

static void grant(void)
{
    refused += tsn_alloc_did_fail();
    tsn_alloc_fail_nth(0, false);
}

static void expect_refusals(void)
{
    if (refused > 0) return;
    printf("nothing was ever refused\n");
    fflush(stdout);
    _exit(1);
}

static const scene_refusals refusals = {refuse, grant};

__attribute__((constructor)) static void refuse_from_now_on(void)
{
    scene_refuses = &refusals;
    (void)atexit(expect_refusals);
}
