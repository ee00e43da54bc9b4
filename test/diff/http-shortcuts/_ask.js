'use strict';
// Asks a server one thing after the other on one connection, and on another behind `Connection: close`, and prints what
// comes as bytes, without its dates.
const net = require('net');

const plain = (text) => text.replace(/\r\nDate: [^\r]*/g, '\r\nDate: X');

/** Whether the text is an answer that has come to its end. */
function complete(text) {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const head = text.slice(0, end);
  const length = /\r\nContent-Length: (\d+)/i.exec(head);
  if (length !== null) return text.length >= end + 4 + Number(length[1]);
  return /\r\nTransfer-Encoding: chunked/i.test(head) ? text.endsWith('0\r\n\r\n') : false;
}

/** Sends each text when the answer to the one before is there, and gives what came until the server closes. */
function raw(server, texts) {
  return new Promise((resolve) => {
    const c = net.connect(server.address().port, '127.0.0.1');
    const answers = [''];
    const next = () => { c.write(texts[answers.length - 1]); };
    c.setEncoding('latin1');
    c.on('connect', next);
    c.on('data', (d) => {
      answers[answers.length - 1] += d;
      if (answers.length < texts.length && complete(answers.at(-1))) {
        answers.push('');
        setTimeout(next, 20); // the server has told its ends by then
      }
    });
    c.on('error', (error) => { answers[answers.length - 1] += ` <${error.code}>`; });
    c.on('close', () => resolve(answers.map(plain)));
  });
}

const get = (path, ...fields) => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields.map((f) => `${f}\r\n`).join('')}\r\n`;
const last = (path, ...fields) => get(path, 'Connection: close', ...fields);
const post = (path, body, ...fields) => `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n${fields.map((f) => `${f}\r\n`).join('')}\r\n${body}`;

/** Runs a server until everything is answered. */
async function ask(server, ...texts) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  while (texts.length > 0) {
    const end = texts.findIndex((text) => text.includes('Connection: close'));
    const mine = texts.splice(0, end < 0 ? texts.length : end + 1);
    for (const answer of await raw(server, mine)) console.log(JSON.stringify(answer));
  }
  await new Promise((resolve) => server.close(resolve));
}

module.exports = { ask, raw, get, last, post };
