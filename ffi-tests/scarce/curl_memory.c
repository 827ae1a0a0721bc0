/* libcurl's own requests for memory, refused in turn while an event is sent to a port where nobody
 * listens. */
#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tocsin/c.h>

#include "scarce.h"

#define NO_MORE 400 /* refusals in a row that nothing met */

static atomic_long to_pass;  /* requests before the next refusal; below 0: none is refused */
static atomic_long refusals; /* so far */
static atomic_bool is_forever;

static bool is_refused(void)
{
    long left = atomic_fetch_sub(&to_pass, 1);
    bool is_now = left == 0 || (left < 0 && atomic_load(&is_forever));
    if (is_now) atomic_fetch_add(&refusals, 1);
    return is_now;
}

static void *allocate(size_t size)
{
    return is_refused() ? NULL : malloc(size);
}

static void *allocate_zero(size_t count, size_t size)
{
    return is_refused() ? NULL : calloc(count, size);
}

static void *resize(void *block, size_t size)
{
    return is_refused() ? NULL : realloc(block, size);
}

static char *copy(const char *text)
{
    return is_refused() ? NULL : strdup(text);
}

static void refuse(long after, bool forever)
{
    atomic_store(&is_forever, forever);
    atomic_store(&to_pass, after);
}

static bool send_one(long after, bool forever, bool *was_refused)
{
    tocsin_scope scope;
    bool is_well = true;
    long before = atomic_load(&refusals);
    tocsin_client client = scarce_open("", &scope);
    refuse(after, forever);
    EXPECT(is_well, tocsin_scope_capture_message(scope, TOCSIN_Z("m"), 0, 0, NULL, NULL) >= 0);
    EXPECT(is_well, scarce_await_try(client));
    is_well &= scarce_closes_well(client, scope, 0);
    *was_refused = atomic_load(&refusals) > before;
    refuse(-1, false);
    return is_well;
}

static bool sweep(bool forever)
{
    bool is_well = true, was_refused = true;
    refuse(-1, false);
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, allocate, free, resize, copy, allocate_zero) !=
        CURLE_OK) {
        return false;
    }
    is_well &= send_one(-1, false, &was_refused);
    EXPECT(is_well, !was_refused);
    long after = 0;
    for (was_refused = true; was_refused && is_well && after < NO_MORE; after++) {
        is_well &= send_one(after, forever, &was_refused);
    }
    EXPECT(is_well, after > 20 && after < NO_MORE);
    return is_well;
}

static bool one_at_a_time(void)
{
    return sweep(false);
}

static bool from_there_on(void)
{
    return sweep(true);
}

const scarce_case cases_of_curl[] = {
    {"OOM-2 each of libcurl's allocations refused, once", one_at_a_time},
    {"OOM-2 and from each on", from_there_on},
    {NULL, NULL},
};
