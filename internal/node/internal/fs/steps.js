'use strict';
// Algorithms of several system calls, written once for all three faces of fs: a generator yields
// [native, ...arguments] and gets the native's answer; who runs it decides whether that blocks.
// It may also yield a function, whose answer (or the promise of it, when not running synchronously) it gets.

const native = internalBinding('fs');

/** Runs to the end at once. */
function runSync(steps) {
  let step = steps.next();
  while (!step.done) {
    let answer;
    try {
      const [name, ...args] = step.value;
      answer = typeof name === 'function' ? name(...args) : native[name](...args);
    } catch (err) {
      step = steps.throw(err);
      continue;
    }
    step = steps.next(answer);
  }
  return step.value;
}

/** Runs without blocking and calls callback(err, value) at the end. */
function runAsync(steps, callback) {
  function settle(advance, value) {
    let step;
    try {
      step = advance.call(steps, value);
    } catch (err) {
      callback(err);
      return;
    }
    if (step.done) {
      callback(null, step.value);
      return;
    }
    const [name, ...args] = step.value;
    if (typeof name !== 'function') {
      native[name](...args, (err, answer) => (err ? settle(steps.throw, err) : settle(steps.next, answer)));
      return;
    }
    new Promise((resolve) => resolve(name(...args))).then((answer) => settle(steps.next, answer), (err) => settle(steps.throw, err));
  }
  // The first step belongs to the caller's turn, its failure does not: a callback is never called before the function returns.
  let first;
  try {
    first = steps.next();
  } catch (err) {
    process.nextTick(callback, err);
    return;
  }
  if (first.done) process.nextTick(callback, null, first.value);
  else settle(() => first);
}

/** Runs without blocking; answers a promise. */
function runPromise(steps) {
  return new Promise((resolve, reject) => runAsync(steps, (err, value) => (err ? reject(err) : resolve(value))));
}

module.exports = { runSync, runAsync, runPromise };
