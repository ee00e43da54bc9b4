'use strict';
// Stdin: one two
// The standard streams when they are pipes or files.
const out = process.stdout;
console.log(out.fd, out.writable, out.isTTY, out._isStdio, process.stderr.fd, process.stdin.fd, process.stdin.isTTY);
console.log(out.write('text\n'), out.write(Buffer.from('bytes\n')), out.write('68690a', 'hex'));
out.write('callback\n', () => console.log('written'));
process.stdin.setEncoding('utf8');
let text = '';
process.stdin.on('data', (chunk) => { text += chunk; });
process.stdin.on('end', () => {
  console.log(JSON.stringify(text));
  out.end('the end\n', () => process.stderr.write('done'));
});
process.on('exit', (code) => process.stderr.write(`exit ${code}`));
