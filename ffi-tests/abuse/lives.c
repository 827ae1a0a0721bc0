/* Handles in the course of their lives: second handles, ends that come once, another copy of the
 * library, reuse of slots. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tocsin/c.h>

#include "abuse.h"

static bool is_all(const char *what, bool is_so)
{
    if (!is_so) printf("  not so: %s\n", what);
    return is_so;
}

#define EXPECT(is_well, condition) ((is_well) &= is_all(#condition, condition))

static bool an_event_ends_once(chance *source)
{
    (void)source;
    fixture on;
    bool is_well = true;
    fixture_open(&on);
    tocsin_event event = fixture_make(&on, TOCSIN_KIND_EVENT);
    tocsin_event second = tocsin_handle_dup(event);
    tocsin_event third = tocsin_handle_dup(event);
    EXPECT(is_well, tocsin_event_submit(event, NULL, -1, NULL) == TOCSIN_OK);
    EXPECT(is_well, tocsin_event_submit(event, NULL, -1, NULL) == TOCSIN_E_STALE);
    EXPECT(is_well, tocsin_event_json(second, NULL, 0) == TOCSIN_E_CLOSED);
    EXPECT(is_well, tocsin_event_set_json(second, TOCSIN_Z("{}")) == TOCSIN_E_CLOSED);
    EXPECT(is_well, tocsin_event_set_rate(second, 1) == TOCSIN_E_CLOSED);
    EXPECT(is_well, tocsin_event_submit(second, NULL, -1, NULL) == TOCSIN_E_CLOSED);
    EXPECT(is_well, tocsin_event_discard(third, NULL, -1) == TOCSIN_E_CLOSED);
    EXPECT(is_well, tocsin_handle_close(third) == TOCSIN_E_STALE);
    fixture_close(&on);
    return is_well;
}

static bool an_envelope_has_one_fate(chance *source)
{
    (void)source;
    fixture on;
    bool is_well = true;
    fixture_open(&on);
    tocsin_envelope envelope = fixture_make(&on, TOCSIN_KIND_ENVELOPE);
    tocsin_envelope second = tocsin_handle_dup(envelope);
    EXPECT(is_well, tocsin_envelope_done(envelope, 200, NULL, -1) == TOCSIN_OK);
    EXPECT(is_well, tocsin_envelope_done(envelope, 200, NULL, -1) == TOCSIN_E_STALE);
    EXPECT(is_well, tocsin_envelope_text(second, NULL, 0) == TOCSIN_E_CLOSED);
    EXPECT(is_well, tocsin_envelope_done(second, 200, NULL, -1) == TOCSIN_E_CLOSED);
    EXPECT(is_well, tocsin_handle_close(second) == TOCSIN_E_STALE);
    fixture_close(&on);
    return is_well;
}

static int32_t remember(tocsin_event event, const void *hint, void *user)
{
    (void)hint;
    *(tocsin_event *)user = event;
    return TOCSIN_KEEP;
}

static bool what_a_hook_was_shown_is_stale_after_it(chance *source)
{
    (void)source;
    fixture on;
    bool is_well = true;
    tocsin_event seen = 0;
    fixture_open(&on);
    tocsin_scope scope = tocsin_scope_fork(on.scope);
    tocsin_scope_add_processor(scope, TOCSIN_PROCESSOR_EVENT, NULL, -1, remember, &seen, NULL);
    EXPECT(is_well, tocsin_scope_capture_message(scope, TOCSIN_Z("m"), 0, 0, NULL, NULL) == 0);
    EXPECT(is_well, seen > 0);
    EXPECT(is_well, tocsin_event_json(seen, NULL, 0) == TOCSIN_E_STALE);
    tocsin_handle_close(scope);
    fixture_close(&on);
    return is_well;
}

static bool closing_outer_objects_leaves_inner_ones_usable(chance *source)
{
    (void)source;
    fixture on;
    bool is_well = true;
    fixture_open(&on);
    tocsin_scope isolation = tocsin_scope_new_isolation(on.client);
    tocsin_scope current = tocsin_scope_new_current(isolation);
    tocsin_scope_set_tag(isolation, TOCSIN_Z("outer"), TOCSIN_Z("yes"));
    tocsin_handle_close(isolation);
    tocsin_client client = on.client;
    tocsin_handle_close(on.scope);
    tocsin_handle_close(on.other);
    tocsin_handle_close(client);
    char text[512];
    tocsin_scope_merged_json(current, text, sizeof text);
    EXPECT(is_well, strstr(text, "\"outer\":\"yes\"") != NULL);
    EXPECT(is_well, tocsin_client_stats(client, NULL, 0) == TOCSIN_E_STALE);
    on.client = tocsin_scope_client(current);
    EXPECT(is_well, on.client > 0);
    EXPECT(is_well, tocsin_scope_capture_message(current, TOCSIN_Z("m"), 0, 0, NULL, NULL) == 0);
    tocsin_client_close(on.client, 0);
    EXPECT(is_well, tocsin_scope_capture_message(current, TOCSIN_Z("m"), 0, 0, NULL, NULL) ==
                        TOCSIN_DISABLED);
    EXPECT(is_well, tocsin_scope_set_tag(current, TOCSIN_Z("k"), TOCSIN_Z("v")) == TOCSIN_OK);
    tocsin_handle_close(current);
    tocsin_handle_close(on.client);
    return is_well;
}

static tocsin_client open_with(const char *json)
{
    tocsin_options options = tocsin_options_new();
    tocsin_options_set_json(options, json, -1);
    tocsin_client client = tocsin_client_open(options);
    tocsin_handle_close(options);
    return client;
}

static bool a_parked_event_may_outlive_the_client_of_its_overlay(chance *source)
{
    (void)source;
    bool is_well = true;
    tocsin_client client = open_with("{\"transport\":\"pull\",\"hooks\":\"pull\"}");
    tocsin_client other = open_with("{\"transport\":\"pull\"}");
    tocsin_scope scope = tocsin_client_scope(client);
    tocsin_scope overlay = tocsin_client_scope(other);
    EXPECT(is_well,
           tocsin_scope_capture_message(scope, TOCSIN_Z("m"), 0, overlay, NULL, NULL) == 0);
    tocsin_handle_close(overlay);
    tocsin_handle_close(other);
    tocsin_event event = tocsin_client_next_event(client, 0);
    EXPECT(is_well, event > 0);
    EXPECT(is_well, tocsin_event_submit(event, NULL, -1, NULL) == TOCSIN_OK);
    tocsin_handle_close(scope);
    tocsin_client_close(client, 0);
    tocsin_handle_close(client);
    return is_well;
}

static bool numbers_are_not_given_out_again(chance *source)
{
    (void)source;
    fixture on;
    bool is_well = true;
    fixture_open(&on);
    enum { ROUNDS = 100000, KEPT = 64 };
    int64_t old[KEPT] = {0};
    for (int i = 0; i < ROUNDS && is_well; i++) {
        int64_t handle = tocsin_scope_new(on.client);
        EXPECT(is_well, handle > 0 && handle < (INT64_C(1) << 53));
        EXPECT(is_well, old[i % KEPT] == 0 || tocsin_handle_kind(old[i % KEPT]) == TOCSIN_E_STALE);
        tocsin_handle_close(handle);
        old[i % KEPT] = handle;
    }
    fixture_close(&on);
    return is_well;
}

/* A file that holds the same library, under a name by which the loader takes it for another. */
static bool copy_library(char *path)
{
    Dl_info info;
    char bytes[65536];
    size_t count;
    if (dladdr((const void *)(uintptr_t)tocsin_version, &info) == 0) return false;
    int to = mkstemp(path);
    FILE *from = fopen(info.dli_fname, "rb");
    bool is_well = to >= 0 && from != NULL;
    while (is_well && (count = fread(bytes, 1, sizeof bytes, from)) > 0)
        is_well = write(to, bytes, count) == (ssize_t)count;
    if (from != NULL) fclose(from);
    if (to >= 0) close(to);
    return is_well;
}

typedef struct second_copy {
    int64_t (*instance_id)(void);
    tocsin_options (*options_new)(void);
    int32_t (*handle_kind)(int64_t handle);
    tocsin_status (*handle_close)(int64_t handle);
} second_copy;

static bool load_second_copy(second_copy *copy)
{
    char path[] = "/tmp/tocsin-copy-XXXXXX";
    bool is_copied = copy_library(path);
    void *library = is_copied ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    unlink(path);
    if (library == NULL) return false;
    void *found[] = {dlsym(library, "tocsin_instance_id"), dlsym(library, "tocsin_options_new"),
                     dlsym(library, "tocsin_handle_kind"), dlsym(library, "tocsin_handle_close")};
    memcpy(copy, found, sizeof found);
    return true;
}

static bool handles_of_another_copy_are_foreign(chance *source)
{
    (void)source;
    second_copy copy = {NULL, NULL, NULL, NULL};
    bool is_well = true;
    if (!is_all("a second copy could be loaded", load_second_copy(&copy))) return false;
    if (copy.instance_id() == tocsin_instance_id()) return true; /* one time in 1,024 */
    tocsin_options theirs = copy.options_new();
    tocsin_options ours = tocsin_options_new();
    EXPECT(is_well, theirs > 0 && ours > 0);
    EXPECT(is_well, copy.handle_kind(theirs) == TOCSIN_KIND_OPTIONS);
    EXPECT(is_well, tocsin_handle_kind(theirs) == TOCSIN_E_FOREIGN);
    EXPECT(is_well, tocsin_handle_close(theirs) == TOCSIN_E_FOREIGN);
    EXPECT(is_well, tocsin_client_open(theirs) == TOCSIN_E_FOREIGN);
    EXPECT(is_well, copy.handle_kind(ours) == TOCSIN_E_FOREIGN);
    copy.handle_close(theirs);
    tocsin_handle_close(ours);
    return is_well;
}

const abuse_case cases_of_lives[] = {
    {"HND-1 an event ends once", an_event_ends_once},
    {"HND-1 an envelope has one fate", an_envelope_has_one_fate},
    {"HND-8 what a hook was shown is stale after it", what_a_hook_was_shown_is_stale_after_it},
    {"HND-1 closing outer objects leaves inner ones usable",
     closing_outer_objects_leaves_inner_ones_usable},
    {"HND-1 a parked event may outlive the client of its overlay",
     a_parked_event_may_outlive_the_client_of_its_overlay},
    {"HND-4 numbers are not given out again", numbers_are_not_given_out_again},
    {"HND-3 handles of another copy are foreign", handles_of_another_copy_are_foreign},
    {NULL, NULL},
};
