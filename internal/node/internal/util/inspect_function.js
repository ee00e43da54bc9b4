'use strict';
// Functions and classes: `[AsyncFunction: f]`, `[class A extends B]`.

const { isAsyncFunction, isGeneratorFunction } = require('internal/util/types');

const sourceOf = Function.prototype.call.bind(Function.prototype.toString);
const comments = /\/\/.*?\n|\/\*[\s\S]*?\*\//g;

/** Whether the source is that of a class: a method may be called `class` as well. */
function isClassSource(source) {
  if (!source.startsWith('class') || !source.endsWith('}')) return false;
  const rest = source.slice('class'.length, -1);
  const brace = rest.indexOf('{');
  if (brace === -1) return false;
  return !rest.slice(0, brace).includes('(') || /^\s+[^(]*?\s*\{/.test(rest.replace(comments, ''));
}

function classBase(value, name, tag) {
  const own = Object.hasOwn(value, 'name') && value.name;
  let base = `class ${own || '(anonymous)'}`;
  if (name !== 'Function' && name !== null) base += ` [${name}]`;
  if (tag !== '' && name !== tag) base += ` [${tag}]`;
  if (name === null) return `[${base} extends [null prototype]]`;
  const parent = Object.getPrototypeOf(value).name;
  return parent ? `[${base} extends ${parent}]` : `[${base}]`;
}

/**
 * @param {object} printer
 * @param {Function} value
 * @param {string | null} name of its class
 * @param {string} tag
 */
function functionBase(printer, value, name, tag) {
  if (isClassSource(sourceOf(value))) return classBase(value, name, tag);
  const type = `${isAsyncFunction(value) ? 'Async' : ''}${isGeneratorFunction(value) ? 'Generator' : ''}Function`;
  let base = `[${type}`;
  if (name === null) base += ' (null prototype)';
  const own = value.name;
  if (own === '') base += ' (anonymous)';
  else base += `: ${typeof own === 'string' ? own : printer.print(own)}`;
  base += ']';
  if (name !== type && name !== null) base += ` ${name}`;
  if (tag !== '' && name !== tag) base += ` [${tag}]`;
  return base;
}

module.exports = { functionBase };
