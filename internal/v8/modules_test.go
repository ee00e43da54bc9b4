package v8

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// runBuiltin boots an isolate whose only builtin is the text, and returns what it
// passed to report(). The text sees internalBinding, `modules`, `contextify` and `places`.
func runBuiltin(t *testing.T, text string) []string {
	t.Helper()
	out, err := bootText(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const prelude = `'use strict';
const modules = internalBinding('modules'), contextify = internalBinding('contextify'), places = internalBinding('error_places');
const report = (...a) => internalBinding('report').report(a.map(String).join(' '));
const attempt = (f) => { try { return f(); } catch (e) { return e; } };
const tick = () => internalBinding('task_queue').runMicrotasks();
const symbol = Symbol('test');
`

func bootText(text string) ([]string, error) {
	Init("", 0)
	source := prelude + text
	iso, err := New(Options{Builtin: func(string) (string, []byte, bool) { return source, nil, true }})
	if err != nil {
		return nil, err
	}
	defer iso.Dispose()
	var out []string
	iso.Bind("report", func() map[string]Func {
		return map[string]Func{"report": func(c *Call) { out = append(out, c.String(0)) }}
	})
	err = iso.Boot("test")
	return out, err
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

func TestCommonJSFunction(t *testing.T) {
	got := runBuiltin(t, `
const fn = modules.compileFunctionForCJS('#!/bin/x\nexports.a = [typeof require, __filename, __dirname, module]; return this', '/x/a.js', symbol, true);
const out = {};
report(fn.call('self', out, () => {}, 'm', 'f', 'd'), out.a);
report(modules.compileFunctionForCJS('import "x"', '/x/a.js', symbol, true));
report(modules.compileFunctionForCJS('export const x = 1; a b', '/x/a.js', symbol, true));
report(modules.compileFunctionForCJS('await 1', '/x/a.js', symbol, true));
report(modules.compileFunctionForCJS('let require; let __filename', '/x/a.js', symbol, true));
const e = attempt(() => modules.compileFunctionForCJS('\n\tlet x = ;', '/x/a.js', symbol, true));
report(JSON.stringify(e.stack.split('\n    at')[0]), places.isDecorated(e));
report(attempt(() => modules.compileFunctionForCJS('import "x"', '/x/a.js', symbol, false)).message);
report(modules.containsModuleSyntax('import.meta', 'x'), modules.containsModuleSyntax('import("x")', 'x'), modules.containsModuleSyntax('a b', 'x'));
`)
	expect(t, got,
		"self function,f,d,m", "true", "true", "true", "true",
		`"/x/a.js:2\n\tlet x = ;\n\t        ^\n\nSyntaxError: Unexpected token ';'" true`,
		"Cannot use import statement outside a module", "true false false")
}

func TestModuleGraph(t *testing.T) {
	got := runBuiltin(t, `
const a = modules.compileModule('file:///a.mjs', 'import d, { n as m } from "b"; import j from "b" with { type: "json" }; export const sum = d + m + j; export { d as default }', 0, 0, symbol);
report(modules.getModuleRequests(a).map((x) => typeof x === 'object' && x !== null ? JSON.stringify(x) : x));
const b = modules.createSynthetic('file:///b', ['default', 'n'], (wrap) => { modules.setExport(wrap, 'default', 1); modules.setExport(wrap, 'n', 20); });
const j = modules.createSynthetic('file:///b', ['default'], (wrap) => modules.setExport(wrap, 'default', 300));
report(String(modules.getModuleRequests(b)), a.url, modules.getStatus(a));
report(attempt(() => modules.getNamespace(a)));
report(attempt(() => modules.instantiate(a)));
modules.link(a, [b, j]);
modules.instantiate(a);
report(modules.getStatus(a), modules.isGraphAsync(a), modules.hasTopLevelAwait(a));
const promise = modules.evaluate(a);
report(promise instanceof Promise, modules.getStatus(a), modules.getNamespace(a).sum, modules.getNamespace(a).default);
report(attempt(() => modules.getStatus({})).message);
`)
	expect(t, got,
		`b,,b,{"type":"json"}`, "undefined file:///a.mjs 0",
		"Error: cannot get namespace, module has not been instantiated",
		"Error: request for 'b' can not be resolved on module 'file:///a.mjs' that is not linked",
		"2 false false", "true 4 321 1", "a module is needed")
}

func TestModuleErrors(t *testing.T) {
	got := runBuiltin(t, `
let e = attempt(() => modules.compileModule('file:///a.mjs', 'let a = 1;\nlet a = 2;', 0, 0, symbol));
report(e, JSON.stringify(places.placeOf(e)));
const lib = modules.createSynthetic('file:///b', ['x'], () => {});
const c = modules.compileModule('file:///c.mjs', '\nimport { nope } from "./lib"', 0, 0, symbol);
modules.link(c, [lib]);
e = attempt(() => modules.instantiate(c));
report(e, JSON.stringify(places.placeOf(e)));
const d = modules.compileModule('file:///d.mjs', 'throw new Error("from d")', 0, 0, symbol);
modules.link(d, []); modules.instantiate(d);
modules.evaluate(d).catch((x) => report('caught', x));
report(modules.getStatus(d), modules.getError(d));
const s = modules.createSynthetic('file:///s', ['x'], () => { throw new Error('from s'); });
modules.instantiate(s);
modules.evaluate(s).catch((x) => report('caught', x));
report(attempt(() => modules.setExport(s, 'y', 1)) instanceof Error);
tick();
`)
	expect(t, got,
		`SyntaxError: Identifier 'a' has already been declared "file:///a.mjs:2\nlet a = 2;\n    ^\n"`,
		`SyntaxError: The requested module './lib' does not provide an export named 'nope' "file:///c.mjs:2\nimport { nope } from \"./lib\"\n         ^^^^\n"`,
		"5 Error: from d", "true", "caught Error: from d", "caught Error: from s")
}

func TestTopLevelAwait(t *testing.T) {
	got := runBuiltin(t, `
const inner = modules.compileModule('file:///i.mjs', 'export const v = await Promise.resolve(7)', 0, 0, symbol);
const outer = modules.compileModule('file:///o.mjs', 'export { v } from "i"', 0, 0, symbol);
modules.link(inner, []); modules.link(outer, [inner]); modules.instantiate(outer);
report(modules.isGraphAsync(outer), modules.hasTopLevelAwait(outer), modules.hasTopLevelAwait(inner));
modules.evaluate(outer).then(() => report('done', modules.getNamespace(outer).v));
report(modules.stalledAwaits(outer).map((x) => JSON.stringify(x)));
tick();
report(modules.stalledAwaits(outer).length);
`)
	expect(t, got, "true false true", `"file:///i.mjs:1\nexport const v = await Promise.resolve(7)\n                 ^\n"`, "done 7", "0")
}

func TestImportCallbacks(t *testing.T) {
	got := runBuiltin(t, `
modules.setCallbacks(
  (key, specifier, attributes, name) => {
    if (specifier === 'throw') throw new Error('thrown');
    return Promise.resolve([key === symbol, specifier, JSON.stringify(attributes), name]);
  },
  (wrap, meta) => { meta.url = wrap.url; meta.own = wrap.tag; });
const a = modules.compileModule('file:///a.mjs', 'export const meta = import.meta; export const one = import("x", { with: { type: "json" } }); export const two = import("throw")', 0, 0, symbol);
a.tag = 'A';
modules.link(a, []); modules.instantiate(a); modules.evaluate(a);
const ns = modules.getNamespace(a);
report(Object.getPrototypeOf(ns.meta), ns.meta.url, ns.meta.own);
ns.one.then((x) => report('one', x));
ns.two.catch((x) => report('two', x));
modules.compileFunctionForCJS('import("y").then(module)', '/f.cjs', symbol)({}, null, (x) => report('cjs', x));
(0, eval)('import("z")').then((x) => report('eval', x[0], x[1]));
tick();
`)
	expect(t, got, "null file:///a.mjs A", "one true,x,{\"type\":\"json\"},file:///a.mjs", "two Error: thrown", "cjs true,y,{},/f.cjs", "eval false z")
}

func TestContexts(t *testing.T) {
	got := runBuiltin(t, `
const run = (text, sandbox = null, timeout = -1) => contextify.runScript(contextify.compileScript(text, 'test.vm', 0, 0, undefined, false, symbol, undefined), sandbox, timeout, true);
report(run('1 + 1'), contextify.isContext({}));
const box = { a: 1, get g() { return 'got'; } };
report(contextify.makeContext(box, true, true, false) === box, contextify.isContext(box));
report(run('a++; b = a; var c = 3; function f() {} globalThis.d = typeof process; g', box), box.a, box.b, box.c, typeof box.f, box.d);
report(run('Object.keys(globalThis).sort().join()', box), run('this.constructor.name', box));
report(run('Array', box) === Array, run('[]', box) instanceof Array);
report(attempt(() => run('"use strict"; nowhere = 1', box)).message);
report(run('delete globalThis.a; typeof a', box), 'a' in box);
const e = attempt(() => run('throw new Error("x")', box));
report(JSON.stringify(e.stack.split('\n    at')[0]), e instanceof Error);
report(attempt(() => run('for (;;);', box, 20)).code);
report(attempt(() => run('eval("1")', contextify.makeContext({}, false, true, false))).message);
const own = contextify.makeContext({ log: [] }, true, true, true);
run('Promise.resolve().then(() => log.push("micro"))', own);
report(own.log);
const global = contextify.makeContext(undefined, true, true, false);
run('x = 5', global);
report(global.x, contextify.isContext(global));
const fn = contextify.compileFunction('return a + ext', 'f.vm', 0, 0, undefined, true, undefined, [{ ext: 2 }], ['a'], symbol);
report(fn.function(1), fn.cachedDataProduced);
`)
	expect(t, got, "2 false", "true true", "got 2 2 3 function undefined", "a,b,c,d,f,g Object", "false false",
		"nowhere is not defined", "undefined false", `"test.vm:1\nthrow new Error(\"x\")\n^\n\nError: x" false`,
		"ERR_SCRIPT_EXECUTION_TIMEOUT", "Code generation from strings disallowed for this context", "micro", "5 true", "3 true")
}

func TestCodeCache(t *testing.T) {
	got := runBuiltin(t, `
const compile = (cache, text = '(function f() { return 6 * 7; })()') => contextify.compileScript(text, 'c.js', 0, 0, cache, cache === undefined, symbol, undefined);
const first = compile();
report(first.cachedDataProduced, compile(first.cachedData).cachedDataRejected);
const again = compile(first.cachedData, '(function g() { return 40 + 2; })() // other');
report(again.cachedDataRejected, contextify.runScript(again, null, -1, true));
report(contextify.createCachedData(first).length > 0);
`)
	expect(t, got, "true false", "true 42", "true")
}

// Contexts, scripts and modules are freed by the garbage collector alone.
func TestModulesAreCollected(t *testing.T) {
	Init("", 0)
	source := prelude + `
let count = 0;
const registry = new FinalizationRegistry(() => count++);
function make() {
  for (let i = 0; i < 50; i++) {
    const box = contextify.makeContext({}, true, true, i % 2 === 0);
    registry.register(box);
    const script = contextify.compileScript('x = () => y; y = x', 's', 0, 0, undefined, false, Symbol('s'), undefined);
    contextify.runScript(script, box, -1, true);
    registry.register(script);
    const wrap = modules.compileModule('file:///' + i, 'export const f = () => f', 0, 0, Symbol('m'));
    modules.link(wrap, []); modules.instantiate(wrap); modules.evaluate(wrap);
    registry.register(wrap);
  }
}
make();
globalThis.collected = () => count;
`
	iso, err := New(Options{Builtin: func(string) (string, []byte, bool) { return source, nil, true }})
	if err != nil {
		t.Fatal(err)
	}
	defer iso.Dispose()
	if err := iso.Boot("test"); err != nil {
		t.Fatal(err)
	}
	got := ""
	for range 10 {
		iso.LowMemory()
		iso.PumpTasks()
		iso.RunMicrotasks()
		if got, err = iso.Eval("collected()", "count"); err != nil {
			t.Fatal(err)
		}
		if got == "150" {
			return
		}
	}
	t.Errorf("%s of 150 objects were collected", got)
}

// Many isolates on many threads compile, link, run and time out at once.
func TestModulesOnManyThreads(t *testing.T) {
	const threads, rounds = 8, 5
	var wg sync.WaitGroup
	errs := make(chan error, threads*rounds)
	for range threads {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range rounds {
				out, err := bootText(`
let before = modules.createSynthetic('file:///0', ['n'], (wrap) => modules.setExport(wrap, 'n', 0));
for (let i = 1; i <= 100; i++) {
  const wrap = modules.compileModule('file:///' + i, 'import { n as m } from "before"; export const n = m + 1; export const meta = () => import.meta', 0, 0, symbol);
  modules.link(wrap, [before]);
  before = wrap;
}
modules.instantiate(before); modules.evaluate(before);
const box = contextify.makeContext({ n: modules.getNamespace(before).n }, true, true, false);
const run = (text, timeout) => contextify.runScript(contextify.compileScript(text, 's', 0, 0, undefined, false, symbol, undefined), box, timeout, false);
report(run('n', -1), attempt(() => run('for (;;);', 5)).code, run('n + 1', 1000));
`)
				switch {
				case err != nil:
					errs <- err
				case len(out) != 1 || out[0] != "100 ERR_SCRIPT_EXECUTION_TIMEOUT 101":
					errs <- fmt.Errorf("got %q", out)
				}
			}
		}()
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
}
