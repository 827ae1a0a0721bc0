/* HND-8: hooks that never return. longjmp and, in left_thrown.cc, exceptions of C++ pass over them
 * and over tocsin; the thread goes on calling. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include <tocsin/c.h>

#include "left.h"

#define ROUNDS 1000

static jmp_buf way_out;

static bool is_all(const char *what, bool is_so)
{
    if (!is_so) printf("  not so: %s\n", what);
    return is_so;
}

#define EXPECT(is_well, condition) ((is_well) &= is_all(#condition, condition))

/* Leaves so many times; then it answers. */
typedef struct leaver {
    int times;
    int32_t answer;
} leaver;

static int32_t leave(tocsin_event event, const void *hint, void *user)
{
    leaver *self = user;
    (void)hint;
    if (tocsin_event_json(event, NULL, 0) <= 0) abort();
    if (self->times > 0) {
        self->times--;
        longjmp(way_out, 1);
    }
    return self->answer;
}

static tocsin_options options_with(const char *hook, tocsin_hook_fn function, void *user)
{
    tocsin_options options = tocsin_options_new();
    tocsin_options_set(options, TOCSIN_Z("transport"), TOCSIN_Z("pull"));
    tocsin_options_set(options, TOCSIN_Z("host_contexts"), TOCSIN_Z("false"));
    if (tocsin_options_set_hook(options, hook, -1, function, user, NULL) < 0) abort();
    return options;
}

static left_world open_with(tocsin_options options)
{
    left_world world = {.client = tocsin_client_open(options)};
    tocsin_handle_close(options);
    world.scope = tocsin_client_scope(world.client);
    return world;
}

left_world left_open(const char *hook, tocsin_hook_fn function, void *user)
{
    return open_with(options_with(hook, function, user));
}

void left_close(left_world *world)
{
    tocsin_handle_close(world->scope);
    tocsin_client_close(world->client, 0);
    tocsin_handle_close(world->client);
}

long left_stat(const left_world *world, const char *name)
{
    char text[2048];
    if (tocsin_client_stats(world->client, text, sizeof text) < 0) return -1;
    const char *at = strstr(text, name);
    return at == NULL ? 0 : strtol(at + strlen(name), NULL, 10);
}

bool left_is_counted(const left_world *world, long captured, long lost)
{
    bool is_well = true;
    EXPECT(is_well, left_stat(world, "\"captured\":") == captured);
    EXPECT(is_well, left_stat(world, "\"before_send\":") == lost);
    return is_well;
}

/* One event by each of three ways. */
static tocsin_status report(const left_world *world, int way)
{
    if (way == 0) return tocsin_message(world->scope, TOCSIN_LEVEL_ERROR, "m");
    if (way == 1) {
        return tocsin_scope_capture_exception(world->scope, TOCSIN_Z("{\"type\":\"E\"}"), 0, NULL,
                                              NULL);
    }
    tocsin_event event = tocsin_event_prepare(world->scope, TOCSIN_CAPTURE_EVENT, TOCSIN_Z("{}"),
                                              world->scope, NULL);
    return event <= 0 ? (tocsin_status)event : tocsin_event_submit(event, NULL, -1, NULL);
}

static void report_and_be_left(const left_world *world, int way)
{
    if (setjmp(way_out) == 0) report(world, way);
}

static bool costs_its_event_alone(const char *hook, int way)
{
    bool is_well = true;
    leaver user = {ROUNDS, strcmp(hook, "error_sampler") == 0 ? 1000000 : TOCSIN_KEEP};
    left_world world = left_open(hook, leave, &user);
    for (int i = 0; i < ROUNDS; i++) report_and_be_left(&world, way);
    EXPECT(is_well, user.times == 0);
    EXPECT(is_well, report(&world, way) == TOCSIN_OK);
    is_well &= left_is_counted(&world, ROUNDS + 1, ROUNDS);
    left_close(&world);
    if (!is_well) printf("  %s, way %d\n", hook, way);
    return is_well;
}

static bool left_by_longjmp(chance *source)
{
    static const char *const hooks[] = {"before_send", "event_processor", "error_sampler"};
    bool is_well = true;
    (void)source;
    for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; i++) {
        for (int way = 0; way < 3; way++) is_well &= costs_its_event_alone(hooks[i], way);
    }
    return is_well;
}

static void add_and_be_left(const left_world *world)
{
    if (setjmp(way_out) == 0) {
        tocsin_scope_add_breadcrumb(world->scope, TOCSIN_Z("{\"message\":\"b\"}"), NULL);
    }
}

static bool a_breadcrumb_is_left(chance *source)
{
    bool is_well = true;
    leaver user = {ROUNDS, TOCSIN_KEEP};
    (void)source;
    left_world world = left_open("before_breadcrumb", leave, &user);
    for (int i = 0; i < ROUNDS; i++) add_and_be_left(&world);
    EXPECT(is_well, user.times == 0);
    EXPECT(is_well, tocsin_scope_add_breadcrumb(world.scope, TOCSIN_Z("{\"message\":\"kept\"}"),
                                                NULL) == TOCSIN_OK);
    char text[2048];
    EXPECT(is_well, tocsin_scope_json(world.scope, text, sizeof text) > 0);
    EXPECT(is_well, strstr(text, "kept") != NULL && strstr(text, "\"b\"") == NULL);
    left_close(&world);
    return is_well;
}

/* Which is logged. */
static int32_t fail(tocsin_event event, const void *hint, void *user)
{
    (void)event;
    (void)hint;
    (void)user;
    return -1;
}

static void log_and_be_left(const left_world *world)
{
    if (setjmp(way_out) == 0) report(world, 0);
}

static bool a_log_line_is_left(chance *source)
{
    bool is_well = true;
    leaver user = {ROUNDS, TOCSIN_KEEP};
    (void)source;
    tocsin_options options = options_with("log", leave, &user);
    tocsin_options_set_hook(options, TOCSIN_Z("event_processor"), fail, NULL, NULL);
    left_world world = open_with(options);
    for (int i = 0; i < ROUNDS; i++) log_and_be_left(&world);
    EXPECT(is_well, user.times == 0);
    EXPECT(is_well, report(&world, 0) == TOCSIN_DROPPED);
    is_well &= left_is_counted(&world, ROUNDS + 1, ROUNDS);
    left_close(&world);
    return is_well;
}

/* The stack is other than it was when the hook was left. */
__attribute__((noinline)) static tocsin_status report_from_below(const left_world *world, int depth)
{
    volatile char room[96];
    room[0] = (char)depth;
    if (depth == 0) return report(world, 0);
    tocsin_status st = report_from_below(world, depth - 1);
    room[1] = room[0];
    return st;
}

__attribute__((noinline)) static void be_left_below(const left_world *world, int depth)
{
    volatile char room[32];
    room[0] = (char)depth;
    if (depth == 0) {
        report(world, 0);
    } else {
        be_left_below(world, depth - 1);
    }
    room[1] = room[0];
}

static void be_left(const left_world *world, int depth)
{
    if (setjmp(way_out) == 0) be_left_below(world, depth);
}

static bool from_any_depth(chance *source)
{
    bool is_well = true;
    leaver user = {0, TOCSIN_KEEP};
    long count = 0;
    (void)source;
    left_world world = left_open("before_send", leave, &user);
    for (int left_at = 0; left_at < 40; left_at += 13) {
        for (int depth = 0; depth < 100; depth++) {
            user.times = 1;
            be_left(&world, left_at);
            EXPECT(is_well, report_from_below(&world, depth) == TOCSIN_OK);
            count++;
        }
    }
    is_well &= left_is_counted(&world, 2 * count, count);
    left_close(&world);
    return is_well;
}

/* A hook that runs captures on another stack and deep below: it is inside itself there too. */
typedef struct inner {
    left_world *world;
    ucontext_t back;
    tocsin_status on_fiber;
    tocsin_status below;
    int calls;
} inner;

static inner *running;

static void capture_on_fiber(void)
{
    running->on_fiber = report(running->world, 0);
}

static int32_t capture_inside(tocsin_event event, const void *hint, void *user)
{
    static _Alignas(16) char stack[256 * 1024];
    ucontext_t fiber;
    (void)event;
    (void)hint;
    running = user;
    running->calls++;
    running->below = report_from_below(running->world, 50);
    getcontext(&fiber);
    fiber.uc_stack.ss_sp = stack;
    fiber.uc_stack.ss_size = sizeof stack;
    fiber.uc_link = &running->back;
    makecontext(&fiber, capture_on_fiber, 0);
    swapcontext(&running->back, &fiber);
    return TOCSIN_KEEP;
}

static bool one_that_runs_is_not_left(chance *source)
{
    bool is_well = true;
    (void)source;
    inner user = {.calls = 0};
    left_world world = left_open("before_send", capture_inside, &user);
    user.world = &world;
    EXPECT(is_well, report(&world, 0) == TOCSIN_OK);
    EXPECT(is_well, user.calls == 1);
    EXPECT(is_well, user.below == TOCSIN_E_REENTRANT);
    EXPECT(is_well, user.on_fiber == TOCSIN_E_REENTRANT);
    is_well &= left_is_counted(&world, 1, 0);
    left_close(&world);
    return is_well;
}

/* The outer hook catches what the inner one throws, and goes on. */
static int32_t catch_inner(tocsin_event event, const void *hint, void *user)
{
    inner *self = user;
    (void)event;
    (void)hint;
    if (++self->calls == 2) longjmp(way_out, 1);
    if (self->calls > 2) return TOCSIN_KEEP;
    tocsin_scope elsewhere = tocsin_scope_new_isolation(self->world->client);
    if (setjmp(way_out) == 0) tocsin_message(elsewhere, TOCSIN_LEVEL_ERROR, "inner");
    self->below = tocsin_message(elsewhere, TOCSIN_LEVEL_ERROR, "again");
    self->on_fiber = report(self->world, 0);
    tocsin_handle_close(elsewhere);
    return TOCSIN_KEEP;
}

static bool an_outer_one_goes_on(chance *source)
{
    bool is_well = true;
    (void)source;
    inner user = {.calls = 0};
    left_world world = left_open("before_send", catch_inner, &user);
    user.world = &world;
    EXPECT(is_well, report(&world, 0) == TOCSIN_OK);
    EXPECT(is_well, user.calls == 3);
    EXPECT(is_well, user.on_fiber == TOCSIN_E_REENTRANT);
    is_well &= left_is_counted(&world, 3, 1);
    left_close(&world);
    return is_well;
}

const abuse_case cases_of_leaving[] = {
    {"HND-8 a thousand hooks left by longjmp cost their events, counted, and nothing else",
     left_by_longjmp},
    {"HND-8 before_breadcrumb is left by longjmp", a_breadcrumb_is_left},
    {"HND-8 the hook for log lines is left by longjmp", a_log_line_is_left},
    {"HND-8 whatever the stack looks like when the thread calls again", from_any_depth},
    {"HND-8 a hook that runs is not taken for left", one_that_runs_is_not_left},
    {"HND-8 an outer hook goes on when an inner one is left", an_outer_one_goes_on},
    {"HND-8 a hook left by an exception of C++ costs its event", left_by_exception},
    {NULL, NULL},
};
