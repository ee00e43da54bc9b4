'use strict';
// Channels and tracing channels.
const dc=require('diagnostics_channel');const S=f=>{try{console.log(f())}catch(e){console.log(e.name,e.code,e.message)}};
const desc=o=>Object.fromEntries(Reflect.ownKeys(o).map(k=>{const d=Object.getOwnPropertyDescriptor(o,k);return [String(k),(d.get?'get ':'')+(d.set?'set ':'')+(d.enumerable?'e':'')+(d.configurable?'c':'')+(d.writable?'w':'')+(typeof d.value==='function'?d.value.length+d.value.name:typeof d.value)]}));
console.log(Object.keys(dc),desc(dc.Channel),desc(dc.Channel.prototype));
const c=dc.channel('x');console.log(c,desc(c),c.hasSubscribers,c instanceof dc.Channel, Object.getPrototypeOf(c)===dc.Channel.prototype);
const f=(m,n)=>console.log('got',m,n);c.subscribe(f);console.log(c.hasSubscribers,c instanceof dc.Channel,Object.getPrototypeOf(c)===dc.Channel.prototype,desc(Object.getPrototypeOf(c)), c.constructor.name);
c.publish({a:1});console.log(c.unsubscribe(f),c.unsubscribe(f),c.hasSubscribers,c);
S(()=>dc.channel());S(()=>dc.channel(5));S(()=>dc.channel(Symbol('q')).name);S(()=>c.subscribe());S(()=>dc.subscribe('q'));S(()=>new dc.Channel('z'));S(()=>dc.tracingChannel(5));S(()=>dc.tracingChannel({}));S(()=>dc.hasSubscribers('nope'));S(()=>dc.hasSubscribers(5));
const t=dc.tracingChannel('tc');console.log(t,desc(t),desc(Object.getPrototypeOf(t)),t.hasSubscribers);
S(()=>t.subscribe({}));S(()=>t.unsubscribe({}));
const h={};for(const k of ['start','end','asyncStart','asyncEnd','error'])h[k]=(m,n)=>console.log(k,JSON.stringify(m),n);
t.subscribe(h);S(()=>t.hasSubscribers);
S(()=>t.traceSync(function(a){return [this.z,a]},{ctx:1},{z:2},3));S(()=>t.traceSync(()=>{throw new Error('boo')},{ctx:2}));
t.traceCallback((a,cb)=>setImmediate(cb,null,a),1,{ctx:3},undefined,'A',(e,r)=>console.log('cb',e,r));
S(()=>t.traceCallback((a)=>a,0,{ctx:4},undefined,'A'));
t.tracePromise(async(x)=>x,{ctx:5},undefined,7).then(v=>{console.log('p',v);return t.tracePromise(async(x)=>{throw new Error('rej')},{ctx:6})}).catch(e=>console.log('c',e.message)).then(()=>{S(()=>t.tracePromise(()=>5,{ctx:7})); return t.tracePromise(()=>({then(r){r(9)}}),{ctx:8})}).then(v=>{console.log('thenable',v);console.log(t.unsubscribe(h),t.unsubscribe(h)); rest()});
function rest(){const {AsyncLocalStorage:A}=require('async_hooks');const a=new A(),b=new A();const c=dc.channel('st');S(()=>c.bindStore(a));c.bindStore(b,(m)=>({w:m}));S(()=>c.hasSubscribers);c.subscribe(m=>console.log('in',a.getStore(),b.getStore()));S(()=>c.runStores({q:1},function(x){return [this.k,x,a.getStore(),b.getStore()]},{k:1},2));S(()=>c.unbindStore(a));S(()=>c.unbindStore(a));
 const thr=dc.channel('thr');thr.subscribe(()=>{throw new Error('sub')});thr.subscribe(()=>console.log('second'));process.on('uncaughtException',e=>console.log('UE',e.message));thr.publish(1);
 const bs=dc.channel('bs');bs.bindStore(a,()=>{throw new Error('tr')});S(()=>bs.runStores(1,()=>a.getStore()));
 const w=dc.channel('unpub');S(()=>w.publish(1));S(()=>w.runStores(1,function(){return 5}));S(()=>w.runStores);
 S(()=>dc.tracingChannel({start:dc.channel('s1'),end:dc.channel('s2'),asyncStart:dc.channel('s3'),asyncEnd:dc.channel('s4'),error:dc.channel('s5')}).start.name);
 S(()=>t.traceSync(5));S(()=>t.traceCallback((cb)=>cb,0,{},null,5));}
