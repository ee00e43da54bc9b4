'use strict';
// Feeds byte sequences to the HTTP parser inside Node and prints what it says,
// one line of JSON for each line of JSON on standard input:
//   {"role": 1|2, "lenient": bits, "max": bytes, "parts": [base64, ...], "eof": bool, "decide": 0|1|2}
// gives a list of events, see oracle_test.go.
const { HTTPParser } = require('_http_common');
const { kOnMessageBegin, kOnHeaders, kOnHeadersComplete, kOnBody, kOnMessageComplete } = {
  kOnMessageBegin: HTTPParser.kOnMessageBegin | 0,
  kOnHeaders: HTTPParser.kOnHeaders | 0,
  kOnHeadersComplete: HTTPParser.kOnHeadersComplete | 0,
  kOnBody: HTTPParser.kOnBody | 0,
  kOnMessageComplete: HTTPParser.kOnMessageComplete | 0,
};

function run(message) {
  const parser = new HTTPParser();
  try {
    return trace(parser, message);
  } finally {
    parser.close(); // or it stays for ever
  }
}

function trace(parser, { role, lenient, max, parts, eof, decide }) {
  const events = [];
  let fields = [];
  let url = '';
  let body = '';
  let upgraded = false;
  parser.initialize(role, {}, max, lenient);
  parser[kOnMessageBegin] = () => { events.push(['begin']); };
  parser[kOnHeaders] = (h, u) => {
    fields = fields.concat(h);
    url += u;
  };
  parser[kOnHeadersComplete] = (major, minor, h, method, u, status, reason, upgrade, keepAlive) => {
    if (h) fields = fields.concat(h);
    if (u) url += u;
    events.push(['head', method ?? -1, url, `${major}.${minor}`,
                 status ?? 0, reason ?? '', upgrade, keepAlive, fields]);
    upgraded = upgrade || status === 101 || decide === 2;
    fields = [];
    url = '';
    return decide;
  };
  parser[kOnBody] = (b) => { body += b.latin1Slice(); };
  parser[kOnMessageComplete] = () => {
    if (body) events.push(['body', body]);
    events.push(['complete', fields]);
    fields = [];
    url = '';
    body = '';
  };
  const failed = (e, base) => {
    if (body) events.push(['body', body]);
    events.push(['error', e.code, e.reason, base + e.bytesParsed]);
  };
  let base = 0;
  for (const part of parts) {
    const b = Buffer.from(part, 'base64');
    const n = parser.execute(b);
    if (n instanceof Error) {
      failed(n, base);
      return events;
    }
    base += n;
    if (n < b.length || (upgraded && events.at(-1)?.[0] === 'complete')) {
      events.push(['upgrade', base]);
      return events;
    }
  }
  if (eof) {
    const e = parser.finish();
    if (e instanceof Error) {
      if (body) events.push(['body', body]);
      events.push(['error', e.code, e.reason, -1]);
      return events;
    }
  }
  if (body) events.push(['body', body]);
  events.push(['more']);
  return events;
}

const lines = require('readline').createInterface({ input: process.stdin });
lines.on('line', (line) => { process.stdout.write(JSON.stringify(run(JSON.parse(line))) + '\n'); });
