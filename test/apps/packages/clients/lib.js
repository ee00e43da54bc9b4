'use strict';
// What the client scripts have in common.
const fs = require('fs');

const base = process.env.BASE;
const ca = process.env.TLS_CA ? fs.readFileSync(process.env.TLS_CA, 'utf8') : undefined;
const port = new URL(base).port;

const { createHash } = require('crypto');

/** Text as it is when it is short, its length and digest when it is long; the port masked. */
function show(value) {
  if (typeof value === 'string') {
    if (value.length > 2000) return `${value.length} characters, ${createHash('sha1').update(value).digest('hex')}`;
    return value.replaceAll(port, 'PORT').replaceAll(/\r\n/g, '⏎');
  }
  if (Buffer.isBuffer(value) || value instanceof Uint8Array) return `${value.length} bytes, ${createHash('sha1').update(value).digest('hex')}`;
  if (Array.isArray(value)) return value.map(show);
  if (value instanceof Error) return { name: value.name, code: value.code, message: show(value.message), cause: value.cause === undefined ? undefined : show(value.cause) };
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, k === 'date' ? 'DATE' : show(v)]));
  }
  return value;
}

/** Runs one step and prints what it gives, or the error it ends with. */
async function step(name, run) {
  let late;
  const limit = new Promise((resolve) => { late = setTimeout(resolve, 40_000, 'still waiting after 40 s'); });
  try {
    console.log(name, JSON.stringify(show(await Promise.race([run(), limit]))));
  } catch (error) {
    console.log(name, 'fails', JSON.stringify(show(error)));
  }
  clearTimeout(late);
}

/** The steps one after the other, then the end. */
async function steps(all) {
  for (const [name, run] of Object.entries(all)) await step(name, run);
  // Connections kept for later do not keep a program: it must end by itself.
}

module.exports = { base, ca, port, secure: base.startsWith('https'), show, step, steps };
