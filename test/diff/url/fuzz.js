'use strict';

// The WHATWG URL over generated strings, bases and assignments, from a fixed seed.

const url = require('url');

let seed = 99;
function random(n) {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % n;
}
function pick(list) {
  return list[random(list.length)];
}

const schemes = ['http:', 'https:', 'HTTP:', 'ws:', 'wss:', 'ftp:', 'file:', 'FILE:', 'foo:', 'mailto:', 'data:', 'blob:', 'javascript:', 'a+b-c.d:', '1x:', ':', 'http', ''];
const hosts = ['example.com', 'EXAMPLE.com', 'a', 'localhost', 'LOCALHOST', '127.0.0.1', '0x7f.1', '017700000001', '1.2.3', '256.256.256.256', '1.2.3.4.5', '4294967296',
               '0x', '1.2.3.08', '09.1.1.1', 'a.1', '1.a', '1..', '1.', '[::1]', '[1:2:3:4:5:6:7:8]', '[1::8]', '[::1.2.3.4]', '[1:2:0:0:5:0:0:0]', '[::g]', '[:1]', '[1:2:3]',
               '[::127.0.0.256]', '[1:::3]', '[ff::]:80', '[::1', '::1', 'a b', 'a%20b', 'a%41b', '%41', 'a%00b', 'a<b', 'a^b', 'a|b', 'a_b', 'a-b', '-a-', 'a..b', '.', '..',
               'espa\u00f1ol.com', 'stra\u00dfe.de', '\u4f8b\u5b50.\u6d4b\u8bd5', 'xn--espaol-zwa.com', 'xn--', 'xn--a', 'xn--zzzzz', 'XN--ESPAOL-ZWA', 'a\u00adb', '\uff21.com', 'a\u3002b',
               '\u0130', '\u1e9e', '\u2603', '\ud83d\ude00.com', '\ud83d', 'a\u200db', 'user@host', 'u:p@host', 'u@@host', ':p@host', '@host', 'u:p@', '\u00bd', '\u2488com', 'a,b', "a'b", 'a!b',
               'a(b)', 'a&b=c', 'a;b', 'a~b', '\x7f', '%zz', '%', 'C:', 'c|', 'C', '\u05d0\u05d1', 'a\u05d0', '\u05d01'];
const ports = ['', '', '', ':', ':80', ':443', ':0', ':00080', ':65535', ':65536', ':8080x', ':-1', ':a', ':21', ': 80'];
const segments = ['a', 'b', 'foo', '.', '..', '%2e', '%2E%2e', '.%2e', '...', '', '', ' ', 'c:', 'C|', 'D:', '%41', '%zz', '\u00e9', '"<>`{}', "'", '^|', '[x]', '\\', 'a\\b', '\\..', ':', '@', '=', '\t', 'x\ny',
                  '\ud83d\ude00', '\udead', '\x7f', '\0', '~', '%', 'a.b', '.a', '..a', '&', ';', ','];
const tails = ['', '', '', '?', '#', '?a=b', '?a b', "?'\"<>`", '?\u00e9=%ff', '#frag', '#a b`<>"\'', '?x#y', '?x?y', '#x?y#z', '?\ud83d', '#\ud83d\ude00', '?a\nb', '#\t', '?{|}^\\', '#{|}^\\', '? ', '# '];

function path() {
  let s = '';
  for (let n = random(5); n > 0; n--) s += pick(['/', '/', '/', '\\', '']) + pick(segments);
  return s;
}
function generate() {
  const kind = random(12);
  let s;
  if (kind < 6) s = pick(schemes) + pick(['//', '//', '//', '/', '', '///', '\\\\', '/\\']) + (random(8) ? '' : pick(['u@', 'u:p@', ':@', 'u%:/p@', '\u00e9:"@'])) + pick(hosts) + pick(ports) + path();
  else if (kind < 8) s = pick(schemes) + path();
  else if (kind < 11) s = pick(['', '/', '//', '\\', '///']) + path();
  else s = pick(segments) + pick(hosts);
  s += pick(tails);
  if (random(25) === 0) s = pick([' ', '\n', '\0', '\x1f ']) + s + pick([' ', '\t', '\0']);
  return s;
}

function attempt(f) {
  try {
    return f();
  } catch (error) {
    return `${error.name} ${error.code} ${error.message} ${JSON.stringify([error.input, error.base])}`;
  }
}
function show(u) {
  return [u.href, u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname, u.search, u.hash, u.searchParams.toString()];
}

const bases = ['http://example.com/a/b?c#d', 'https://u:p@h:8443/', 'file:///C:/x/y', 'file://host/p', 'file:///a/b', 'foo://h/a/b', 'foo:/a/b', 'foo:bar', 'mailto:x@y', 'data:text/plain,x ', 'ws://h',
               'http://example.com', 'foo://h', 'file:///C:', 'about:blank?q'];
const names = ['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];
for (let i = 0; i < 6000; i++) {
  const s = generate();
  const base = pick(bases);
  const t = generate();
  const out = [s, attempt(() => show(new URL(s))), base, attempt(() => show(new URL(s, base))), attempt(() => URL.canParse(s)), attempt(() => URL.canParse(t, s))];
  const setter = pick(names);
  const value = setter === 'href' ? t : setter === 'protocol' ? pick(schemes) : setter === 'port' ? pick(ports).slice(random(2)) : /host/.test(setter) ? pick(hosts) + pick(ports) + pick(['', '', '/x', '?y', '#z', '\\w']) :
    setter === 'pathname' ? path() + pick(tails) : pick(tails) + pick(segments);
  out.push(setter, value, attempt(() => { const u = new URL(URL.canParse(s) ? s : base); u[setter] = value; return show(u); }));
  console.log(JSON.stringify(out));
}
for (const host of hosts) {
  console.log(JSON.stringify([host, attempt(() => url.domainToASCII(host)), attempt(() => url.domainToUnicode(host))]));
}
