// What one thread does: forks, tags, captures.
'use strict';
const { workerData } = require('worker_threads');
const { load } = require('./library.js');

const { library, koffi, worker, rounds, scope, ended } = workerData;
const { tocsin, text } = load(require(koffi), library);

for (let turn = 0; turn < rounds; turn++) {
  const fork = tocsin('scope_fork', 'int64', ['int64', BigInt(scope)]);
  tocsin('scope_set_tag', 'int32', ['int64', fork], ...text('worker'), ...text(String(worker)));
  const status = tocsin('scope_capture_message', 'int32', ['int64', fork], ...text(`worker ${worker} round ${turn}`),
    ['int32', 0], ['int64', 0], ['void *', null], ['void *', null]);
  if (status === 0) Atomics.add(ended, 1, 1);
  tocsin('handle_close', 'int32', ['int64', fork]);
}
Atomics.add(ended, 0, 1);
Atomics.notify(ended, 0);
