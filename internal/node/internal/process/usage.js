'use strict';
// What the process has used: time, memory, processor.

const { codes: { ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } } = require('internal/errors');
const { validateArray, validateNumber, validateObject } = require('internal/validators');
const native = internalBinding('process');

const parts = new Uint32Array(3);
const whole = new BigUint64Array(1);

/** Seconds and nanoseconds of a clock that only goes forward, or since an earlier answer. */
function hrtime(time) {
  native.hrtime(parts);
  const seconds = parts[0] * 0x100000000 + parts[1];
  if (time === undefined) return [seconds, parts[2]];
  validateArray(time, 'time');
  if (time.length !== 2) throw new ERR_OUT_OF_RANGE('time', 2, time.length);
  const sec = seconds - time[0];
  const nsec = parts[2] - time[1];
  return nsec < 0 ? [sec - 1, nsec + 1e9] : [sec, nsec];
}

hrtime.bigint = function bigint() {
  native.hrtimeBigInt(whole);
  return whole[0];
};

function memoryUsage() {
  const [rss, heapTotal, heapUsed, external, arrayBuffers] = native.memoryUsage();
  return { rss, heapTotal, heapUsed, external, arrayBuffers };
}

memoryUsage.rss = function rss() {
  return native.rss();
};

function validateTime(value, name) {
  validateNumber(value, name);
  if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) throw new ERR_INVALID_ARG_VALUE.RangeError(name, value);
}

/** User and system time in microseconds, or how much they grew since an earlier answer. */
function times(prevValue, read) {
  if (prevValue) {
    validateObject(prevValue, 'prevValue');
    validateTime(prevValue.user, 'prevValue.user');
    validateTime(prevValue.system, 'prevValue.system');
  }
  const [user, system] = read();
  if (!prevValue) return { user, system };
  return { user: user - prevValue.user, system: system - prevValue.system };
}

function cpuUsage(prevValue) {
  return times(prevValue, native.cpuUsage);
}

function threadCpuUsage(prevValue) {
  return times(prevValue, native.threadCpuUsage);
}

const resources = [
  'userCPUTime', 'systemCPUTime', 'maxRSS', 'sharedMemorySize', 'unsharedDataSize', 'unsharedStackSize', 'minorPageFault', 'majorPageFault',
  'swappedOut', 'fsRead', 'fsWrite', 'ipcSent', 'ipcReceived', 'signalsCount', 'voluntaryContextSwitches', 'involuntaryContextSwitches',
];

function resourceUsage() {
  const values = native.resourceUsage();
  const usage = {};
  for (let i = 0; i < resources.length; i++) usage[resources[i]] = values[i];
  return usage;
}

function uptime() {
  return native.uptime();
}

function constrainedMemory() {
  return native.constrainedMemory();
}

function availableMemory() {
  return native.availableMemory();
}

module.exports = { availableMemory, constrainedMemory, cpuUsage, hrtime, memoryUsage, resourceUsage, threadCpuUsage, uptime };
