'use strict';
// TypeScript files: types are blanked out; what is more than types is an error.
const { tree, tryAll, importAll } = require('./_tree');
const Module = require('module');
const { pathToFileURL } = require('url');
const path = require('path');

const dir = tree({
  'main.mjs': 'export const load = (s) => import(s)', 'cjs.ts': 'const x: number = 1; module.exports = { x, line: new Error().stack.split("\\n")[1].match(/:\\d+:\\d+/)[0] }', 'esm.ts': 'import type { T } from "./none.ts"; export const a: number = 1; export type T = string;', 'm.mts': 'export default 1 as number', 'c.cts': 'exports.c = 1 as number', 'enum.ts': 'enum A { B }', 'bad.ts': 'let z: =', 'cast.ts': 'export default <string>"x"', 'decl.ts': 'interface I { a: string }\nabstract class C<T> { private x?: T; declare y: number; z!: string }\nmodule.exports = Object.keys(new (C as any)())',
  'type/package.json': { type: 'module' }, 'type/x.ts': 'export const u: string = typeof require', 'node_modules/p/index.ts': 'let x: string', 'throws.ts': '\n\nthrow new Error("line 3" as string)',
});
const requests = ['./cjs.ts', './esm.ts', './m.mts', './c.cts', './enum.ts', './bad.ts', './cast.ts', './decl.ts', './type/x.ts', 'p/index.ts', './cjs', './throws.ts'];
tryAll(Module.createRequire(path.join(dir, 'x.js')), requests);
import(pathToFileURL(path.join(dir, 'main.mjs'))).then(async ({ load }) => {
  await importAll(load, requests);
  tryAll((code) => Module.stripTypeScriptTypes(code), ['let x: number = 1', 'enum A {}', 'let x: =', 5]);
  tryAll((code) => Module.stripTypeScriptTypes(code, { mode: 'transform', sourceMap: true }), ['enum A { B = 1 }', 'namespace N { export const x = 1 }']);
  tryAll((mode) => Module.stripTypeScriptTypes('', { mode }), ['x', 5]);
  console.log(process.features.typescript);
});
