'use strict';

// querystring over generated strings and objects, from a fixed seed.

const qs = require('querystring');

let seed = 7;
function random(n) {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % n;
}

const pieces = ['a', 'b', 'foo', '=', '=', '&', '&', ';', ':', '%', '%2', '%20', '%zz', '%C3%A9', '%ff', '+', ' ', '\u00e9', '\ud83d\ude00', '==', '&&',
                '__proto__', 'toString', '%u1234', "!'()*-._~", '\0', '"', '1'];
function generate() {
  let s = '';
  for (let n = random(10); n > 0; n--) s += pieces[random(pieces.length)];
  return s;
}

function attempt(f) {
  try {
    return f();
  } catch (error) {
    return `${error.name} ${error.code} ${error.message}`;
  }
}

const separators = [undefined, '&', ';', '||', '&&', '=', '', [], 'a'];
for (let i = 0; i < 4000; i++) {
  const s = generate();
  const sep = separators[random(5)];
  const eq = separators[random(6)];
  const options = [undefined, { maxKeys: random(4) - 1 }, { decodeURIComponent: (x) => `<${x}>` }, { maxKeys: Infinity },
                   { decodeURIComponent: decodeURIComponent }][random(5)];
  console.log(JSON.stringify([s, sep, eq, attempt(() => qs.parse(s, sep, eq, options)), attempt(() => qs.parse(s)), attempt(() => qs.unescape(s)),
                              attempt(() => qs.escape(s)), attempt(() => qs.unescapeBuffer(s, i % 2 === 0).toString('hex'))]));
  const object = {};
  for (let n = random(4); n > 0; n--) {
    object[generate()] = [generate(), random(1000), 1e300, NaN, Infinity, -0, true, false, null, undefined, 12n, {}, [],
                          [generate(), 1, null], [[1]], Symbol.iterator, () => 1, new Date(0), 1e21][random(19)];
  }
  console.log(attempt(() => qs.stringify(object, sep, eq)), attempt(() => qs.stringify(object, sep, eq, { encodeURIComponent: (x) => `(${x})` })));
}
for (const bad of [undefined, null, 1, '', true, [], {}, Symbol('x'), 12n, ['a', 'b'], '\ud800', '\ud800x', 'x\udc00', '\udc00y']) {
  console.log(attempt(() => qs.stringify(bad)), JSON.stringify(attempt(() => qs.parse(bad))), attempt(() => qs.escape(bad)), attempt(() => qs.unescape(bad)));
}
console.log(JSON.stringify(qs.parse('a=b&c=d', [])), JSON.stringify(qs.parse('a=b&c=d', '&', [])), qs.parse('a=1') instanceof Object);
const saved = qs.escape;
qs.escape = (s) => s.toUpperCase();
console.log(qs.stringify({ a: 'b c', d: 1 }));
qs.escape = saved;
qs.unescape = (s) => s.toUpperCase();
console.log(JSON.stringify(qs.parse('a=b+c&d=%20')));
