'use strict';
// The global WebSocket, with a server made by hand from the 'upgrade' event.
const crypto=require('crypto'),http=require('http');
const s=http.createServer((q,r)=>{r.end()});
s.on('upgrade',(q,sock)=>{
 const a=crypto.createHash('sha1').update(q.headers['sec-websocket-key']+'258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
 sock.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${a}\r\n\r\n`);
 sock.on('data',d=>{const op=d[0]&15,len=d[1]&127,m=d.subarray(2,6),p=Buffer.from(d.subarray(6,6+len));for(let i=0;i<p.length;i++)p[i]^=m[i&3];
  console.log('server got',op,op===8?p.readUInt16BE(0):String(p));
  if(op===8){sock.end(Buffer.concat([Buffer.from([0x88,len]),p]))}else sock.write(Buffer.concat([Buffer.from([0x81,len]),p]))});
 sock.on('error',()=>{});
});
s.listen(0,()=>{
 const w=new WebSocket(`ws://127.0.0.1:${s.address().port}/`);
 console.log(w.readyState,w.url.replace(/\d{5}/,'P'),w.binaryType,Object.prototype.toString.call(w));
 w.onopen=(e)=>{console.log('open',e.type,e instanceof Event);w.send('hello')};
 w.onmessage=(e)=>{console.log('message',e.data,e instanceof MessageEvent,e.constructor.name,e.origin.replace(/\d{5}/,'P'));w.close(1000,'bye')};
 w.onclose=(e)=>{console.log('close',e.code,e.reason,e.wasClean,e instanceof CloseEvent);
  const bad=new WebSocket('ws://127.0.0.1:1/');bad.onerror=(e)=>console.log('error',e.type,e.message);bad.onclose=(e)=>{console.log('closed',e.code,e.wasClean);s.close()};
  try{new WebSocket('ftp://x')}catch(e){console.log(e.name)}
 };
});
