//! The library as Rust declares it, and a way to call what is declared by name.
use crate::arguments::Arguments;
use std::os::raw::{c_char, c_void};

pub type Hook = Option<extern "C" fn(event: i64, hint: *const c_void, user: *mut c_void) -> i32>;
pub type Destroy = Option<extern "C" fn(user: *mut c_void)>;
type Text = *const c_char;
type Buffer = *mut c_char;
type Hint = *const c_void;
type User = *mut c_void;

macro_rules! functions {
    ($($name:ident($($kind:ty),*) -> $result:ty;)*) => {
        #[link(name = "tocsin")]
        extern "C" { $(pub fn $name($(_: $kind),*) -> $result;)* }

        pub fn call(name: &str, _arguments: &mut Arguments) -> Option<i64> {
            match name {
                $(stringify!($name) => Some(i64::from(unsafe { $name($(_arguments.next::<$kind>()),*) })),)*
                _ => None,
            }
        }
    };
}

functions! {
    tocsin_version(Buffer, i64) -> i64;
    tocsin_abi_version() -> i32;
    tocsin_instance_id() -> i64;
    tocsin_status_text(i32, Buffer, i64) -> i64;
    tocsin_supports(Text, i64) -> i32;
    tocsin_constant(Text, i64) -> i64;
    tocsin_handle_dup(i64) -> i64;
    tocsin_handle_close(i64) -> i32;
    tocsin_handle_kind(i64) -> i32;
    tocsin_handle_count(i32) -> i64;
    tocsin_options_new() -> i64;
    tocsin_options_set(i64, Text, i64, Text, i64) -> i32;
    tocsin_options_set_json(i64, Text, i64) -> i32;
    tocsin_options_set_hook(i64, Text, i64, Hook, User, Destroy) -> i32;
    tocsin_options_problem(i64, Buffer, i64) -> i64;
    tocsin_client_open(i64) -> i64;
    tocsin_client_flush(i64, i64) -> i32;
    tocsin_client_flush_cancel(i64) -> i32;
    tocsin_client_close(i64, i64) -> i32;
    tocsin_client_stats(i64, Buffer, i64) -> i64;
    tocsin_client_options(i64, Buffer, i64) -> i64;
    tocsin_client_next_notice(i64, Buffer, i64) -> i64;
    tocsin_client_last_answer(i64, Buffer, i64) -> i64;
    tocsin_client_scope(i64) -> i64;
    tocsin_client_global_scope(i64) -> i64;
    tocsin_client_next_event(i64, i64) -> i64;
    tocsin_client_next_envelope(i64, i64) -> i64;
    tocsin_envelope_text(i64, Buffer, i64) -> i64;
    tocsin_envelope_done(i64, i32, Text, i64) -> i32;
    tocsin_scope_new(i64) -> i64;
    tocsin_scope_new_isolation(i64) -> i64;
    tocsin_scope_new_current(i64) -> i64;
    tocsin_scope_fork(i64) -> i64;
    tocsin_scope_fork_isolation(i64) -> i64;
    tocsin_scope_isolation(i64) -> i64;
    tocsin_scope_client(i64) -> i64;
    tocsin_scope_restrict(i64, i64, Text, i64) -> i64;
    tocsin_scope_revoke(i64, i64) -> i32;
    tocsin_scope_merge(i64, i64) -> i32;
    tocsin_scope_clear(i64) -> i32;
    tocsin_scope_json(i64, Buffer, i64) -> i64;
    tocsin_scope_merged_json(i64, Buffer, i64) -> i64;
    tocsin_scope_last_event_id(i64, Buffer, i64) -> i64;
    tocsin_scope_update(i64, Text, i64) -> i32;
    tocsin_scope_set_tag(i64, Text, i64, Text, i64) -> i32;
    tocsin_scope_set_tags(i64, Text, i64) -> i32;
    tocsin_scope_remove_tag(i64, Text, i64) -> i32;
    tocsin_scope_set_extra(i64, Text, i64, Text, i64) -> i32;
    tocsin_scope_remove_extra(i64, Text, i64) -> i32;
    tocsin_scope_set_context(i64, Text, i64, Text, i64) -> i32;
    tocsin_scope_remove_context(i64, Text, i64) -> i32;
    tocsin_scope_set_user(i64, Text, i64) -> i32;
    tocsin_scope_set_request(i64, Text, i64) -> i32;
    tocsin_scope_set_origin(i64, Text, i64) -> i32;
    tocsin_scope_set_fingerprint(i64, Text, i64) -> i32;
    tocsin_scope_set_level(i64, i32) -> i32;
    tocsin_scope_set_transaction(i64, Text, i64, Text, i64) -> i32;
    tocsin_scope_set_flag(i64, Text, i64, Text, i64) -> i32;
    tocsin_scope_add_breadcrumb(i64, Text, i64, Hint) -> i32;
    tocsin_scope_clear_breadcrumbs(i64) -> i32;
    tocsin_scope_add_attachment(i64, Text, i64, Text, i64) -> i32;
    tocsin_scope_add_processor(i64, i32, Text, i64, Hook, User, Destroy) -> i32;
    tocsin_scope_capture_message(i64, Text, i64, i32, i64, Hint, Buffer) -> i32;
    tocsin_scope_capture_exception(i64, Text, i64, i64, Hint, Buffer) -> i32;
    tocsin_scope_capture_event(i64, Text, i64, i64, Hint, Buffer) -> i32;
    tocsin_event_prepare(i64, i32, Text, i64, i64, Hint) -> i64;
    tocsin_event_json(i64, Buffer, i64) -> i64;
    tocsin_event_set_json(i64, Text, i64) -> i32;
    tocsin_event_set_rate(i64, i32) -> i32;
    tocsin_event_submit(i64, Text, i64, Buffer) -> i32;
    tocsin_event_discard(i64, Text, i64) -> i32;
    tocsin_scope_new_trace(i64) -> i32;
    tocsin_scope_continue_trace(i64, Text, i64) -> i32;
    tocsin_scope_trace_headers(i64, Buffer, i64) -> i64;
    tocsin_scope_request_headers(i64, Text, i64, Text, i64, Buffer, i64) -> i64;
}
