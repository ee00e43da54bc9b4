'use strict';
// Event, CustomEvent, EventTarget, AbortController and AbortSignal: what they are made of and what they do.
const S=f=>{try{console.log(f())}catch(e){console.log(e.name,e.code,e.message)}};
// Without the hooks for transfer between threads.
const desc=o=>Object.fromEntries(Reflect.ownKeys(o).filter(k=>!/messaging/.test(String(k))).map(k=>{const d=Object.getOwnPropertyDescriptor(o,k);return [String(k),(d.get?'get ':'')+(d.set?'set ':'')+(d.enumerable?'e':'')+(d.configurable?'c':'')+(d.writable?'w':'')+(typeof d.value==='number'||typeof d.value==='string'?d.value:'')+(typeof d.value==='function'?d.value.length+d.value.name:'')]}));
const e=new Event('foo'); console.log(desc(e),desc(Event),desc(Event.prototype),Event.length);
console.log(desc(new CustomEvent('x')),desc(CustomEvent),desc(CustomEvent.prototype));
const t=new EventTarget();console.log(desc(t),desc(EventTarget),desc(EventTarget.prototype));
console.log(String(e),String(t),Object.prototype.toString.call(t));
require('util').inspect.defaultOptions.depth=3;
const strip=s=>require('util').inspect(s).replace(/timeStamp: [\d.]+/,'timeStamp: N').replace(/#timestamp.*/,'');
console.log(strip(e),strip(t),strip(new CustomEvent('q',{detail:5,bubbles:true})),require('util').inspect({e,a:{b:{t}}},{depth:0}).replace(/timeStamp: [\d.]+/,''),require('util').inspect({e},{depth:0}));
S(()=>new Event());S(()=>new Event('x',5));S(()=>new Event(undefined).type);S(()=>new Event(Symbol('x')));S(()=>new Event('x',null).bubbles);S(()=>new Event('x',()=>{}).bubbles);S(()=>new Event('x',[]).bubbles);
S(()=>e.isTrusted);S(()=>{e.isTrusted=5;return e.isTrusted});S(()=>[e.target,e.currentTarget,e.srcElement,e.type,e.cancelable,e.defaultPrevented,e.composedPath(),e.returnValue,e.bubbles,e.composed,e.eventPhase,e.cancelBubble,typeof e.timeStamp]);
S(()=>{e.initEvent('bar',true,true);return [e.type,e.bubbles,e.cancelable]});S(()=>e.initEvent());
S(()=>t.addEventListener());S(()=>t.addEventListener('x'));S(()=>t.addEventListener('x',5));S(()=>t.addEventListener('x',null));S(()=>t.addEventListener('x',()=>{},5));S(()=>t.addEventListener('x',()=>{},{signal:5}));S(()=>t.addEventListener('x',()=>{},{signal:null}));S(()=>t.addEventListener(Symbol('q'),()=>{}));
S(()=>t.removeEventListener());S(()=>t.removeEventListener('x'));S(()=>t.removeEventListener('x',5));S(()=>t.removeEventListener('x',null));
S(()=>t.dispatchEvent());S(()=>t.dispatchEvent(5));S(()=>t.dispatchEvent({type:'x'}));
S(()=>EventTarget.prototype.addEventListener.call({},'x',()=>{}));S(()=>EventTarget.prototype.dispatchEvent.call({},e));S(()=>Event.prototype.stopPropagation.call({}));S(()=>Object.getOwnPropertyDescriptor(Event.prototype,'type').get.call({}));S(()=>Object.getOwnPropertyDescriptor(CustomEvent.prototype,'detail').get.call({}));
{const t=new EventTarget();const log=[];t.addEventListener('a',function(ev){log.push(this===t,ev.target===t,ev.currentTarget===t,ev.eventPhase,ev.composedPath().length)});t.addEventListener('a',{handleEvent(ev){log.push(this!==t,ev.type)}});t.addEventListener('a',{});const o={};t.addEventListener('a',o);o.handleEvent=()=>log.push('late');t.addEventListener('a',()=>log.push('once'),{once:true});const ev=new Event('a');t.dispatchEvent(ev);log.push(ev.eventPhase,ev.target===t,ev.currentTarget);t.dispatchEvent(ev);console.log(log.join());}
{const t=new EventTarget();t.addEventListener('r',ev=>{S(()=>t.dispatchEvent(ev))});const ev=new Event('r');t.dispatchEvent(ev);}
{const t=new EventTarget();t.addEventListener('r',ev=>{ev.stopImmediatePropagation();console.log(1,ev.cancelBubble)});t.addEventListener('r',ev=>console.log(2));t.dispatchEvent(new Event('r'));}
{const t=new EventTarget();t.addEventListener('r',ev=>{ev.preventDefault();console.log(ev.defaultPrevented,ev.returnValue)});S(()=>t.dispatchEvent(new Event('r')));S(()=>t.dispatchEvent(new Event('r',{cancelable:true})));t.addEventListener('p',ev=>{ev.preventDefault();console.log(ev.defaultPrevented)},{passive:true});S(()=>t.dispatchEvent(new Event('p',{cancelable:true})));}
{const t=new EventTarget();t.addEventListener('r',async()=>{throw new Error('async')});t.addEventListener('r',()=>{throw new Error('sync')});process.on('uncaughtException',(e,o)=>console.log('UE',e.message,o));t.dispatchEvent(new Event('r'));}
process.on('warning',w=>console.log('W',w.name,w.message,Object.keys(w)));
S(()=>String(AbortSignal.abort().reason));S(()=>new AbortSignal());S(()=>AbortSignal.timeout(-1));S(()=>AbortSignal.timeout('x'));S(()=>AbortSignal.any());S(()=>AbortSignal.any([5]));S(()=>AbortSignal.any([AbortSignal.abort(3)]).reason);
const ac=new AbortController();console.log(ac,ac.signal,desc(AbortController.prototype),desc(AbortSignal),desc(AbortSignal.prototype),desc(ac),desc(ac.signal));ac.signal.onabort=function(ev){console.log('onabort',this===ac.signal,ev.type,ev.isTrusted,ev.target===ac.signal,ac.signal.reason.name)};console.log(ac.signal.onabort);ac.abort();ac.abort();console.log(ac.signal.aborted,ac,ac.signal);S(()=>ac.signal.throwIfAborted());
S(()=>AbortController.prototype.abort.call({}));S(()=>Object.getOwnPropertyDescriptor(AbortSignal.prototype,'aborted').get.call({}));S(()=>Object.getOwnPropertyDescriptor(AbortController.prototype,'signal').get.call({}));
{const a=new AbortController(),b=new AbortController();const any=AbortSignal.any([a.signal,b.signal]);const any2=AbortSignal.any([any]);any.addEventListener('abort',()=>console.log('any',any.reason));any2.addEventListener('abort',()=>console.log('any2',any2.reason));a.signal.addEventListener('abort',()=>console.log('a first'));b.abort('why');a.abort('later');console.log(any.reason)}
const to=AbortSignal.timeout(100);to.onabort=()=>console.log('to',to.reason.name,to.reason.message,to.reason.code);setTimeout(()=>{},200);
console.log(require('util').inspect(new AbortController(),{depth:-1}),require('util').inspect(new AbortController().signal,{depth:-1}),require('util').inspect({a:{b:new AbortController()}},{depth:0}));
class Sub extends EventTarget{};console.log(new Sub());
