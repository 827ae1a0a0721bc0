//! Hooks in Rust: as C callbacks, and between the two steps of a capture.
use crate::functions::*;
use std::os::raw::c_void;

const KEEP: i32 = 0;
const DROP: i32 = 1;
const EVENT_ID_SIZE: usize = 33;

/// The user's own hook: nobody's password leaves, and some events do not at all.
fn clean(event: &str) -> Option<String> {
    if event.contains("drop me") { None } else { Some(event.replace("hunter2", "[gone]")) }
}

fn json_of(event: i64) -> String {
    unsafe {
        let need = tocsin_event_json(event, std::ptr::null_mut(), 0);
        let mut text = vec![0; need as usize + 1];
        tocsin_event_json(event, text.as_mut_ptr().cast(), need + 1);
        text.pop();
        String::from_utf8(text).expect("UTF-8")
    }
}

pub extern "C" fn clean_hook(event: i64, _hint: *const c_void, _user: *mut c_void) -> i32 {
    match clean(&json_of(event)) {
        None => DROP,
        Some(text) => unsafe { tocsin_event_set_json(event, text.as_ptr().cast(), text.len() as i64).min(KEEP) },
    }
}

pub extern "C" fn ask(event: i64, _hint: *const c_void, user: *mut c_void) -> i32 {
    crate::say(format!("? {} {}", event, user as usize));
    crate::serve()
}

/// A capture in two steps, with the hook between them.
pub fn filter(source: i32, scope: i64, json: &[u8]) -> (i64, String) {
    unsafe {
        let event = tocsin_event_prepare(scope, source, json.as_ptr().cast(), json.len() as i64, 0, std::ptr::null());
        if event <= 0 {
            return (event, String::new());
        }
        let reason = "before_send";
        let text = match clean(&json_of(event)) {
            None => {
                let status = tocsin_event_discard(event, reason.as_ptr().cast(), reason.len() as i64);
                return (status.into(), String::new());
            }
            Some(text) => text,
        };
        let mut id = [0u8; EVENT_ID_SIZE];
        let status = tocsin_event_submit(event, text.as_ptr().cast(), text.len() as i64, id.as_mut_ptr().cast());
        let end = id.iter().position(|&byte| byte == 0).unwrap();
        (status.into(), String::from_utf8_lossy(&id[..end]).into_owned())
    }
}
