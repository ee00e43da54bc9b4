'use strict';

// Buffers of all sizes come and go: memory that is used again must be clean where it has to be,
// and must belong to one buffer alone.

let seed = 1;
function random(n) {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % n;
}

function intact({ bytes, value }) {
  for (let i = 0; i < bytes.length; i += 61) {
    if (bytes[i] !== value) return false;
  }
  return bytes.length === 0 || bytes[bytes.length - 1] === value;
}

const live = [];
let wrong = 0;
for (let i = 0; i < 120000; i++) {
  const kind = random(10);
  const size = kind < 6 ? random(300) : kind < 9 ? random(9000) : random(300000);
  let bytes;
  if (random(2) === 0) {
    bytes = new Uint8Array(size);
    if (!intact({ bytes, value: 0 })) wrong++;
  } else {
    bytes = Buffer.allocUnsafeSlow(size);
  }
  const value = i & 255;
  bytes.fill(value);
  if (live.length < 400) {
    live.push({ bytes, value });
  } else {
    const at = random(400);
    if (!intact(live[at])) wrong++;
    live[at] = { bytes, value };
  }
}
console.log('wrong', wrong);
