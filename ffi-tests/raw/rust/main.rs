//! Plays calls through `extern "C"`; the library is linked, not opened.
mod arguments;
mod functions;
mod hooks;

use arguments::{from_hex, Arguments};
use functions::*;
use std::io::{stdin, stdout, Write};

fn work(worker: i64, rounds: i64, scope: i64) -> i64 {
    let mut done = 0;
    for turn in 0..rounds {
        let tag = worker.to_string();
        let words = format!("worker {} round {}", worker, turn);
        unsafe {
            let fork = tocsin_scope_fork(scope);
            tocsin_scope_set_tag(fork, "worker".as_ptr().cast(), 6, tag.as_ptr().cast(), tag.len() as i64);
            let status = tocsin_scope_capture_message(
                fork, words.as_ptr().cast(), words.len() as i64, 0, 0, std::ptr::null(), std::ptr::null_mut());
            done += i64::from(status == 0);
            tocsin_handle_close(fork);
        }
    }
    done
}

fn threads(count: i64, rounds: i64, scope: i64) -> i64 {
    let all: Vec<_> = (0..count).map(|worker| std::thread::spawn(move || work(worker, rounds, scope))).collect();
    all.into_iter().map(|one| one.join().unwrap()).sum()
}

fn answer(command: &str, mut words: std::str::SplitWhitespace) -> String {
    let mut word = || words.next().unwrap_or("");
    match command {
        "call" => {
            let name = word();
            word(); // the type of the result is declared
            let mut arguments = Arguments::new(words);
            match functions::call(name, &mut arguments) {
                Some(number) => format!("= {}{}", number, arguments.buffers()),
                None => format!("rust/functions.rs does not declare {}", name),
            }
        }
        "filter" => {
            let (number, id) = hooks::filter(word().parse().unwrap(), word().parse().unwrap(), &from_hex(word()));
            format!("= {} {}", number, id)
        }
        "threads" => {
            let mut number = || word().parse().unwrap();
            format!("= {}", threads(number(), number(), number()))
        }
        _ => format!("no such command: {}", command),
    }
}

pub fn say(line: String) {
    writeln!(stdout(), "{}", line).unwrap();
}

/// Until the input ends, or the answer to a hook is there.
pub fn serve() -> i32 {
    let mut line = String::new();
    while stdin().read_line(&mut line).unwrap() > 0 {
        let mut words = line.split_whitespace();
        let command = words.next().unwrap();
        if command == "!" {
            return words.next().unwrap().parse().unwrap();
        }
        say(answer(command, words));
        line.clear();
    }
    0
}

fn main() {
    serve();
}
