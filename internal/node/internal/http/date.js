'use strict';
// The Date header's value, made once a second.

const { now } = Date;

let text = '';
let validUntil = 0;

/** The time as `Fri, 21 Nov 2025 01:27:00 GMT`. */
function utcDate() {
  const time = now();
  if (time >= validUntil || time < validUntil - 1000) {
    text = new Date(time).toUTCString();
    validUntil = time - (time % 1000) + 1000;
  }
  return text;
}

module.exports = { utcDate };
