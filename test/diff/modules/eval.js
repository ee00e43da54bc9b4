'use strict';
// -e, -p and standard input: TypeScript, module syntax, and the place of errors in texts without a name.
const { spawnSync } = require('child_process');

function run(args, input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { input, encoding: 'utf8' });
  const errors = stderr.replace(/^ {4}at .*\n|^Node\.js v.*\n/gm, '').trim();
  console.log(JSON.stringify(args), status, JSON.stringify(stdout), JSON.stringify(errors));
}

run(['-e', 'const x: number = 5; console.log(x, typeof require)']);
run(['-e', 'import fs from "fs"; const x: number = 5; console.log(x, typeof fs)']);
run(['-p', 'const x: number = 5; x as any']);
run(['--no-strip-types', '-e', 'const x: number = 5']);
run(['--input-type=module-typescript', '-e', 'const x: number = 5; console.log(x, typeof require)']);
run(['--input-type=commonjs-typescript', '-e', 'const x: number = 5; console.log(x, typeof require)']);
run(['-e', 'const x: number = 5; console.log(x, y)']);
run(['-e', 'JSON.parse("{a")']);
run(['-'], 'const x: number = 7; console.log(x)');
run(['--input-type=module', '-e', 'exports.a = 1']);
