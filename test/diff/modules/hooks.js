'use strict';
// module.registerHooks: a program takes part in resolving and loading.
const { tree, hide, describe } = require('./_tree');
const { createRequire, registerHooks } = require('module');
const { pathToFileURL } = require('url');
const path = require('path');

const dir = tree({ 'a.js': 'module.exports = "a"', 'b.mjs': 'export default "b"', 'c.js': 'module.exports = require("virtual:x") + require("./a")', 'd.mjs': 'import x from "virtual:x"; import a from "./a.js"; export default x + a', 'main.mjs': 'export const load = (s) => import(s)' });
const req = createRequire(path.join(dir, 'main.js'));
const log = [];
const outer = registerHooks({
  resolve(specifier, context, next) {
    log.push(`outer resolve ${hide(specifier)} ${context.conditions.includes('require') ? 'require' : 'import'} ${hide(context.parentURL)}`);
    if (specifier.startsWith('virtual:')) return { url: specifier, format: 'commonjs', shortCircuit: true };
    return next(specifier);
  },
  load(url, context, next) {
    log.push(`outer load ${hide(url)} ${context.format}`);
    if (url.startsWith('virtual:')) return { format: 'commonjs', source: `module.exports = ${JSON.stringify(url)}`, shortCircuit: true };
    const result = next(url, context);
    return url.endsWith('a.js') ? { ...result, source: `${result.source}\nmodule.exports += " changed"` } : result;
  },
});
const inner = registerHooks({ resolve(specifier, context, next) { log.push(`inner resolve ${hide(specifier)}`); return next(specifier === 'alias' ? './a.js' : specifier, context); } });
console.log(req('virtual:y'), req('./a'), req('alias'), req('./c'));
for (const hook of [{ resolve: () => ({ url: 'file:///x' }) }, { resolve: () => 5 }, { resolve: () => ({ url: 5, shortCircuit: true }) }, { load: () => ({ format: 'commonjs' }) }, { load: () => null }]) {
  const h = registerHooks(hook);
  try { req('./new'); } catch (error) { console.log(describe(error).split('\n').slice(0, 2).join()); }
  try { delete req.cache[path.join(dir, 'a.js')]; req('./a'); } catch (error) { console.log(describe(error).split('\n').slice(0, 2).join()); }
  h.deregister();
}
for (const bad of [{ resolve: 5 }, { load: 'x' }]) try { registerHooks(bad); } catch (error) { console.log(describe(error)); }
import(pathToFileURL(path.join(dir, 'd.mjs'))).then((ns) => {
  console.log(ns.default);
  outer.deregister();
  inner.deregister();
  try { req('virtual:z'); } catch (error) { console.log(error.code); }
  console.log(log.join('\n'));
});
