// Plays calls through koffi. usage: node main.js LIBRARY KOFFI
'use strict';
const fs = require('fs');
const { Worker } = require('worker_threads');
const koffi = require(process.argv[3]);
const { DROP, EVENT_ID_SIZE, load } = require('./library.js');

const { tocsin, text } = load(koffi, process.argv[2]);

function jsonOf(event) {
  const need = tocsin('event_json', 'int64', ['int64', event], ['void *', null], ['int64', 0]);
  const buffer = Buffer.alloc(Number(need) + 1);
  tocsin('event_json', 'int64', ['int64', event], ['void *', buffer], ['int64', buffer.length]);
  return buffer.toString('utf8', 0, Number(need));
}

/** The user's own hook: nobody's password leaves, and some events do not at all. */
function clean(event) {
  return event.includes('drop me') ? null : event.replaceAll('hunter2', '[gone]');
}

function cleanHook(event) {
  const cleaned = clean(jsonOf(event));
  return cleaned === null ? DROP : tocsin('event_set_json', 'int32', ['int64', event], ...text(cleaned));
}

function askHook(event, _hint, user) {
  say(`? ${event} ${user === null ? 0 : koffi.address(user)}`);
  return serve();
}

const hook = koffi.pointer(koffi.proto('int32 Hook(int64 event, void *hint, void *user)'));
const callbacks = { a: koffi.register(askHook, hook), c: koffi.register(cleanHook, hook) };

function argument(word, buffers) {
  const rest = word.slice(1);
  switch (word[0]) {
    case 'i': return ['int32', Number(rest)];
    case 'l': return ['int64', BigInt(rest)];
    case 't': return ['void *', bytes(rest)];
    case 'b': return ['void *', buffers[buffers.push(Buffer.alloc(Number(rest), 0xaa)) - 1]];
    case 'u': return ['uintptr_t', BigInt(rest)];
    default: return ['void *', callbacks[word[0]] ?? null];
  }
}

/** An empty Buffer would pass as no pointer at all. */
function bytes(hex) {
  return hex === '' ? Buffer.alloc(1) : Buffer.from(hex, 'hex');
}

const commands = {
  call(name, result, ...words) {
    const buffers = [];
    const args = words.map((word) => argument(word, buffers));
    const number = tocsin(name.replace(/^tocsin_/, ''), result === 'i' ? 'int32' : 'int64', ...args);
    return [number, ...buffers.map((buffer) => buffer.toString('hex'))];
  },

  /** A capture in two steps, with the hook between them. */
  filter(source, scope, json) {
    const event = tocsin('event_prepare', 'int64', ['int64', BigInt(scope)], ['int32', Number(source)],
      ...text(Buffer.from(json, 'hex')), ['int64', 0], ['void *', null]);
    if (event <= 0) return [event];
    const cleaned = clean(jsonOf(event));
    if (cleaned === null) return [tocsin('event_discard', 'int32', ['int64', event], ...text('before_send'))];
    const id = Buffer.alloc(EVENT_ID_SIZE);
    const status = tocsin('event_submit', 'int32', ['int64', event], ...text(cleaned), ['void *', id]);
    return [status, id.toString('utf8', 0, id.indexOf(0))];
  },

  /** Workers run while this thread waits for the last one. */
  threads(count, rounds, scope) {
    const ended = new Int32Array(new SharedArrayBuffer(8));
    for (let worker = 0; worker < Number(count); worker++) {
      new Worker(require.resolve('./worker.js'), {
        workerData: { library: process.argv[2], koffi: process.argv[3], worker, rounds: Number(rounds), scope, ended },
      });
    }
    for (let seen = 0; seen < Number(count); seen = Atomics.load(ended, 0)) Atomics.wait(ended, 0, seen);
    return [ended[1]];
  },
};

/** A pipe takes what it has room for, and once there were workers it refuses to wait. */
function say(line) {
  let rest = Buffer.from(line + '\n');
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(1, rest));
    } catch (problem) {
      if (problem.code !== 'EAGAIN') throw problem;
    }
  }
}

let unread = '';

function readLine() {
  const chunk = Buffer.alloc(65536);
  let end;
  while ((end = unread.indexOf('\n')) < 0) {
    const count = fs.readSync(0, chunk);
    if (count === 0) return null;
    unread += chunk.toString('latin1', 0, count);
  }
  const line = unread.slice(0, end);
  unread = unread.slice(end + 1);
  return line;
}

/** Until the input ends, or the answer to a hook is there. */
function serve() {
  for (let line; (line = readLine()) !== null;) {
    const [command, ...words] = line.split(' ');
    if (command === '!') return Number(words[0]);
    say(['=', ...commands[command](...words)].join(' '));
  }
  return 0;
}

serve();
process.exit(0);
