/* Options are kept as the texts they were set with: each was read once to check it and is read
 * again when a client opens. */
#include "client/options.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "client/option_parse.h"
#include "client/options_frozen.h"
#include "data/json_walk.h"

#define SHOWN_MAX 60 /* bytes of a name in a message */

struct tsn_options {
    tsn_rc rc;
    tsn_mutex lock;
    tsn_fragment *texts[TSN_OPTIONS_MAX]; /* raw; NULL: unset; guarded by lock, as all below */
    tsn_hook *hooks[TSN_HOOK_SLOTS];
    tsn_plist *event_processors;
    tsn_buf problem;
};

tsn_options *tsn_options_new(void)
{
    tsn_options *options = tsn_alloc_zero(sizeof *options);
    if (options == NULL) return NULL;
    tsn_rc_init(&options->rc);
    tsn_mutex_init(&options->lock, TSN_RANK_LEAF);
    return options;
}

void tsn_options_retain(tsn_options *options)
{
    tsn_rc_retain(&options->rc);
}

void tsn_options_release(tsn_options *options)
{
    if (options == NULL || !tsn_rc_release(&options->rc)) return;
    for (size_t i = 0; i < TSN_OPTIONS_MAX; i++) tsn_fragment_release(options->texts[i]);
    for (size_t i = 0; i < TSN_HOOK_SLOTS; i++) tsn_hook_release(options->hooks[i]);
    tsn_plist_release(options->event_processors);
    tsn_buf_fini(&options->problem);
    tsn_mutex_fini(&options->lock);
    tsn_free(options);
}

/* Of a problem that another thread was changing during a fork, the remains are let go of. All else
 * is changed by one store each. */
static void lock_for(tsn_options *options, uint32_t work)
{
    if (tsn_mutex_lock_for(&options->lock, work) != 0) tsn_buf_init(&options->problem);
}

static void keep_problem(tsn_options *options, tsn_buf *problem)
{
    lock_for(options, TSN_MUTEX_WORK);
    tsn_buf old = options->problem;
    options->problem = *problem;
    tsn_mutex_unlock(&options->lock);
    tsn_buf_fini(&old);
}

void tsn_options_set_problem(tsn_options *options, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    tsn_buf problem = TSN_BUF_EMPTY;
    tsn_buf_slice(&problem, tsn_slice_of(text));
    keep_problem(options, &problem);
}

tocsin_status tsn_options_problem(tsn_options *options, tsn_buf *out)
{
    lock_for(options, 0);
    tsn_buf_slice(out, tsn_buf_view(&options->problem));
    tsn_mutex_unlock(&options->lock);
    return tsn_buf_status(out);
}

/* The start of a name that came from outside. */
static void append_name(tsn_slice name, tsn_buf *problem)
{
    tsn_slice shown = tsn_slice_sub(name, 0, tsn_utf8_floor(name, SHOWN_MAX));
    tsn_utf8_append_repaired(problem, shown);
    if (shown.len < name.len) TSN_BUF_LIT(problem, "...");
}

static tocsin_status find_row(tsn_slice key, size_t *at, tsn_buf *problem)
{
    *at = tsn_option_find(key);
    if (*at < tsn_option_row_count) return TOCSIN_OK;
    append_name(key, problem);
    if (tsn_option_is_planned(key)) {
        TSN_BUF_LIT(problem, ": an option of a feature that this release does not have");
    } else {
        TSN_BUF_LIT(problem, ": no such option");
    }
    return TOCSIN_E_UNKNOWN;
}

/* Whether `text` means "unset" for the row. */
static bool is_unset(const tsn_option_row *row, tsn_slice text)
{
    if (tsn_slice_absent(text)) return true;
    return text.len == 0 && (row->flags & TSN_OPTION_EMPTY_COUNTS) == 0;
}

/* Reads `text` as the row's type and keeps a copy in `*out`; NULL: unset. */
static tocsin_status check(const tsn_option_row *row, tsn_slice text, tsn_fragment **out,
                           tsn_buf *problem)
{
    *out = NULL;
    if (is_unset(row, text)) return TOCSIN_OK;
    tsn_settings scratch = {.dsn_text = NULL};
    tocsin_status st = tsn_option_parse(row, text, &scratch, problem);
    tsn_option_clear(row, &scratch);
    TSN_TRY(st);
    *out = tsn_fragment_new(text);
    return *out == NULL ? TOCSIN_E_NOMEM : TOCSIN_OK;
}

static void put(tsn_options *options, size_t at, tsn_fragment *text)
{
    lock_for(options, 0);
    tsn_fragment *old = options->texts[at];
    options->texts[at] = text;
    tsn_mutex_unlock(&options->lock);
    tsn_fragment_release(old);
}

tocsin_status tsn_options_set(tsn_options *options, tsn_slice key, tsn_slice value)
{
    tsn_buf problem = TSN_BUF_EMPTY;
    size_t at;
    tsn_fragment *text = NULL;
    tocsin_status st = find_row(key, &at, &problem);
    if (st >= 0) st = check(&tsn_option_rows[at], value, &text, &problem);
    if (st >= 0) {
        put(options, at, text);
    } else {
        keep_problem(options, &problem);
        return st;
    }
    tsn_buf_fini(&problem);
    return st;
}

/* Which JSON types an option takes; null is always "unset". */
static unsigned accepted(tsn_option_type type)
{
    switch (type) {
    case TSN_OPTION_BOOL:
        return TSN_JSON_ONLY(TSN_JSON_BOOL);
    case TSN_OPTION_INT:
    case TSN_OPTION_RATE:
        return TSN_JSON_ONLY(TSN_JSON_NUMBER);
    case TSN_OPTION_LIST:
        return TSN_JSON_ONLY(TSN_JSON_ARRAY);
    case TSN_OPTION_SPOTLIGHT:
        return TSN_JSON_ONLY(TSN_JSON_BOOL) | TSN_JSON_ONLY(TSN_JSON_STRING);
    default:
        return TSN_JSON_ONLY(TSN_JSON_STRING);
    }
}

/* One member of a canonical object. */
static tocsin_status check_member(tsn_slice key, tsn_slice value, size_t *at, tsn_fragment **out,
                                  tsn_buf *problem)
{
    TSN_TRY(find_row(key, at, problem));
    const tsn_option_row *row = &tsn_option_rows[*at];
    tsn_json_type type = tsn_json_type_of(value);
    if (type == TSN_JSON_NULL) return TOCSIN_OK;
    if ((accepted(row->type) & TSN_JSON_ONLY(type)) == 0) {
        tsn_buf_slice(problem, row->key);
        TSN_BUF_LIT(problem, ": JSON of another type than the option's");
        return TOCSIN_E_TYPE;
    }
    if (type != TSN_JSON_STRING) return check(row, value, out, problem);
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_json_decode(value, &text);
    tocsin_status st = tsn_buf_status(&text);
    tsn_slice decoded = text.len == 0 ? TSN_LIT("") : tsn_buf_view(&text);
    if (st >= 0) st = check(row, decoded, out, problem);
    tsn_buf_fini(&text);
    return st;
}

/* All members of a canonical object, checked; `is_named` tells which options they are. */
static tocsin_status check_object(tsn_slice object, tsn_fragment **texts, bool *is_named,
                                  tsn_buf *problem)
{
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key, value;
    while (tsn_json_next(&walk, &key, &value)) {
        size_t at;
        tsn_fragment *text = NULL;
        TSN_TRY(check_member(key, value, &at, &text, problem));
        texts[at] = text;
        is_named[at] = true;
    }
    return TOCSIN_OK;
}

tocsin_status tsn_options_set_json(tsn_options *options, tsn_slice json)
{
    tsn_buf object = TSN_BUF_EMPTY;
    tsn_buf problem = TSN_BUF_EMPTY;
    tsn_fragment *texts[TSN_OPTIONS_MAX] = {NULL};
    bool is_named[TSN_OPTIONS_MAX] = {false};
    tocsin_status st = tsn_json_normalise(json, TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, &object, NULL);
    if (st < 0) {
        TSN_BUF_LIT(&problem, "the options are not a JSON object that can be read");
    } else {
        st = check_object(tsn_buf_view(&object), texts, is_named, &problem);
    }
    for (size_t i = 0; i < TSN_OPTIONS_MAX; i++) {
        if (st >= 0 && is_named[i]) {
            put(options, i, texts[i]);
        } else {
            tsn_fragment_release(texts[i]);
        }
    }
    tsn_buf_fini(&object);
    if (st < 0) {
        keep_problem(options, &problem);
    } else {
        tsn_buf_fini(&problem);
    }
    return st;
}

tocsin_status tsn_options_set_hook(tsn_options *options, tsn_slice name, tsn_hook *hook)
{
    tsn_hook_slot slot;
    tocsin_status st = tsn_hook_slot_find(name, &slot);
    if (st < 0) {
        tsn_buf problem = TSN_BUF_EMPTY;
        append_name(name, &problem);
        TSN_BUF_LIT(&problem, ": no such hook; there are before_send, before_breadcrumb, "
                              "event_processor, error_sampler, log");
        keep_problem(options, &problem);
        tsn_hook_release(hook);
        return st;
    }
    lock_for(options, 0);
    tsn_hook *old_hook = NULL;
    tsn_plist *old_list = options->event_processors;
    if (slot != TSN_HOOK_EVENT_PROCESSOR) {
        old_hook = options->hooks[slot];
        options->hooks[slot] = hook;
        old_list = NULL;
    } else if (hook == NULL) {
        options->event_processors = NULL;
    } else {
        tsn_plist *longer = tsn_plist_retain(old_list); /* shared, so that it is copied */
        st = tsn_plist_take_append(&longer, &tsn_hook_kind, hook);
        if (st >= 0) options->event_processors = longer;
    }
    tsn_mutex_unlock(&options->lock);
    tsn_hook_release(old_hook);
    tsn_plist_release(old_list);
    return st;
}

void tsn_options_freeze(tsn_options *options, tsn_options_frozen *frozen)
{
    lock_for(options, 0);
    for (size_t i = 0; i < TSN_OPTIONS_MAX; i++)
        frozen->texts[i] = tsn_fragment_retain(options->texts[i]);
    for (size_t i = 0; i < TSN_HOOK_SLOTS; i++) {
        frozen->hooks[i] = options->hooks[i];
        tsn_hook_retain(frozen->hooks[i]);
    }
    frozen->event_processors = tsn_plist_retain(options->event_processors);
    tsn_mutex_unlock(&options->lock);
}
