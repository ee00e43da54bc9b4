'use strict';
// Flags: --no-deprecation

// url.parse(), format() and resolve() over generated strings, from a fixed seed.

const url = require('url');

let seed = 5;
function random(n) {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % n;
}
function pick(list) {
  return list[random(list.length)];
}

const pieces = ['http:', 'https:', 'HTTP:', 'mailto:', 'javascript:', 'file:', 'ftp:', 'foo:', 'x:', '//', '//', '/', '/', '\\', '\\\\', 'example.com', 'EXAMPLE.COM', 'a', 'b', 'user@', 'u:p@', '@', ':', ':80',
                ':8080', ':abc', ':99999', '?', '?a=b&c=d', '#', '#h', ' ', '\t', '\n', '"', "'", '<', '>', '`', '{', '}', '|', '^', '%', '%20', '%zz', '[::1]', '[', ']', '.', '..', './', '../', '/.', '/..', 'index.html',
                'espa\u00f1ol.com', '\u4f8b', '\ud83d\ude00', '\u00a0', ';', '*', '_', '-', '&', '=', '!', '$', ',', '+', '~', 'xn--espaol-zwa', 'javascript:alert(1)', '//a/b', '\u00e9'];
function generate() {
  let s = '';
  if (random(3) > 0) s = pick(['http://', 'https://', '//', 'mailto:', 'foo://', 'file:///', 'javascript:', 'foo:']) + (random(6) ? '' : 'u:p@') + pick(['example.com', 'a.b', 'h:80', '[::1]', '[::1]:3', '', 'A_b']);
  for (let n = random(6); n > 0; n--) s += pick(pieces);
  return s;
}
function attempt(f) {
  try {
    return f();
  } catch (error) {
    return `${error.name} ${error.code} ${error.message} ${error.input}`;
  }
}

for (let i = 0; i < 6000; i++) {
  const a = generate();
  const b = generate();
  console.log(JSON.stringify([a, b, attempt(() => url.parse(a)), attempt(() => url.parse(a, true, true)), attempt(() => url.format(a)), attempt(() => url.resolve(a, b)),
                              attempt(() => url.format(url.parse(a, random(2) === 0))), attempt(() => url.resolveObject(a, b))]));
  const object = {};
  for (const key of ['protocol', 'slashes', 'auth', 'host', 'port', 'hostname', 'hash', 'search', 'query', 'pathname']) {
    if (random(3) === 0) object[key] = key === 'query' && random(2) ? { x: 'y', z: [1, 'b c'] } : key === 'port' && random(2) ? 80 : key === 'slashes' ? true : pick(pieces);
  }
  console.log(JSON.stringify([object, attempt(() => url.format(object))]));
}
for (const bad of [undefined, null, 1, {}, [], true, '']) {
  console.log(JSON.stringify([attempt(() => url.parse(bad)), attempt(() => url.format(bad)), attempt(() => url.resolve(bad, 'a')), attempt(() => url.resolve('a', bad)), attempt(() => url.resolveObject(bad, 'x'))]));
}
