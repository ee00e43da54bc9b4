'use strict';
const Koa = require('koa');
const { PassThrough, Readable } = require('stream');
const { createServer, listen } = require('../listen');

const app = new Koa({ keys: ['k'], proxy: true });
app.silent = true;
app.use(async (ctx, next) => {
  await next();
  ctx.set('X-Seen', ctx.method);
});
app.use(async (ctx) => {
  switch (ctx.path) {
    case '/text': ctx.body = 'text é'; break;
    case '/json': ctx.body = { query: ctx.query, ip: ctx.ip, ips: ctx.ips, host: ctx.host, protocol: ctx.protocol.replace('s', ''), fresh: ctx.fresh, accepts: ctx.accepts('html', 'json') }; break;
    case '/buffer': ctx.body = Buffer.from([1, 2, 3]); break;
    case '/stream': ctx.type = 'text'; ctx.body = Readable.from(['a', 'b', 'c']); break;
    case '/web-stream': ctx.body = new ReadableStream({ start(c) { c.enqueue(Buffer.from('web')); c.close(); } }); break;
    case '/blob': ctx.body = new Blob(['blob'], { type: 'text/plain' }); break;
    case '/response': ctx.body = new Response('fetched', { status: 201, headers: { 'x-from': 'response' } }); break;
    case '/broken-stream': { const s = new PassThrough(); ctx.type = 'text'; ctx.body = s; s.write('begun'); setTimeout(() => s.destroy(new Error('broken')), 20); break; }
    case '/cookies': ctx.cookies.set('a', '1', { signed: true }); ctx.body = ctx.cookies.get('b') || 'none'; break;
    case '/redirect': ctx.redirect('/text'); break;
    case '/throw': ctx.throw(422, 'not like that', { expose: true }); break;
    case '/error': throw new Error('hidden');
    case '/204': ctx.body = null; break;
    case '/etag': ctx.status = 200; ctx.etag = 'tag'; ctx.body = 'tagged'; if (ctx.fresh) ctx.status = 304; break;
    case '/raw': ctx.respond = false; ctx.res.writeHead(202, { 'X-Raw': 'yes' }); ctx.res.end('raw'); break;
    case '/echo': { const chunks = []; for await (const c of ctx.req) chunks.push(c); ctx.status = 201; ctx.body = { type: ctx.is('json', 'urlencoded', 'text/*'), length: ctx.length, text: Buffer.concat(chunks).toString() }; break; }
    default: break;
  }
});
listen(createServer(app.callback()));
