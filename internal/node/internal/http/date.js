'use strict';
// The Date header's value, made once a second.

const { now } = Date;

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (n) => (n < 10 ? `0${n}` : `${n}`);

/** The same as toUTCString(), which loads the time zone's names with its first call. */
function format(date) {
  const year = date.getUTCFullYear();
  if (year < 1000 || year > 9999) return date.toUTCString();
  return `${days[date.getUTCDay()]}, ${two(date.getUTCDate())} ${months[date.getUTCMonth()]} ${year} ` +
    `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} GMT`;
}

let text = '';
let validUntil = 0;

/** The time as `Fri, 21 Nov 2025 01:27:00 GMT`. */
function utcDate() {
  const time = now();
  if (time >= validUntil || time < validUntil - 1000) {
    text = format(new Date(time));
    validUntil = time - (time % 1000) + 1000;
  }
  return text;
}

module.exports = { utcDate };
