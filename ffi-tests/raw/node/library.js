'use strict';

/** The library for one thread: `tocsin` calls a function by name with pairs of type and value. */
exports.load = (koffi, path) => {
  const library = koffi.load(path);
  const functions = new Map();

  function tocsin(name, result, ...typed) {
    const types = typed.map(([type]) => type);
    const key = `${name} ${result} ${types}`;
    if (!functions.has(key)) functions.set(key, library.func(`tocsin_${name}`, result, types));
    return functions.get(key)(...typed.map(([, value]) => value));
  }

  /** Pointer and length. */
  function text(value) {
    const data = Buffer.from(value);
    return [['void *', data], ['int64', data.length]];
  }

  return { tocsin, text };
};

exports.DROP = 1;
exports.EVENT_ID_SIZE = 33;
