'use strict';

// A tree of files for one test, in a temporary directory that is removed at exit, and printing without its name.

const fs = require('fs');
const os = require('os');
const path = require('path');

/** Writes the files and gives the directory. A value that is not a string is written as JSON; '->x' is a link to x. */
exports.tree = function tree(files) {
  const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tree-')));
  process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(dir, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (typeof content === 'string' && content.startsWith('->')) fs.symlinkSync(content.slice(2), file);
    else fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  current = dir;
  return dir;
};
let current = '';

/** A text with the directory's name replaced. */
const hide = exports.hide = (text) => String(text).replaceAll(current, '<dir>').replaceAll(path.dirname(current), '<tmp>').replace(/tree-\w+/g, '<dir>');

/** An error as its class, code and message, its first lines of stack, and its other properties. */
exports.describe = function describe(error) {
  if (!(error instanceof Error)) return `thrown ${hide(error)}`;
  const head = error.stack.split('\n').filter((line) => !/^ {4}at /.test(line)).join('\n');
  const props = Object.entries(error).filter(([key]) => key !== 'code').map(([key, value]) => `${key}=${hide(typeof value === 'object' ? JSON.stringify(value) : value)}`);
  return hide(`${error.name} ${error.code} ${Object.keys(error).join()}\n  ${error.message}\n  ${head === `${error.name}: ${error.message}` ? '' : head}\n  ${props.join(' ')}`);
};

/** Prints what each request gives. */
exports.tryAll = function tryAll(require, requests, show = (x) => JSON.stringify(x)) {
  for (const request of requests) {
    try {
      console.log(`${hide(String(request))} => ${hide(show(require(request)))}`);
    } catch (error) {
      console.log(`${hide(String(request))} !! ${exports.describe(error)}`);
    }
  }
};

/** The same for import(). */
exports.importAll = async function importAll(load, requests, show = (ns) => JSON.stringify(ns)) {
  for (const [request, options] of requests.map((r) => (Array.isArray(r) ? r : [r]))) {
    try {
      console.log(`${hide(request)} => ${hide(show(await load(request, options)))}`);
    } catch (error) {
      console.log(`${hide(request)} !! ${exports.describe(error)}`);
    }
  }
};
