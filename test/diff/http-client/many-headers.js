'use strict';
// Many header fields: what maxHeadersCount leaves of an answer's, and of its trailers'.
const http=require('http'),net=require('net');
const lines=(n)=>{let s='';for(let i=0;i<n;i++)s+=`${i.toString(36)}:1\r\n`;return s;};
const main=async()=>{
  for (const [fields,count,size] of [[10,undefined],[1500,undefined],[2001,undefined],[2500,undefined],[2500,0],[2500,3],[2500,2400],[5000,undefined,1e6],[5000,0,1e6],[5000,4500,1e6],[60,1],[5000,0]]) {
    const s=net.createServer((c)=>{c.on('error',()=>{});c.once('data',()=>c.end(`HTTP/1.1 200 OK\r\n${lines(fields)}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n${lines(40)}\r\n`))});
    await new Promise(r=>s.listen(0,'127.0.0.1',r));
    await new Promise(ok=>{
      const req=http.get({port:s.address().port,host:'127.0.0.1',maxHeaderSize:size},(res)=>{
        let body='';res.on('data',d=>body+=d);
        res.on('end',()=>{console.log(fields,count,size,Object.keys(res.headers).length,res.rawHeaders.length,res.headers['transfer-encoding'],body,Object.keys(res.trailers).length,res.rawTrailers.length);ok();});
        res.on('error',(e)=>{console.log('res',e.code);ok();});
      });
      if(count!==undefined)req.maxHeadersCount=count;
      req.on('error',(e)=>{console.log(fields,count,size,e.code,e.message);ok();});
    });
    s.close();
  }
};
main();
