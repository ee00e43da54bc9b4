'use strict';

// Every function of both flavours of path over some thousand generated paths, from a fixed seed.

const path = require('path');

let seed = 20260101;
function random(n) {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % n;
}

const pieces = ['/', '/', '\\', '\\', '.', '..', '...', 'a', 'B', 'b', 'foo', 'bar.js', '.x', 'x.', 'c:', 'C:', 'd:',
                'CON', 'nul', 'COM1', 'lpt\xb9', ':', '?', 'UNC', '//', '\\\\', ' ', '\u0130', 'a.b.c'];
function generate() {
  let s = '';
  for (let n = random(8); n >= 0; n--) s += pieces[random(pieces.length)];
  if (random(4) === 0) s = ['//', '\\\\', 'c:\\', 'C:', '\\\\?\\', '//./', '/'][random(7)] + s;
  return random(40) === 0 ? '' : s;
}

function attempt(f) {
  try {
    return f();
  } catch (error) {
    return `${error.name} ${error.code} ${error.message}`;
  }
}

const bases = ['/work', 'C:\\work\\dir', '\\\\srv\\share\\x', 'd:\\'];
for (let i = 0; i < 6000; i++) {
  const a = generate();
  const b = generate();
  const c = generate();
  for (const flavour of ['posix', 'win32']) {
    const p = path[flavour];
    const base = flavour === 'posix' ? bases[0] : bases[1 + random(3)];
    console.log(flavour, JSON.stringify([a, b, c, base, [
      attempt(() => p.normalize(a)),
      attempt(() => p.join(a, b, c)),
      attempt(() => p.resolve(base, a, b)),
      attempt(() => p.relative(p.resolve(base, a), p.resolve(base, b))),
      attempt(() => p.dirname(a)),
      attempt(() => p.basename(a)),
      attempt(() => p.basename(a, b)),
      attempt(() => p.basename(a, a.slice(-random(5)))),
      attempt(() => p.extname(a)),
      attempt(() => p.parse(a)),
      attempt(() => p.format(p.parse(a))),
      attempt(() => p.isAbsolute(a)),
      flavour === 'posix' ? '' : attempt(() => p.toNamespacedPath(p.resolve(base, a))),
    ]]));
  }
}
for (const bad of [undefined, null, 1, {}, [], true, Symbol('x'), () => 1]) {
  for (const name of ['normalize', 'join', 'resolve', 'relative', 'dirname', 'basename', 'extname', 'parse', 'format',
                      'isAbsolute', 'toNamespacedPath', 'matchesGlob']) {
    console.log(name, attempt(() => path.posix[name](bad)), attempt(() => path.win32[name]('a', bad)));
  }
}
for (const [p, g] of [['a/b.js', '**/*.js'], ['a/b.js', '*.js'], ['.x/y', '*/y'], ['a\\b', 'a\\b'], ['foo/bar', 'foo/{bar,baz}'],
                      ['!a', '!a'], ['#a', '#a'], ['ab', '+(a|b)'], ['A', 'a'], ['a/b/c', 'a/[bc]/?']]) {
  console.log(p, g, path.posix.matchesGlob(p, g), path.win32.matchesGlob(p, g));
}
