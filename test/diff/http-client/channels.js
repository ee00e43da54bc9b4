'use strict';
// The channels of diagnostics_channel for requests, answers and sockets, in their order.
const dc=require('diagnostics_channel'),http=require('http'),net=require('net');

for (const n of ['http.client.request.created','http.client.request.start','http.client.request.error','http.client.response.finish','http.client.request.bodyChunkSent','http.client.request.bodySent','http.server.request.start','http.server.response.created','http.server.response.finish','net.client.socket','net.server.socket','tracing:net.server.listen:asyncStart','tracing:net.server.listen:asyncEnd','tracing:net.server.listen:error','http.client.response.bodyChunkReceived'])
  dc.subscribe(n,(m)=>console.log(n,Object.entries(m).map(([k,v])=>`${k}:${v?.constructor?.name}`).join(' ')));
const s=http.createServer((q,r)=>{console.log('request');r.on('finish',()=>console.log('finish event'));q.resume();r.end('x')});
s.listen(0,()=>{
  const r=http.request({port:s.address().port,method:'POST',agent:false},res=>{console.log('response');res.resume();res.on('end',()=>{console.log('end');
    const e=http.get({port:1,host:'127.0.0.1'}).on('error',()=>{console.log('error event');s.close();
     const a=net.createServer().listen(0,()=>{const b=net.createServer().on('error',()=>{console.log('listen err');a.close()}).listen(a.address().port)});
    });
  })});
  r.end('body');
});
