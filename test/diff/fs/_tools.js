'use strict';
// Prints what calls answer or throw, with the temporary folder's name taken out.
const fs = require('fs');
const os = require('os');
const path = require('path');

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-diff-'));
process.chdir(root);
process.on('exit', () => {
  process.chdir('/');
  fs.rmSync(root, { recursive: true, force: true });
});

const clean = (text) => `${text}`.replaceAll(root, 'ROOT').replaceAll(fs.realpathSync(root), 'ROOT');

function describe(value) {
  if (value instanceof Error) {
    return clean(`${value.name} ${value.code} ${value.message} ${JSON.stringify(value, Object.keys(value).sort())}`);
  }
  if (typeof value === 'function') return `function ${value.name}`;
  return clean(require('util').inspect(value, { depth: 4, breakLength: 120 }));
}

function attempt(name, call) {
  try {
    console.log(name, '=>', describe(call()));
  } catch (err) {
    console.log(name, 'throws', describe(err));
  }
}

async function settle(name, call) {
  try {
    console.log(name, 'resolves', describe(await call()));
  } catch (err) {
    console.log(name, 'rejects', describe(err));
  }
}

const callback = (name, call) => new Promise((resolve) => {
  try {
    call((...args) => {
      console.log(name, 'calls back', args.map(describe).join(', '));
      resolve();
    });
  } catch (err) {
    console.log(name, 'throws', describe(err));
    resolve();
  }
});

module.exports = { attempt, callback, describe, root, settle };
