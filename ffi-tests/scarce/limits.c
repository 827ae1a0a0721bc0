/* Threads, descriptors and address space. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <tocsin/c.h>

#include "scarce.h"
#include "space.h"

#define SPACE_LEFT (24L << 20)

static atomic_bool are_threads_refused;
static atomic_int refused_threads;

typedef int (*thread_maker)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

/* The one that everybody here finds first. */
__attribute__((visibility("default"))) int pthread_create(pthread_t *thread,
                                                          const pthread_attr_t *attr,
                                                          void *(*start)(void *), void *argument)
{
    union {
        void *found;
        thread_maker call;
    } real = {.found = dlsym(RTLD_NEXT, "pthread_create")};
    if (atomic_load(&are_threads_refused)) {
        atomic_fetch_add(&refused_threads, 1);
        return EAGAIN;
    }
    return real.call(thread, attr, start, argument);
}

static bool captures(tocsin_scope scope, int count)
{
    bool is_well = true;
    for (int i = 0; i < count; i++) {
        tocsin_status st = tocsin_scope_capture_message(scope, TOCSIN_Z("m"), 0, 0, NULL, NULL);
        bool is_known = st >= 0 || st == TOCSIN_E_FULL || st == TOCSIN_E_NOMEM ||
                        st == TOCSIN_E_SYSTEM || st == TOCSIN_E_LIMIT;
        if (!is_known) printf("  a capture answers %d\n", (int)st);
        is_well &= is_known;
    }
    return is_well;
}

static bool no_thread_at_all(void)
{
    tocsin_scope scope;
    bool is_well = true;
    atomic_store(&are_threads_refused, true);
    tocsin_client client = scarce_open("", &scope);
    EXPECT(is_well, client > 0);
    EXPECT(is_well, captures(scope, 10));
    EXPECT(is_well, atomic_load(&refused_threads) > 0);
    tocsin_client_flush(client, 100);
    EXPECT(is_well, scarce_books_agree(client));
    return is_well & scarce_closes_well(client, scope, 200);
}

static bool a_thread_after_all(void)
{
    tocsin_scope scope;
    bool is_well = true;
    char stats[4096];
    atomic_store(&are_threads_refused, true);
    tocsin_client client = scarce_open("\"transport\":\"file:/dev/null\",", &scope);
    EXPECT(is_well, captures(scope, 3));
    EXPECT(is_well, atomic_load(&refused_threads) > 0);
    atomic_store(&are_threads_refused, false);
    EXPECT(is_well, captures(scope, 1));
    EXPECT(is_well, tocsin_client_flush(client, 60000) == TOCSIN_OK);
    tocsin_client_stats(client, stats, sizeof stats);
    EXPECT(is_well, strstr(stats, "\"delivered\":1") != NULL);
    EXPECT(is_well, strstr(stats, "\"internal_sdk_error\":3") != NULL);
    return is_well & scarce_closes_well(client, scope, 200);
}

/* Takes all descriptors there may be, but for `spare`. */
static void take_descriptors(int spare)
{
    struct rlimit limit = {.rlim_cur = 64, .rlim_max = 64};
    int last[8] = {-1, -1, -1, -1, -1, -1, -1, -1};
    setrlimit(RLIMIT_NOFILE, &limit);
    for (int fd; (fd = open("/dev/null", O_RDONLY)) >= 0;) {
        memmove(last + 1, last, sizeof last - sizeof *last);
        last[0] = fd;
    }
    for (int i = 0; i < spare; i++) close(last[i]);
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

static bool with_descriptors(int spare, bool before)
{
    char folder[] = "/tmp/tocsin-scarce-XXXXXX";
    char more[128];
    tocsin_scope scope;
    bool is_well = mkdtemp(folder) != NULL;
    snprintf(more, sizeof more, "\"cache_dir\":\"%s\",\"durability\":\"spool\",", folder);
    if (before) take_descriptors(spare);
    tocsin_client client = scarce_open(more, &scope);
    if (!before) take_descriptors(spare);
    EXPECT(is_well, client > 0);
    EXPECT(is_well, captures(scope, 20));
    tocsin_client_flush(client, 100);
    EXPECT(is_well, scarce_books_agree(client));
    is_well &= scarce_closes_well(client, scope, 200);
    close(40);
    close(41);
    nftw(folder, remove_entry, 1, FTW_DEPTH | FTW_PHYS);
    return is_well;
}

static bool no_descriptors(void)
{
    return with_descriptors(0, true);
}

static bool one_descriptor(void)
{
    return with_descriptors(1, true);
}

static bool three_descriptors(void)
{
    return with_descriptors(3, true);
}

static bool none_any_more(void)
{
    return with_descriptors(0, false);
}

/* Scopes that grow and events that wait, until there is no more; then room again. */
static bool no_address_space(void)
{
    tocsin_scope scope;
    bool is_well = true;
    tocsin_client client = scarce_open("\"queue_max_bytes\":1073741824,", &scope);
    EXPECT(is_well, captures(scope, 1));
    EXPECT(is_well, space_limit(SPACE_LEFT));
    static char text[1 << 20];
    memset(text, 'x', sizeof text);
    text[0] = text[sizeof text - 1] = '"';
    long end = scarce_now_ms() + (scarce_is_nightly() ? 60000 : 2000);
    long refused = 0;
    for (int i = 0; (scarce_now_ms() < end || refused == 0) && is_well; i++) {
        char key[32];
        snprintf(key, sizeof key, "k%d", i % 64);
        tocsin_scope fork = tocsin_scope_fork(scope);
        tocsin_status st =
            tocsin_scope_set_extra(i % 2 == 0 ? scope : fork, key, -1, text, (int64_t)sizeof text);
        refused += st == TOCSIN_E_NOMEM;
        EXPECT(is_well, st == TOCSIN_OK || st == TOCSIN_E_NOMEM);
        is_well &= captures(fork > 0 ? fork : scope, 2);
        tocsin_handle_close(fork);
        if (i % 200 == 199) tocsin_scope_clear(scope);
    }
    EXPECT(is_well, refused > 0);
    EXPECT(is_well, space_lift());
    EXPECT(is_well, tocsin_scope_clear(scope) == TOCSIN_OK);
    EXPECT(is_well, tocsin_scope_set_tag(scope, TOCSIN_Z("k"), TOCSIN_Z("v")) == TOCSIN_OK);
    return is_well & scarce_closes_well(client, scope, 200);
}

const scarce_case cases_of_limits[] = {
    {"IO-3 without a single thread captures are counted and a close ends", no_thread_at_all},
    {"IO-3 captures that had no thread are counted, and a later one starts it", a_thread_after_all},
    {"IO-3 no descriptors from the start", no_descriptors},
    {"IO-3 one descriptor", one_descriptor},
    {"IO-3 three descriptors", three_descriptors},
    {"IO-3 no descriptors once it is open", none_any_more},
    {"OOM-3 the address space runs out under load, and comes back", no_address_space},
    {NULL, NULL},
};
