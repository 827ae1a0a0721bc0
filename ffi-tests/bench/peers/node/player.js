// The player of @sentry/node; ../README.md says what it prints.
const { performance } = require("node:perf_hooks");
const fs = require("node:fs");

const peak = () => Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync("/proc/self/status", "ascii"))[1]);

if (process.argv[2] === "nothing") {
  console.log("kb", peak());
  process.exit(0);
}

const began = performance.now();
const { Sentry, message, nowhere, arrived, start, breadcrumb, fill, filled } = require("./work.js");

const ROUNDS = 5;
const ARRIVAL_MS = 10000;
const FLUSH_MS = Number(process.env.BENCH_FLUSH_S || "90") * 1e3;

function least(rounds, run) {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = performance.now();
    for (let number = 0; number < rounds; number++) run(number);
    best = Math.min(best, ((performance.now() - before) / rounds) * 1e6);
  }
  return best;
}

const pause = (ms) => new Promise((resolve) => (ms > 1 ? setTimeout(resolve, ms) : setImmediate(resolve)));

// Resolves when so many events have reached the transport; a capture that does not get there ends the program.
async function arrival(wanted) {
  const end = performance.now() + ARRIVAL_MS;
  while (arrived.events < wanted && performance.now() < end) await pause(0);
  await pause(0); // what the library does afterwards
  if (arrived.events !== wanted) throw new Error(`${wanted} captures, of which ${arrived.events} reached the transport`);
}

// One capture after the other, each followed to the transport; what is waited in between is in no time. The library
// works on 64 events at most and refuses any other at once. Its work is done after the call has returned, so in a
// loop that does not let the runtime breathe nothing but refusals is timed, at a third of what a capture takes.
async function leastCapture(rounds, ended) {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    let spent = 0;
    for (let number = 0; number < rounds; number++) {
      const wanted = arrived.events + 1;
      const before = performance.now();
      Sentry.captureMessage(message(number));
      const returned = performance.now();
      await arrival(wanted);
      spent += ended(returned) - before;
    }
    best = Math.min(best, (spent / rounds) * 1e6);
  }
  return best;
}

function isWorkload(length) {
  if (length < 15000 || length > 35000) throw new Error(`an event of ${length} bytes is not workload W`);
}

async function ops() {
  start({ transport: nowhere(false) });
  let scope = filled();
  const print = (name, ns) => console.log(name, ns);
  print("fork", least(5000, () => scope.clone()));
  print("first_write", least(5000, () => scope.clone().setTag("tag.5", "another")));
  print("set_tag", least(20000, (number) => scope.setTag("tag.5", number % 2 ? "value-a" : "value-b")));
  print("breadcrumb", least(5000, (number) => scope.addBreadcrumb(breadcrumb(number), 100)));
  print("merge", least(5000, () => new Sentry.Scope().update(scope)));
  print("capture", await leastCapture(400, (returned) => returned));
  await Sentry.close();
  start({ transport: nowhere(true) });
  filled();
  print("to_bytes", await leastCapture(400, () => arrived.at));
  isWorkload(arrived.length);
}

function sizes() {
  start({ transport: nowhere(false) });
  for (const [tags, breadcrumbs] of [[0, 0], [10, 10], [100, 100], [1000, 1000], [1000, 0], [0, 1000]]) {
    const scope = new Sentry.Scope();
    fill(scope, tags, breadcrumbs, false);
    console.log(tags, breadcrumbs, least(1000, () => scope.clone()));
  }
}

function memory(count) {
  start({ transport: nowhere(false) });
  const scope = filled();
  global.gc();
  const before = process.memoryUsage.rss();
  const forks = [];
  for (let i = 0; i < count; i++) {
    forks.push(scope.clone());
    forks[i].setTag("tag.5", "another");
  }
  global.gc();
  console.log("bytes", (process.memoryUsage.rss() - before) / forks.length);
}

function begin() {
  const loaded = performance.now();
  start();
  const opened = performance.now();
  Sentry.captureMessage("started");
  console.log("load", loaded - began);
  console.log("open", opened - loaded);
  console.log("capture", performance.now() - opened);
  console.log("kb", peak());
}

function capture(number) {
  Sentry.getCurrentScope().addBreadcrumb(breadcrumb(number), 100);
  const before = performance.now();
  Sentry.captureMessage(message(number));
  return (performance.now() - before) * 1e3;
}

// With a larger queue the loop also lets Node breathe after each capture, without which nothing is sent.
async function burst(dsn, count, queue) {
  start({ dsn, queue });
  filled();
  const took = [];
  const before = performance.now();
  for (let i = 0; i < count; i++) {
    took.push(capture(i));
    if (queue) await pause(0);
  }
  const flushed = await Sentry.flush(FLUSH_MS || 1);
  const seconds = (performance.now() - before) / 1e3;
  took.sort((a, b) => a - b);
  console.log(JSON.stringify({
    seconds, median_us: took[count >> 1], p99_us: took[Math.floor(count * 0.99)], flushed, rss_kb: peak(),
  }));
}

async function offer(dsn, rate, seconds, queue) {
  start({ dsn, queue });
  filled();
  const before = performance.now();
  let captured = 0;
  for (;;) {
    const now = (performance.now() - before) / 1e3;
    if (now >= seconds || captured >= rate * seconds) break;
    if (captured <= now * rate) {
      capture(captured++);
      await pause(0);
    } else {
      await pause((captured / rate - now) * 1e3);
    }
  }
  const spent = (performance.now() - before) / 1e3;
  await Sentry.flush(2000);
  console.log(JSON.stringify({ captured, seconds: spent }));
}

// Not among the last lines of this file. The library shows five lines before and after each call that led to a
// capture, and where the file ends sooner it reads the file again for every event.
async function main(command, ...words) {
  const numbers = words.map(Number);
  if (command === "version") console.log(Sentry.SDK_VERSION);
  if (command === "ops") await ops();
  if (command === "sizes") sizes();
  if (command === "memory") memory(numbers[0]);
  if (command === "start") begin();
  if (command === "burst") await burst(words[0], numbers[1], numbers[2]);
  if (command === "offer") await offer(words[0], numbers[1], numbers[2], numbers[3]);
}

main(...process.argv.slice(2)).then(
  () => process.exit(0),
  (why) => {
    console.error(why.message);
    process.exit(1);
  },
);
