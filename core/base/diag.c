/* A line is formatted once on the stack, then shown (sink or standard error) and kept (ring), each
 * only if it is due. The lock guards the ring alone: sinks, output and memory all stay outside it.
 * Broken assertions of the whole process are counted here too, since here is where people get to
 * hear of them. */
#include "base/diag.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/utf8.h"

enum {
    TEXT_MAX = 1000,
    TEXT_SIZE = TEXT_MAX + 4, /* one more code point shows whether the limit splits one */
    NOTICES_MAX = 64,
};

struct tsn_diag {
    bool debug;
    tsn_diag_sink sink; /* NULL: none */
    void *user;
    _Atomic bool has_told_failure;
    tsn_mutex lock;
    char *notices[NOTICES_MAX]; /* guarded by lock; owned texts, `count` of them from `first` on */
    unsigned first;             /* guarded by lock */
    unsigned count;             /* guarded by lock */
    uint64_t overrun;           /* guarded by lock */
};

/* `what` is written last: whoever sees it sees the rest. */
static struct {
    _Atomic uint64_t count;
    _Atomic(const char *) what;
    const char *file;
    int line;
} failures;

/* How deep this thread is in sinks. */
static _Thread_local unsigned sink_depth;

static const char *level_name(int32_t level)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};
    if (level < TOCSIN_LEVEL_DEBUG) return names[0];
    return level > TOCSIN_LEVEL_ERROR ? names[3] : names[level - TOCSIN_LEVEL_DEBUG];
}

/* A line is one line, whatever came from outside into its text. */
static tsn_slice format_text(char *text, const char *format, va_list args)
{
    int len = vsnprintf(text, TEXT_SIZE, format, args);
    if (len < 0) return TSN_LIT("");
    for (char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) *at = ' ';
    }
    size_t whole = len < TEXT_SIZE ? (size_t)len : TEXT_SIZE - 1;
    return (tsn_slice){text, tsn_utf8_floor((tsn_slice){text, whole}, TEXT_MAX)};
}

static void write_line(tsn_buf *out, const tsn_diag_line *line)
{
    tsn_buf_slice(out, tsn_slice_of(level_name(line->level)));
    tsn_buf_byte(out, ' ');
    tsn_buf_slice(out, line->id);
    TSN_BUF_LIT(out, ": ");
    tsn_buf_slice(out, line->text);
}

static void print(const tsn_diag_line *line)
{
    tsn_buf out = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&out, "tocsin: ");
    write_line(&out, line);
    tsn_buf_byte(&out, '\n');
    (void)tsn_file_write(STDERR_FILENO, tsn_buf_view(&out));
    tsn_buf_fini(&out);
}

/* Of a ring that another thread was changing during a fork, all is let go of. */
static void lock_for(tsn_diag *diag, uint32_t work)
{
    if (tsn_mutex_lock_for(&diag->lock, work) != 0) diag->count = 0;
}

/* Takes over `notice`; returns the one that had to go, or NULL. */
static char *push_locked(tsn_diag *diag, char *notice)
{
    tsn_mutex_assert_held(&diag->lock);
    char *lost = NULL;
    if (diag->count == NOTICES_MAX) {
        lost = diag->notices[diag->first];
        diag->first = (diag->first + 1) % NOTICES_MAX;
        diag->count--;
        diag->overrun++;
    }
    diag->notices[(diag->first + diag->count) % NOTICES_MAX] = notice;
    diag->count++;
    return lost;
}

static void keep(tsn_diag *diag, const tsn_diag_line *line)
{
    tsn_buf text = TSN_BUF_EMPTY;
    write_line(&text, line);
    char *lost = NULL;
    bool has_text = tsn_buf_terminate(&text) != NULL;
    lock_for(diag, TSN_MUTEX_WORK);
    if (has_text) {
        lost = push_locked(diag, text.data);
    } else {
        diag->overrun++;
    }
    tsn_mutex_unlock(&diag->lock);
    tsn_free(lost);
    if (!has_text) tsn_buf_fini(&text);
}

static void show(tsn_diag *diag, const tsn_diag_line *line, bool from_caller)
{
    if (diag->sink == NULL) {
        if (diag->debug) print(line);
    } else if (from_caller && sink_depth == 0) {
        sink_depth++;
        diag->sink(diag->user, line);
        sink_depth--;
    }
}

static void keep_failure(tsn_diag *diag)
{
    const char *what = atomic_load_explicit(&failures.what, memory_order_acquire);
    if (what == NULL || atomic_exchange(&diag->has_told_failure, true)) return;
    char text[TEXT_SIZE];
    int len = snprintf(text, sizeof text, "broken invariant in tocsin, %s:%d: %s", failures.file,
                       failures.line, what);
    if (len < 0) return;
    size_t whole = len < TEXT_SIZE ? (size_t)len : TEXT_SIZE - 1;
    keep(diag, &(tsn_diag_line){TOCSIN_LEVEL_ERROR, TSN_LIT("internal.assert"), {text, whole}});
}

static TSN_PRINTF(4, 0) void say(tsn_diag *diag, bool from_caller, const tsn_diag_line *head,
                                 const char *format, va_list args)
{
    keep_failure(diag);
    char text[TEXT_SIZE];
    tsn_diag_line line = *head;
    line.text = format_text(text, format, args);
    show(diag, &line, from_caller);
    bool is_seen = from_caller && sink_depth == 0;
    if (line.level >= TOCSIN_LEVEL_WARNING || !is_seen) keep(diag, &line);
}

tsn_diag *tsn_diag_new(bool debug)
{
    tsn_diag *diag = tsn_alloc_zero(sizeof *diag);
    if (diag == NULL) return NULL;
    diag->debug = debug;
    tsn_mutex_init(&diag->lock, TSN_RANK_LEAF);
    return diag;
}

void tsn_diag_free(tsn_diag *diag)
{
    if (diag == NULL) return;
    for (unsigned i = 0; i < diag->count; i++) {
        tsn_free(diag->notices[(diag->first + i) % NOTICES_MAX]);
    }
    tsn_mutex_fini(&diag->lock);
    tsn_free(diag);
}

void tsn_diag_set_sink(tsn_diag *diag, tsn_diag_sink sink, void *user)
{
    diag->sink = sink;
    diag->user = user;
}

bool tsn_diag_wants(const tsn_diag *diag, int32_t level)
{
    return diag != NULL && (diag->debug || level >= TOCSIN_LEVEL_WARNING);
}

void tsn_diag_log(tsn_diag *diag, int32_t level, const char *id, const char *format, ...)
{
    if (!tsn_diag_wants(diag, level)) return;
    tsn_diag_line head = {level, tsn_slice_of(id), TSN_SLICE_ABSENT};
    va_list args;
    va_start(args, format);
    say(diag, true, &head, format, args);
    va_end(args);
}

void tsn_diag_sink_left(void)
{
    sink_depth = 0;
}

void tsn_diag_note(tsn_diag *diag, int32_t level, const char *id, const char *format, ...)
{
    if (!tsn_diag_wants(diag, level)) return;
    tsn_diag_line head = {level, tsn_slice_of(id), TSN_SLICE_ABSENT};
    va_list args;
    va_start(args, format);
    say(diag, false, &head, format, args);
    va_end(args);
}

static char *pop_locked(tsn_diag *diag)
{
    tsn_mutex_assert_held(&diag->lock);
    if (diag->count == 0) return NULL;
    char *notice = diag->notices[diag->first];
    diag->first = (diag->first + 1) % NOTICES_MAX;
    diag->count--;
    return notice;
}

bool tsn_diag_next(tsn_diag *diag, tsn_buf *out)
{
    keep_failure(diag);
    lock_for(diag, TSN_MUTEX_WORK);
    char *notice = pop_locked(diag);
    tsn_mutex_unlock(&diag->lock);
    if (notice == NULL) return false;
    tsn_buf_slice(out, tsn_slice_of(notice));
    tsn_free(notice);
    return true;
}

uint64_t tsn_diag_overrun(tsn_diag *diag)
{
    lock_for(diag, 0);
    uint64_t overrun = diag->overrun;
    tsn_mutex_unlock(&diag->lock);
    return overrun;
}

void tsn_assert_failed(const char *what, const char *file, int line)
{
    if (TSN_IS_DEBUG) {
        fprintf(stderr, "tocsin: %s:%d: broken: %s\n", file, line, what);
        abort();
    }
    if (atomic_fetch_add_explicit(&failures.count, 1, memory_order_relaxed) > 0) return;
    failures.file = file;
    failures.line = line;
    atomic_store_explicit(&failures.what, what, memory_order_release);
}

uint64_t tsn_assert_failures(void)
{
    return atomic_load_explicit(&failures.count, memory_order_relaxed);
}
