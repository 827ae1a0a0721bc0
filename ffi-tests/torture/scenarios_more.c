/* Scenarios with more than one client or process: what was lost is reported, what is on disk is
 * found again, a child of fork goes on by itself. */
#include "torture.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"

#define CHILD_DID_FAIL 1 /* else 0: no request was refused in it */
#define CHILD_IS_WRONG 2
#define POLLS 40

static tocsin_client open_client(const char *json)
{
    tocsin_options options = tocsin_options_new();
    tocsin_status st = tocsin_options_set(options, "dsn", -1, "https://k@h.example/1", -1);
    if (st >= 0) st = tocsin_options_set_json(options, json, -1);
    tocsin_client client = st < 0 ? st : tocsin_client_open(options);
    tocsin_handle_close(options);
    return client;
}

static void capture(world *here, tocsin_client client, int count)
{
    tocsin_scope scope = tocsin_client_scope(client);
    for (int i = 0; i < count; i++) {
        tocsin_status st = tocsin_scope_capture_message(scope, "m", -1, 0, 0, NULL, NULL);
        if (st != TOCSIN_E_FULL) CHECK(here, st);
    }
    tocsin_handle_close(scope);
}

/* Losses that go out with the next event, and what becomes of the report if nobody takes it. */
void torture_report(world *here)
{
    static const int32_t answers[] = {0, 500, 200};
    tocsin_client client = open_client("{\"transport\":\"pull\",\"queue_max_items\":2,\"send_"
                                       "client_reports\":true,\"host_contexts\":false}");
    CHECK(here, client);
    capture(here, client, 5);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        tocsin_envelope envelope = tocsin_client_next_envelope(client, 0);
        CHECK(here, envelope);
        if (envelope <= 0) continue;
        CHECK(here, tocsin_envelope_text(envelope, NULL, 0));
        CHECK(here, tocsin_envelope_done(envelope, answers[i], NULL, -1));
    }
    CHECK(here, tocsin_client_close(client, 0));
    here->others[0] = client;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

/* The directory's thread has its own time. */
static void take_stored(world *here, tocsin_client client)
{
    for (int left = POLLS; left > 0; left--) {
        tocsin_envelope envelope = tocsin_client_next_envelope(client, 5);
        CHECK(here, envelope);
        if (envelope <= 0) continue;
        CHECK(here, tocsin_envelope_done(envelope, 200, NULL, -1));
        return;
    }
}

/* Stored by one client, found, claimed and sent by another. */
void torture_spool(world *here)
{
    char folder[] = "/tmp/tocsin-torture-XXXXXX";
    char json[128];
    if (mkdtemp(folder) == NULL) {
        here->problem = "no folder for the spool";
        return;
    }
    snprintf(json, sizeof json,
             "{\"transport\":\"pull\",\"cache_dir\":\"%s\",\"durability\":\"spool\"}", folder);
    tocsin_client first = open_client(json);
    CHECK(here, first);
    capture(here, first, 2);
    CHECK(here, tocsin_client_close(first, 100));
    here->others[0] = first;
    tocsin_client second = open_client(json);
    CHECK(here, second);
    if (second > 0) take_stored(here, second);
    CHECK(here, tocsin_client_close(second, 100));
    here->others[1] = second;
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static int in_child(world *here, tocsin_client client)
{
    capture(here, client, 2);
    CHECK(here, tocsin_client_flush(client, 100));
    CHECK(here, tocsin_client_close(client, 100));
    bool did_fail = tsn_alloc_did_fail();
    tsn_alloc_fail_nth(0, false);
    bool is_well = here->problem == NULL && (client < 0 || books_agree(client));
    if (!is_well) return CHILD_IS_WRONG;
    return did_fail ? CHILD_DID_FAIL : 0;
}

/* A thread of the parent's is not in the child, which begins with an empty queue. ThreadSanitizer
 * ends a child that starts a thread. */
void torture_fork(world *here)
{
    int status = 0;
    tocsin_client client =
        open_client("{\"transport\":\"file:/dev/null\",\"host_contexts\":false}");
    CHECK(here, client);
    capture(here, client, 1);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) _exit(in_child(here, client));
    bool has_ended = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status);
    if (!has_ended || WEXITSTATUS(status) == CHILD_IS_WRONG) {
        here->problem = "the child did not end well";
    }
    here->did_fail_elsewhere = has_ended && WEXITSTATUS(status) == CHILD_DID_FAIL;
    CHECK(here, tocsin_client_flush(client, 100));
    CHECK(here, tocsin_client_close(client, 100));
    here->others[0] = client;
}
