'use strict';
// What fetch() tells of its requests.
// https://w3c.github.io/resource-timing/

const { codes } = require('internal/errors');
const { PerformanceEntry, kSkipThrow } = require('internal/perf/performance_entry');
const { kEnumerableProperty } = require('internal/util');
const { validateThisInternalField } = require('internal/validators');
const { bufferResourceTiming, enqueue } = require('internal/perf/timeline');

const kTimingInfo = Symbol('kTimingInfo');
const kInitiatorType = Symbol('kInitiatorType');
const kRequestedUrl = Symbol('kRequestedUrl');
const kCacheMode = Symbol('kCacheMode');
const kDeliveryType = Symbol('kDeliveryType');
const kResponseStatus = Symbol('kResponseStatus');

class PerformanceResourceTiming extends PerformanceEntry {
  constructor(skipThrow = undefined, name = undefined, type = undefined) {
    if (skipThrow !== kSkipThrow) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
    super(kSkipThrow, name, type);
  }

  get name() { return of(this)[kRequestedUrl]; }
  get startTime() { return of(this)[kTimingInfo].startTime; }
  get duration() { return of(this)[kTimingInfo].endTime - this[kTimingInfo].startTime; }
  get initiatorType() { return of(this)[kInitiatorType]; }
  get workerStart() { return of(this)[kTimingInfo].finalServiceWorkerStartTime; }
  get redirectStart() { return of(this)[kTimingInfo].redirectStartTime; }
  get redirectEnd() { return of(this)[kTimingInfo].redirectEndTime; }
  get fetchStart() { return of(this)[kTimingInfo].postRedirectStartTime; }
  get domainLookupStart() { return of(this)[kTimingInfo].finalConnectionTimingInfo?.domainLookupStartTime; }
  get domainLookupEnd() { return of(this)[kTimingInfo].finalConnectionTimingInfo?.domainLookupEndTime; }
  get connectStart() { return of(this)[kTimingInfo].finalConnectionTimingInfo?.connectionStartTime; }
  get connectEnd() { return of(this)[kTimingInfo].finalConnectionTimingInfo?.connectionEndTime; }
  get secureConnectionStart() { return of(this)[kTimingInfo].finalConnectionTimingInfo?.secureConnectionStartTime; }
  get nextHopProtocol() { return of(this)[kTimingInfo].finalConnectionTimingInfo?.ALPNNegotiatedProtocol; }
  get requestStart() { return of(this)[kTimingInfo].finalNetworkRequestStartTime; }
  get responseStart() { return of(this)[kTimingInfo].finalNetworkResponseStartTime; }
  get responseEnd() { return of(this)[kTimingInfo].endTime; }
  get encodedBodySize() { return of(this)[kTimingInfo].encodedBodySize; }
  get decodedBodySize() { return of(this)[kTimingInfo].decodedBodySize; }

  get transferSize() {
    if (of(this)[kCacheMode] === 'local') return 0;
    if (this[kCacheMode] === 'validated') return 300;
    return this[kTimingInfo].encodedBodySize + 300;
  }

  get deliveryType() { return of(this)[kDeliveryType]; }
  get responseStatus() { return of(this)[kResponseStatus]; }

  toJSON() {
    const json = { name: this.name, entryType: this.entryType, startTime: this.startTime, duration: this.duration };
    for (const key of attributes) json[key] = this[key];
    return json;
  }
}

function of(entry) {
  validateThisInternalField(entry, kInitiatorType, 'PerformanceResourceTiming');
  return entry;
}

// In the order of toJSON().
const attributes = ['initiatorType', 'nextHopProtocol', 'workerStart', 'redirectStart', 'redirectEnd', 'fetchStart',
  'domainLookupStart', 'domainLookupEnd', 'connectStart', 'connectEnd', 'secureConnectionStart', 'requestStart', 'responseStart',
  'responseEnd', 'transferSize', 'encodedBodySize', 'decodedBodySize', 'deliveryType', 'responseStatus'];
for (const name of [...attributes, 'toJSON']) Object.defineProperty(PerformanceResourceTiming.prototype, name, kEnumerableProperty);
Object.defineProperty(PerformanceResourceTiming.prototype, Symbol.toStringTag, {
  __proto__: null, configurable: true, value: 'PerformanceResourceTiming',
});
Object.defineProperty(PerformanceResourceTiming, 'length', { __proto__: null, value: 0, configurable: true });

function markResourceTiming(timingInfo, requestedUrl, initiatorType, global, cacheMode, bodyInfo, responseStatus, deliveryType = '') {
  const entry = new PerformanceResourceTiming(kSkipThrow, requestedUrl, 'resource');
  entry[kInitiatorType] = initiatorType;
  entry[kRequestedUrl] = requestedUrl;
  entry[kTimingInfo] = timingInfo;
  entry[kCacheMode] = cacheMode;
  entry[kDeliveryType] = deliveryType;
  entry[kResponseStatus] = responseStatus;
  enqueue(entry);
  bufferResourceTiming(entry);
  return entry;
}

module.exports = { PerformanceResourceTiming, markResourceTiming };
