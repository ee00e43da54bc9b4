// A limit of requests per address in a sliding window of two halves: cheap, and never
// more than the limit in any minute by much.
'use strict';

// Returns a function (address) → 0, or the milliseconds to wait.
function createLimiter({ limit, windowMs }) {
  let current = new Map();
  let previous = new Map();
  let began = Date.now();

  function rotate() {
    previous = current;
    current = new Map();
    began = Date.now();
  }
  const timer = setInterval(rotate, windowMs);
  timer.unref();

  function check(address) {
    const share = Math.max(0, 1 - (Date.now() - began) / windowMs);
    const used = (current.get(address) || 0) + (previous.get(address) || 0) * share;
    if (used >= limit) return Math.max(1, windowMs - (Date.now() - began));
    current.set(address, (current.get(address) || 0) + 1);
    return 0;
  }
  check.stop = () => clearInterval(timer);
  return check;
}

module.exports = { createLimiter };
