/* What the client layer's tests share: a client whose envelopes the test takes itself, hooks made
 * of C functions that look at drafts, and a look into events. JSON in tests is spelled with ' for
 * ". */
#ifndef TSN_UNIT_CLIENT_KIT_H
#define TSN_UNIT_CLIENT_KIT_H

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "client/client.h"
#include "client/pipeline.h"
#include "data/json_text.h"
#include "data/json_walk.h"
#include "event_kit.h"
#include "support.h"

/* A hook whose function is `run`; counts what was called and freed. */
typedef struct kit_hook {
    tsn_hook hook;
    int32_t (*run)(struct kit_hook *hook, tsn_draft *draft, const void *hint);
    void *user;
    _Atomic int calls;
    _Atomic int *freed; /* or NULL */
} kit_hook;

static inline int32_t kit_hook_call(tsn_hook *hook, tsn_draft *draft, const void *hint)
{
    kit_hook *own = TSN_CONTAINER_OF(hook, kit_hook, hook);
    own->calls++;
    return own->run(own, draft, hint);
}

static inline void kit_hook_destroy(tsn_hook *hook)
{
    kit_hook *own = TSN_CONTAINER_OF(hook, kit_hook, hook);
    if (own->freed != NULL) ++*own->freed;
    tsn_free(own);
}

/* One reference, which whoever is given the hook takes over. */
static inline kit_hook *kit_hook_new(int32_t (*run)(kit_hook *, tsn_draft *, const void *),
                                     void *user)
{
    kit_hook *own = tsn_alloc_zero(sizeof *own);
    ck_assert_ptr_nonnull(own);
    tsn_rc_init(&own->hook.rc);
    own->hook.call = kit_hook_call;
    own->hook.destroy = kit_hook_destroy;
    own->hook.kind = TOCSIN_PROCESSOR_EVENT;
    own->run = run;
    own->user = user;
    return own;
}

/* Answers whatever `user`, a number, says. */
static inline int32_t kit_answer(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    return *(const int32_t *)hook->user;
}

static inline tsn_options *kit_options(const char *json)
{
    tsn_options *options = tsn_options_new();
    ck_assert_ptr_nonnull(options);
    tsn_buf text = kit_json(json);
    tocsin_status st = tsn_options_set_json(options, tsn_buf_view(&text));
    tsn_buf_fini(&text);
    if (st < 0) {
        tsn_buf problem = TSN_BUF_EMPTY;
        tsn_options_problem(options, &problem);
        ck_abort_msg("options %s: %d %.*s", json, st, (int)problem.len, problem.data);
    }
    return options;
}

static inline void kit_set_hook(tsn_options *options, const char *name, kit_hook *hook)
{
    ck_assert_int_eq(tsn_options_set_hook(options, unit_slice(name), &hook->hook), TOCSIN_OK);
}

/* Takes over `options`. */
static inline tsn_client *kit_open_with(tsn_options *options)
{
    tsn_client *client = NULL;
    ck_assert_int_eq(tsn_client_open(options, &client), TOCSIN_OK);
    tsn_options_release(options);
    return client;
}

/* A client with the given options and transport `pull`. */
static inline tsn_client *kit_open(const char *json)
{
    tsn_options *options = kit_options(json);
    ck_assert_int_eq(tsn_options_set(options, TSN_LIT("transport"), TSN_LIT("pull")), TOCSIN_OK);
    return kit_open_with(options);
}

/* The same with one hook. */
static inline tsn_client *kit_open_hooked(const char *json, const char *name, kit_hook *hook)
{
    tsn_options *options = kit_options(json);
    tsn_options_set(options, TSN_LIT("transport"), TSN_LIT("pull"));
    kit_set_hook(options, name, hook);
    return kit_open_with(options);
}

static inline void kit_close(tsn_client *client)
{
    tsn_client_close(client, 0);
    tsn_client_release(client);
}

/* Sets the field of `cell` by a setter of JSON. */
static inline tocsin_status kit_set(tsn_cell *cell, tocsin_status (*set)(tsn_cell *, tsn_slice),
                                    const char *json)
{
    tsn_buf text = kit_json(json);
    tocsin_status st = set(cell, tsn_buf_view(&text));
    tsn_buf_fini(&text);
    return st;
}

static inline tocsin_status kit_tag(tsn_cell *cell, const char *key, const char *value)
{
    return tsn_cell_set_tag(cell, unit_slice(key), unit_slice(value));
}

static inline tocsin_status kit_crumb(tsn_cell *cell, const char *json)
{
    tsn_buf text = kit_json(json);
    tocsin_status st = tsn_cell_add_breadcrumb(cell, tsn_buf_view(&text), NULL, NULL);
    tsn_buf_fini(&text);
    return st;
}

/* Allocates nothing itself. */
static inline tocsin_status kit_capture_text(tsn_cell *cell, int32_t source, tsn_slice text,
                                             char *event_id)
{
    tsn_capture capture = {.cell = cell, .source = source, .text = text};
    return tsn_pipeline_capture(&capture, event_id);
}

static inline tocsin_status kit_capture(tsn_cell *cell, int32_t source, const char *json,
                                        char *event_id)
{
    tsn_buf text = kit_json(json);
    tocsin_status st = kit_capture_text(cell, source, tsn_buf_view(&text), event_id);
    tsn_buf_fini(&text);
    return st;
}

static inline tocsin_status kit_message(tsn_cell *cell, const char *text)
{
    return kit_capture_text(cell, TOCSIN_CAPTURE_MESSAGE, unit_slice(text), NULL);
}

static inline tsn_draft *kit_prepare(tsn_cell *cell, int32_t source, const char *json)
{
    tsn_buf text = kit_json(json);
    tsn_capture capture = {.cell = cell, .source = source, .text = tsn_buf_view(&text)};
    tsn_draft *draft = NULL;
    tocsin_status st = tsn_pipeline_prepare(&capture, &draft);
    tsn_buf_fini(&text);
    ck_assert_int_eq(st, TOCSIN_OK);
    ck_assert_ptr_nonnull(draft);
    return draft;
}

/* A clock that a test moves by hand. */
static _Atomic int64_t kit_now_ms;

static inline int64_t kit_wall_us(void)
{
    return INT64_C(1700000000000000) + kit_now_ms * 1000;
}

static inline int64_t kit_mono_ms(void)
{
    return kit_now_ms;
}

static inline void kit_take_clock(void)
{
    static const tsn_clock_source source = {kit_wall_us, kit_mono_ms};
    kit_now_ms = 1000000;
    tsn_clock_set_source(&source);
}

#endif
