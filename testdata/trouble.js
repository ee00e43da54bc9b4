// The application of the tests: it does whatever it is asked for.
const http = require('node:http');
const heard = [];

process.on('SIGUSR2', () => heard.push('SIGUSR2'));

function attempt(f) {
  try {
    return `${f()}`;
  } catch (err) {
    return `${err.code}: ${err.message}`;
  }
}

const answers = {
  '/throw': () => { setImmediate(() => { throw new Error('boom'); }); },
  '/hang': () => { for (;;); },
  '/heap': () => { // it comes back to its loop: a slow machine takes longer to fill it than to be a hang
    const all = [];
    const fill = () => {
      for (let i = 0; i < 10000; i++) all.push(new Array(100).fill(all.length));
      setImmediate(fill);
    };
    fill();
  },
  '/exit': () => process.exit(5),
  '/kill': () => process.kill(process.pid, 'SIGTERM'),
  '/usr2': (res) => {
    const before = heard.length;
    const wait = () => { if (heard.length > before) res.end(heard.join()); else setTimeout(wait, 5); };
    process.kill(process.pid, 'SIGUSR2');
    wait();
  },
  '/heard': (res) => res.end(heard.join()),
  '/stdin': (res) => { process.stdin.on('data', () => {}).on('end', () => res.end('ended')); },
  '/say': (res) => { console.log('to stdout'); console.error('to stderr'); res.end('said'); },
  '/process': (res) => res.end(JSON.stringify({
    chdir: attempt(() => process.chdir('/')),
    umask: attempt(() => process.umask(0)),
    setuid: attempt(() => process.setuid(0)),
    abort: attempt(() => process.abort()),
    group: attempt(() => process.kill(0, 'SIGTERM')),
    alive: attempt(() => process.kill(process.pid, 0)),
  })),
  '/about': (res) => res.end(JSON.stringify({ argv: process.argv.slice(1), env: process.env, execPath: process.execPath })),
  '/slow': (res) => setTimeout(() => res.end('slow'), 300),
};

http.createServer((req, res) => {
  const answer = answers[req.url];
  if (answer === undefined) res.end(`${process.env.NAME} ${req.url}`);
  else answer(res);
}).listen(process.argv[2] ?? 0);
