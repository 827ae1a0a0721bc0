//! The player of sentry for Rust; ../../README.md says what it prints.
mod work;

use std::hint::black_box;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use sentry::{Hub, Level};
use work::{breadcrumb, current, fill, message, start, Nowhere, EVENTS, LENGTH, NOBODY};

const SENTRY_VERSION: &str = "0.49.5"; // as in Cargo.toml
const ROUNDS: usize = 5;

fn least(times: usize, mut run: impl FnMut(usize)) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for number in 0..times {
            run(number);
        }
        best = best.min(began.elapsed().as_nanos() as f64 / times as f64);
    }
    best
}

fn fail(why: String) -> ! {
    eprintln!("{why}");
    std::process::exit(1);
}

/// Ends the program unless every capture was with the transport when it returned.
fn least_capture(times: usize) -> f64 {
    let before = EVENTS.load(Ordering::Relaxed);
    let ns = least(times, |number| {
        sentry::capture_message(&message(number), Level::Error);
    });
    let arrived = EVENTS.load(Ordering::Relaxed) - before;
    if arrived != ROUNDS * times {
        fail(format!("{} captures, of which {arrived} reached the transport", ROUNDS * times));
    }
    ns
}

fn ops() {
    {
        let _client = start(NOBODY, Some(Nowhere { serialises: false }), 0, 100);
        fill(10, 100, true);
        let scope = current();
        println!("fork {}", least(20000, |_| drop(black_box(scope.clone()))));
        println!("first_write {}", least(5000, |_| {
            let mut fork = scope.clone();
            fork.set_tag("tag.5", "another");
            black_box(fork);
        }));
        println!("set_tag {}", least(20000, |_| {
            Hub::current().configure_scope(|scope| scope.set_tag("tag.5", "value-a"))
        }));
        println!("breadcrumb {}", least(5000, |number| sentry::add_breadcrumb(breadcrumb(number))));
        println!("capture {}", least_capture(500));
    }
    let _client = start(NOBODY, Some(Nowhere { serialises: true }), 0, 100);
    fill(10, 100, true);
    println!("to_bytes {}", least_capture(500));
    let length = LENGTH.load(Ordering::Relaxed);
    if !(15_000..35_000).contains(&length) {
        fail(format!("an event of {length} bytes is not workload W"));
    }
}

fn sizes() {
    let _client = start(NOBODY, Some(Nowhere { serialises: false }), 0, 1000);
    for (tags, breadcrumbs) in [(0, 0), (10, 10), (100, 100), (1000, 1000), (1000, 0), (0, 1000)] {
        fill(tags, breadcrumbs, false);
        let scope = current();
        println!("{tags} {breadcrumbs} {}", least(5000, |_| drop(black_box(scope.clone()))));
    }
}

fn status(name: &str) -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn memory(count: usize) {
    let _client = start(NOBODY, Some(Nowhere { serialises: false }), 0, 100);
    fill(10, 100, true);
    let scope = current();
    let before = status("VmRSS");
    let mut forks = Vec::with_capacity(count);
    for _ in 0..count {
        let mut fork = scope.clone();
        fork.set_tag("tag.5", "another");
        forks.push(fork);
    }
    println!("bytes {}", (status("VmRSS") - before) * 1024.0 / forks.len() as f64);
}

fn capture(number: usize) -> f64 {
    sentry::add_breadcrumb(breadcrumb(number));
    let before = Instant::now();
    sentry::capture_message(&message(number), Level::Error);
    before.elapsed().as_nanos() as f64 / 1e3
}

fn flush_limit() -> Duration {
    let seconds = std::env::var("BENCH_FLUSH_S").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(90))
}

fn flush(limit: Duration) -> bool {
    Hub::current().client().unwrap().flush(Some(limit))
}

/// No time of loading: the library is part of the program.
fn begin() {
    let began = Instant::now();
    let _client = start(NOBODY, None, 0, 100);
    let opened = began.elapsed().as_secs_f64() * 1e3;
    sentry::capture_message("started", Level::Info);
    println!("open {opened}");
    println!("capture {}", began.elapsed().as_secs_f64() * 1e3 - opened);
    println!("kb {}", status("VmHWM"));
    std::process::exit(0); // the guard would wait for a server that is not there
}

fn burst(dsn: &str, count: usize, queue: usize) {
    let _client = start(dsn, None, queue, 100);
    fill(10, 100, true);
    let began = Instant::now();
    let mut took: Vec<f64> = (0..count).map(capture).collect();
    let flushed = flush(flush_limit());
    let seconds = began.elapsed().as_secs_f64();
    took.sort_by(|left, right| left.total_cmp(right));
    println!(
        "{{\"seconds\":{seconds},\"median_us\":{},\"p99_us\":{},\"flushed\":{flushed},\"rss_kb\":{}}}",
        took[count / 2], took[count * 99 / 100], status("VmHWM")
    );
    std::process::exit(0); // the guard would wait for a server that says nothing
}

fn offer(dsn: &str, rate: f64, seconds: f64, queue: usize) {
    let _client = start(dsn, None, queue, 100);
    fill(10, 100, true);
    let (began, mut captured) = (Instant::now(), 0);
    while (captured as f64) < rate * seconds && began.elapsed().as_secs_f64() < seconds {
        let due = Duration::from_secs_f64(captured as f64 / rate);
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        capture(captured);
        captured += 1;
    }
    let spent = began.elapsed().as_secs_f64();
    flush(Duration::from_secs(2));
    println!("{{\"captured\":{captured},\"seconds\":{spent}}}");
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| words[at].parse::<f64>().unwrap();
    match words[0].as_str() {
        "version" => println!("{}", SENTRY_VERSION),
        "ops" => ops(),
        "sizes" => sizes(),
        "memory" => memory(number(1) as usize),
        "nothing" => println!("kb {}", status("VmHWM")),
        "start" => begin(),
        "burst" => burst(&words[1], number(2) as usize, number(3) as usize),
        "offer" => offer(&words[1], number(2), number(3), number(4) as usize),
        _ => std::process::exit(2),
    }
    std::process::exit(0);
}
