// import.meta, and what a module is.
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { createRequire, findPackageJSON } from 'node:module';

const here = path.dirname(fileURLToPath(import.meta.url));
const hide = (x) => String(x).replaceAll(here, '<here>');
console.log(Object.keys(import.meta), Object.getPrototypeOf(import.meta), import.meta === import.meta, Object.isFrozen(import.meta));
console.log(hide(import.meta.url), hide(import.meta.filename), hide(import.meta.dirname), import.meta.main);
console.log(this, typeof require, typeof module, typeof exports, typeof __filename, (function() { return this; })());
for (const s of ['./x.mjs', './meta.mjs', '../y', 'fs', 'node:fs', 'data:text/javascript,1', 'http://x/y', '/z', '.', './a b?c#d', 'nothing', 'foo:bar', '#x', '@', 'node:nothing']) {
  try { console.log(s, hide(import.meta.resolve(s))); } catch (error) { console.log(s, error.code, hide(error.message)); }
}
console.log(import.meta.resolve.length, import.meta.resolve.name);
import.meta.own = 1;
console.log(import.meta.own, createRequire(import.meta.url)('path') === path);
console.log((await import('./fixtures/metas.mjs')).main, (await import('./fixtures/metas.mjs?x')).url.endsWith('metas.mjs?x'), (await import('./fixtures/metas.mjs')).fn().main);
const evil = new Function('return import("./fixtures/metas.mjs")');
await evil().then((ns) => console.log('Function', ns.main), (e) => console.log('Function', e.code));
console.log(await eval('import("./fixtures/metas.mjs")').then((ns) => ns.main));
