'use strict';
// Ten thousand requests by ten connections to a server that closes, resets, cuts short and lies at random: each has one
// outcome, nothing is left over, nobody waits for ever.
const http=require('http'),net=require('net');
let seed=1;const rnd=()=>(seed=(seed*1103515245+12345)&0x7fffffff)/0x7fffffff;
const N=10000;
const open = new Set();
const s=net.createServer(c=>{open.add(c);c.on('close',()=>open.delete(c));c.on('error',()=>{});
 c.on('data',()=>{const r=rnd();
  if(r<0.02){c.destroy();return}
  if(r<0.04){c.resetAndDestroy();return}
  if(r<0.06){c.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal');return}
  if(r<0.08){c.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');return}
  if(r<0.10){c.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');setTimeout(()=>c.destroy(),rnd()*3);return}
  if(r<0.12){c.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray');return}
  if(r<0.14){c.write('GARBAGE\r\n\r\n');return}
  c.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
 })}).listen(0,()=>{
 const agent=new http.Agent({keepAlive:true,maxSockets:10});
 let done=0,ok=0,err={},dup=0;

 for(let i=0;i<N;i++){let n=0;const one=(k)=>{if(n++){dup++;return}done++;if(k==='ok')ok++;else err[k]=(err[k]||0)+1;if(done===N)fin()};
  const r=http.get({port:s.address().port,host:'127.0.0.1',agent},res=>{let b='';res.on('data',d=>b+=d);let over=false;res.on('end',()=>{over=true;one(b==='ok'?'ok':'bad '+b)});res.on('error',e=>{if(!over)one('res '+e.code)})});
  r.on('error',e=>one(e.code));}
 function fin(){setTimeout(()=>{console.log(done,Object.keys(err).sort().join(),'twice',dup,Object.keys(agent.requests).length,Object.keys(agent.sockets).length);agent.destroy();setTimeout(()=>{console.log(agent.totalSocketCount,open.size);s.close(()=>console.log('closed'))},50)},100)}
});
