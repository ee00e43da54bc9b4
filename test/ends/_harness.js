'use strict';
// Runs the cases of one script, as the server's end or as the client's:
//
//     _harness.js server CASES     starts the server of every case, prints their addresses, and, when standard
//                                  input ends, what each of them has logged
//     _harness.js client CASES     talks to each of them, and prints what it sees
//
// A script exports cases by name: { server(end), client(end) }. server() returns a server that is not listening yet,
// client() a promise. TRANSPORT is tcp, unix or tls.

const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');

const transport = process.env.TRANSPORT || 'tcp';
const secure = transport === 'tls';
const http = require(secure ? 'https' : 'http');
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** An error in one line, without what differs from run to run. */
function shownError(error) {
  if (!(error instanceof Error)) return String(error);
  return mask([error.name, error.code, error.syscall, error.message].filter((part) => part !== undefined).join(' '));
}

function mask(text) {
  return text.replace(/127\.0\.0\.1:\d+/g, 'HOST').replace(/\S+\.sock\b/g, 'HOST');
}

/** What both ends have. */
function common(lines) {
  const log = (...parts) => lines.push(mask(parts.map((part) => (part instanceof Error ? shownError(part) : typeof part === 'string' ? part : JSON.stringify(part))).join(' ')));
  return {
    log,
    wait,
    secure,
    transport,
    http,
    /** Logs events of an emitter as they come, with a name before them. */
    watch(name, emitter, events) {
      for (const event of events) {
        emitter.on(event, (value) => {
          if (value instanceof Error) log(name, event, value);
          else if (typeof value === 'boolean') log(name, event, value);
          else log(name, event);
        });
      }
      return emitter;
    },
    /** The text of a readable stream. */
    async text(stream) {
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      return Buffer.concat(chunks).toString('latin1');
    },
    /** The same from events alone, so that the stream is not destroyed at its end. */
    read(stream) {
      return new Promise((resolve, reject) => {
        const chunks = [];
        stream.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
        stream.on('end', () => resolve(Buffer.concat(chunks).toString('latin1')));
        stream.on('error', reject);
      });
    },
  };
}

function tlsOptions() {
  return secure ? { key: fs.readFileSync(process.env.TLS_KEY), cert: fs.readFileSync(process.env.TLS_CERT) } : {};
}

function serverEnd(lines) {
  return {
    ...common(lines),
    createServer: (options, handler) => (typeof options === 'function' ? http.createServer(tlsOptions(), options) : http.createServer({ ...tlsOptions(), ...options }, handler)),
    /** A server of bytes. */
    createRaw: (handler) => (secure ? require('tls').createServer(tlsOptions(), handler) : net.createServer(handler)),
  };
}

async function runServer(cases) {
  const dir = transport === 'unix' ? fs.mkdtempSync(path.join(os.tmpdir(), 's-')) : '';
  const running = [];
  const addresses = {};
  for (const [name, { server: make }] of Object.entries(cases)) {
    const lines = [];
    const server = make(serverEnd(lines));
    const sockets = new Set();
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise((resolve) => (dir ? server.listen(path.join(dir, `${running.length}.sock`), resolve) : server.listen(0, '127.0.0.1', resolve)));
    addresses[name] = dir ? server.address() : server.address().port;
    running.push({ name, server, sockets, lines });
  }
  console.log(JSON.stringify(addresses));
  process.stdin.resume().on('end', async () => {
    // What is under way comes to its end.
    await wait(60);
    for (const { name, server, sockets, lines } of running) {
      const shown = [...lines];
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      console.log(`# ${name}`);
      for (const line of shown) console.log(`  ${line}`);
    }
    if (dir) fs.rmSync(dir, { recursive: true });
    process.exit();
  });
}

function clientEnd(lines, address) {
  const where = typeof address === 'string' ? { socketPath: address } : { host: '127.0.0.1', port: address };
  const tls = secure ? { ca: fs.readFileSync(process.env.TLS_CA) } : {};
  const options = (more) => ({ ...where, ...tls, ...(typeof more === 'string' ? { path: more } : more) });
  const connect = (onOpen, more) => {
    const to = typeof address === 'string' ? { path: address } : where;
    return secure ? require('tls').connect({ ...to, ...tls, ...more }, onOpen) : net.connect({ ...to, ...more }, onOpen);
  };
  return {
    ...common(lines),
    address,
    options,
    request: (more, callback) => http.request(options(more), callback),
    /** Sends a request; resolves to its response, or rejects with the error. */
    response(more, body) {
      return new Promise((resolve, reject) => {
        const req = http.request(options(more), resolve);
        req.on('error', reject);
        req.end(body);
      });
    },
    agent: (more) => new http.Agent({ ...tls, ...more }),
    /** A connection for bytes; the second argument is called when it is open. */
    connect,
    /** Sends bytes, piece by piece, and resolves to all that comes until the server closes. */
    async talk(...pieces) {
      const socket = connect();
      const all = [];
      socket.on('data', (chunk) => all.push(chunk));
      socket.on('error', (error) => lines.push(`connection ${error.code}`));
      const closed = new Promise((resolve) => socket.on('close', resolve));
      await new Promise((resolve) => socket.once(secure ? 'secureConnect' : 'connect', resolve));
      for (const [i, piece] of pieces.entries()) {
        if (i > 0) await wait(25);
        if (!socket.destroyed) socket.write(piece);
      }
      const late = setTimeout(() => { all.push(Buffer.from('(open)')); socket.destroy(); }, 2500);
      await closed;
      clearTimeout(late);
      return Buffer.concat(all).toString('latin1').replace(/Date: [^\r]*/g, 'Date: X');
    },
  };
}

async function runClient(cases) {
  const addresses = JSON.parse(process.env.BASE);
  for (const [name, { client }] of Object.entries(cases)) {
    console.log(`# ${name}`);
    const lines = [];
    let late;
    const limit = new Promise((resolve, reject) => { late = setTimeout(() => reject(new Error('still waiting')), 40_000); });
    try {
      await Promise.race([client(clientEnd(lines, addresses[name])), limit]);
    } catch (error) {
      lines.push(`fails: ${shownError(error)}`);
      if (process.env.VERBOSE) lines.push(error.stack);
    }
    clearTimeout(late);
    for (const line of lines) console.log(`  ${line}`);
  }
  // Whatever keeps the program from ending by itself is a fault.
}

const cases = require(path.resolve(process.argv[3]));
if (process.argv[2] === 'server') runServer(cases);
else runClient(cases);
