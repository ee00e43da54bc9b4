'use strict';
// The headers of an outgoing message: one flat array [lower, name, value, lower, name, value, ...]
// in the order in which they were first set. Messages have few headers and most names come
// from one table (internal/http/tokens), so that a linear search, which compares pointers,
// is quicker than any hash.

/** The place of a header in the store, -1 if it is not there. */
function indexOf(store, lower) {
  for (let i = 0; i < store.length; i += 3) {
    if (store[i] === lower) return i;
  }
  return -1;
}

/** Sets a header; one that is there keeps its place. */
function set(store, lower, name, value) {
  const i = indexOf(store, lower);
  if (i === -1) {
    store.push(lower, name, value);
  } else {
    store[i + 1] = name;
    store[i + 2] = value;
  }
}

/** The value of a header. */
function get(store, lower) {
  const i = indexOf(store, lower);
  return i === -1 ? undefined : store[i + 2];
}

function remove(store, lower) {
  const i = indexOf(store, lower);
  if (i !== -1) store.splice(i, 3);
}

/** Adds to a header's values. */
function append(store, lower, name, value) {
  const i = indexOf(store, lower);
  if (i === -1) {
    store.push(lower, name, value);
    return;
  }
  const values = Array.isArray(store[i + 2]) ? store[i + 2] : [store[i + 2]];
  if (Array.isArray(value)) {
    for (let k = 0; k < value.length; k++) values.push(value[k]);
  } else {
    values.push(value);
  }
  store[i + 2] = values;
}

/** Every third element from `first`: 0 the lower-case names, 1 the names. */
function column(store, first) {
  const names = [];
  for (let i = first; i < store.length; i += 3) names.push(store[i]);
  return names;
}

/** The headers as an object: its keys are those of the column. */
function toObject(store, first, target) {
  for (let i = 0; i < store.length; i += 3) target[store[i + first]] = store[i + 2];
  return target;
}

module.exports = { append, column, get, indexOf, remove, set, toObject };
