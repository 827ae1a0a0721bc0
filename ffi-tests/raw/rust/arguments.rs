//! Words of a line as arguments of a call; what they point to lives as long as the call.
use crate::functions::{Destroy, Hook};
use crate::hooks;
use std::os::raw::{c_char, c_void};
use std::str::SplitWhitespace;

const FILL: u8 = 0xaa;

pub struct Arguments<'a> {
    words: SplitWhitespace<'a>,
    texts: Vec<Vec<u8>>,
    buffers: Vec<Vec<u8>>,
}

pub trait Argument {
    fn read(kind: u8, rest: &str, memory: &mut Arguments) -> Self;
}

impl<'a> Arguments<'a> {
    pub fn new(words: SplitWhitespace<'a>) -> Self {
        Arguments { words, texts: Vec::new(), buffers: Vec::new() }
    }

    pub fn next<T: Argument>(&mut self) -> T {
        let word = self.words.next().expect("too few arguments");
        T::read(word.as_bytes()[0], &word[1..], self)
    }

    pub fn buffers(&self) -> String {
        self.buffers.iter().map(|one| format!(" {}", to_hex(one))).collect()
    }
}

impl Argument for i32 {
    fn read(_: u8, rest: &str, _: &mut Arguments) -> i32 {
        rest.parse().expect("a number")
    }
}

impl Argument for i64 {
    fn read(_: u8, rest: &str, _: &mut Arguments) -> i64 {
        rest.parse().expect("a number")
    }
}

impl Argument for *const c_char {
    fn read(kind: u8, rest: &str, memory: &mut Arguments) -> *const c_char {
        if kind == b'n' {
            return std::ptr::null();
        }
        memory.texts.push(from_hex(rest));
        memory.texts.last().unwrap().as_ptr().cast()
    }
}

impl Argument for *mut c_char {
    fn read(kind: u8, rest: &str, memory: &mut Arguments) -> *mut c_char {
        if kind == b'n' {
            return std::ptr::null_mut();
        }
        memory.buffers.push(vec![FILL; rest.parse().expect("a size")]);
        memory.buffers.last_mut().unwrap().as_mut_ptr().cast()
    }
}

impl Argument for *const c_void {
    fn read(_: u8, _: &str, _: &mut Arguments) -> *const c_void {
        std::ptr::null()
    }
}

impl Argument for *mut c_void {
    fn read(_: u8, rest: &str, _: &mut Arguments) -> *mut c_void {
        rest.parse::<usize>().expect("a number") as *mut c_void
    }
}

impl Argument for Hook {
    fn read(kind: u8, _: &str, _: &mut Arguments) -> Hook {
        match kind {
            b'a' => Some(hooks::ask),
            b'c' => Some(hooks::clean_hook),
            _ => None,
        }
    }
}

impl Argument for Destroy {
    fn read(_: u8, _: &str, _: &mut Arguments) -> Destroy {
        None
    }
}

pub fn from_hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| (byte as char).to_digit(16).expect("a hexadecimal digit") as u8;
    text.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

pub fn to_hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap();
    bytes.iter().flat_map(|&byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
