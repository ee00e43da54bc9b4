'use strict';

// URLPattern: construction, matching, errors.

function attempt(f) {
  try {
    return f();
  } catch (error) {
    return `${error.name} ${error.code} ${error.message}`;
  }
}

const patterns = [
  [{ pathname: '/books/:id(\\d+)' }], [{ pathname: '/:a/:b?' }], [{ pathname: '/a{/b}?' }], ['https://*.example.com/:path*'],
  ['/x/:y', 'https://example.com'], [{ hostname: '{*.}?example.com', protocol: 'http{s}?' }], [{ pathname: '/Foo' }, { ignoreCase: true }],
  [{ search: 'a=:v' }], [{ hash: ':h' }], [{ pathname: '/*.:ext(jpg|png)' }], [{ pathname: '/(.*)' }], [], [{ port: '80' }], ['https://user:pw@h/'],
  [{ pathname: '/:a((' }], ['relative'], [3], ['x', 3], [{ baseURL: 'https://b.org/base/', pathname: 'rel' }],
];
const inputs = ['https://example.com/books/12', 'https://www.example.com/a/b/c', 'http://example.com/a', 'https://example.com/x/y?a=1#top', 'https://example.com/foo', 'https://example.com/pic.png',
                'http://h:80/', 'https://user:pw@h/', { pathname: '/a/b' }, { pathname: '/foo', baseURL: 'https://example.com' }, 'https://b.org/base/rel', undefined];
const names = ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];
for (const args of patterns) {
  const pattern = attempt(() => new URLPattern(...args));
  if (typeof pattern === 'string') {
    console.log(JSON.stringify(args), pattern);
    continue;
  }
  console.log(JSON.stringify(args), names.map((name) => pattern[name]).join(' '), pattern.hasRegExpGroups);
  for (const input of inputs) {
    const result = attempt(() => pattern.exec(input));
    console.log(' ', JSON.stringify(input), attempt(() => pattern.test(input)), typeof result === 'string' ? result : JSON.stringify(result && names.map((name) => Object.entries(result[name].groups).sort())));
  }
}
console.log(attempt(() => URLPattern.prototype.test.call({})), attempt(() => URLPattern.prototype.hash));
