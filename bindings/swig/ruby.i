/* The patterns of typemaps.i for Ruby: 3.1 and later.
 *
 * A call that succeeds returns a number, a text in UTF-8, or for captures the event's id, nil if the event
 * ended before it had one. One that fails raises Tocsin::Error, which holds the status; an argument of a wrong type raises
 * TypeError. SWIG's own texts are binary and end at a NUL; these are and do neither.
 *
 * Calls that wait let other Ruby threads run and end early when their own thread is to be interrupted
 * (Timeout, Thread#kill, a signal). All others keep Ruby's lock: they take microseconds. */

%{
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include <ruby/encoding.h>
#include <ruby/thread.h>

static VALUE error_class; /* Tocsin::Error; set while the extension loads */

static void fail(int64_t status)
{
    rb_exc_raise(rb_funcall(error_class, rb_intern("new"), 1, LL2NUM(status)));
}

static int64_t integer_of(VALUE value)
{
    if (!RB_INTEGER_TYPE_P(value)) rb_raise(rb_eTypeError, "no integer: %" PRIsVALUE, rb_inspect(value));
    return NUM2LL(value);
}

static int32_t small_integer_of(VALUE value)
{
    int64_t number = integer_of(value);
    if (number != (int32_t)number) fail(TOCSIN_E_RANGE);
    return (int32_t)number;
}

static int64_t handle_of(VALUE value)
{
    if (!RB_INTEGER_TYPE_P(value)) rb_raise(rb_eTypeError, "no handle: %" PRIsVALUE, rb_inspect(value));
    if (!RB_FIXNUM_P(value)) fail(TOCSIN_E_STALE);
    return FIX2LONG(value);
}

static int utf8_index, ascii_index, bytes_index; /* of encodings; set while the extension loads */

/* nil stays nil. What is neither UTF-8 nor bytes becomes UTF-8 if Ruby can. */
static VALUE text_of(VALUE value)
{
    if (NIL_P(value)) return value;
    Check_Type(value, T_STRING);
    int index = RB_ENCODING_GET_INLINED(value);
    if (index == utf8_index || index == ascii_index || index == bytes_index) return value;
    return rb_str_conv_enc(value, rb_enc_get(value), rb_utf8_encoding());
}
%}

%typemap(in) int64_t { $1 = integer_of($input); }
%typemap(in) int32_t { $1 = small_integer_of($input); }
%apply int32_t { tocsin_status };
%typemap(in) int64_t HANDLE { $1 = handle_of($input); }
%typemap(in) (const char *STR, int64_t LEN) (volatile VALUE text) {
    text = text_of($input);
    $1 = NIL_P(text) ? NULL : RSTRING_PTR(text);
    $2 = NIL_P(text) ? -1 : (int64_t)RSTRING_LEN(text);
}
%typemap(in, numinputs=0) const void *HINT { $1 = NULL; }

%typemap(out) int32_t, int64_t { $result = LL2NUM($1); }
%typemap(out) tocsin_status, int64_t HANDLE, int64_t COUNT, int32_t COUNT {
    if ($1 < 0) fail($1);
    $result = LL2NUM($1);
}
%typemap(out) tocsin_length { $result = Qnil; }

%typemap(in, numinputs=0) (char *BUF, int64_t CAP) (char first[TSN_TEXT_FIRST]) {
    $1 = first;
    $2 = TSN_TEXT_FIRST;
}
%typemap(argout) (char *BUF, int64_t CAP) {
    if (result >= 0) $result = rb_utf8_str_new($1, (long)result);
    if ($1 != first$argnum) free($1);
    if (result < 0) fail(result);
}

%typemap(in, numinputs=0) char *EVENT_ID (char id[TOCSIN_EVENT_ID_SIZE]) {
    id[0] = '\0';
    $1 = id;
}
%typemap(argout) char *EVENT_ID {
    $result = $1[0] == '\0' ? Qnil : rb_utf8_str_new($1, TOCSIN_EVENT_ID_SIZE - 1);
}

/* Waiting without Ruby's lock, in slices. Between two of them Ruby may raise; never between taking a
 * handle and returning it. A flush is told to end at once; the slice is for an interrupt that comes
 * just before it waits. Such a telling ends the flushes of other threads too, which then go on. */
%{
#define FLUSH_SLICE_MS 1000
#define NEXT_SLICE_MS 100

typedef int64_t (*waiting_fn)(tocsin_client client, int64_t timeout_ms);

typedef struct waiting {
    waiting_fn wait;
    rb_unblock_function_t *unblock;
    tocsin_client client;
    int64_t slice_ms;
    int64_t again; /* the result that means "nothing yet" */
    int64_t result;
} waiting;

static atomic_uint interrupts;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *wait_a_slice(void *argument)
{
    waiting *one = argument;
    one->result = one->wait(one->client, one->slice_ms);
    return NULL;
}

static int64_t wait_flush(tocsin_client client, int64_t timeout_ms)
{
    return tocsin_client_flush(client, timeout_ms);
}

static int64_t wait_close(tocsin_client client, int64_t timeout_ms)
{
    return tocsin_client_close(client, timeout_ms);
}

static void cancel_flush(void *argument)
{
    const waiting *one = argument;
    atomic_fetch_add(&interrupts, 1);
    (void)tocsin_client_flush_cancel(one->client);
}

static void let_slice_end(void *argument)
{
    (void)argument;
}

/* Whether the slice brought nothing, so that another one may follow. */
static bool is_unfinished(const waiting *one, unsigned interrupts_before)
{
    if (one->result == one->again) return true;
    return one->result == TOCSIN_CANCELLED && atomic_load(&interrupts) != interrupts_before;
}

/* `timeout_ms` below 0: for ever. */
static int64_t wait_in_slices(waiting one, int64_t timeout_ms)
{
    const int64_t slice_ms = one.slice_ms;
    const int64_t deadline = now_ms() + timeout_ms;
    int64_t left = timeout_ms;
    do {
        unsigned before = atomic_load(&interrupts);
        one.slice_ms = left >= 0 && left < slice_ms ? left : slice_ms;
        one.result = one.again;
        rb_thread_call_without_gvl2(wait_a_slice, &one, one.unblock, &one);
        if (!is_unfinished(&one, before)) return one.result;
        rb_thread_check_ints();
        left = timeout_ms < 0 ? -1 : deadline - now_ms();
    } while (timeout_ms < 0 || left > 0);
    return one.again;
}

static int64_t flush_unlocked(tocsin_client client, int64_t timeout_ms)
{
    waiting one = {wait_flush, cancel_flush, client, FLUSH_SLICE_MS, TOCSIN_TIMEOUT, 0};
    if (timeout_ms <= 0) return tocsin_client_flush(client, timeout_ms);
    return wait_in_slices(one, timeout_ms);
}

static int64_t close_unlocked(tocsin_client client, int64_t timeout_ms)
{
    waiting one = {wait_close, NULL, client, timeout_ms, 0, 0};
    rb_thread_call_without_gvl(wait_a_slice, &one, NULL, NULL);
    return one.result;
}

static int64_t next_unlocked(waiting_fn next, tocsin_client client, int64_t timeout_ms)
{
    waiting one = {next, let_slice_end, client, NEXT_SLICE_MS, 0, 0};
    return timeout_ms == 0 ? next(client, 0) : wait_in_slices(one, timeout_ms);
}
%}

%feature("action") tocsin_client_flush "result = (tocsin_status)flush_unlocked(arg1, arg2);"
%feature("action") tocsin_client_close "result = (tocsin_status)close_unlocked(arg1, arg2);"
%feature("action") tocsin_client_next_event
    "result = next_unlocked(tocsin_client_next_event, arg1, arg2);"
%feature("action") tocsin_client_next_envelope
    "result = next_unlocked(tocsin_client_next_envelope, arg1, arg2);"

/* Guard.new(handle) closes the handle when it is collected; Guard#close at once, a second time nothing. */
%{
static void guard_free(void *held)
{
    int64_t handle = *(int64_t *)held;
    if (handle != 0) (void)tocsin_handle_close(handle);
    xfree(held);
}

static size_t guard_size(const void *held)
{
    (void)held;
    return sizeof(int64_t);
}

static const rb_data_type_t guard_type = {
    .wrap_struct_name = "tocsin_guard",
    .function = {.dfree = guard_free, .dsize = guard_size},
    .flags = RUBY_TYPED_FREE_IMMEDIATELY,
};

static VALUE guard_allocate(VALUE class)
{
    int64_t *held;
    return TypedData_Make_Struct(class, int64_t, &guard_type, held);
}

static int64_t *guard_held(VALUE self)
{
    int64_t *held;
    TypedData_Get_Struct(self, int64_t, &guard_type, held);
    return held;
}

static VALUE guard_initialize(VALUE self, VALUE handle)
{
    *guard_held(self) = handle_of(handle);
    return self;
}

static VALUE guard_close(VALUE self)
{
    int64_t *held = guard_held(self);
    int64_t handle = *held;
    *held = 0;
    if (handle != 0) (void)tocsin_handle_close(handle);
    return Qnil;
}

static void define_guard(VALUE module)
{
    VALUE guard = rb_define_class_under(module, "Guard", rb_cObject);
    rb_define_alloc_func(guard, guard_allocate);
    rb_define_method(guard, "initialize", guard_initialize, 1);
    rb_define_method(guard, "close", guard_close, 0);
}
%}

%init %{
    rb_gc_register_address(&error_class);
    error_class = rb_path2class("Tocsin::Error");
    utf8_index = rb_utf8_encindex();
    ascii_index = rb_usascii_encindex();
    bytes_index = rb_ascii8bit_encindex();
    define_guard(mTocsin_core);
%}
