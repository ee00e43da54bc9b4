// The order in which modules run, and how an import races with other things.
import './fixtures/order-a.mjs';
import './fixtures/order-b.cjs';
import { tla } from './fixtures/order-tla.mjs';
import './fixtures/order-a.mjs';

console.log('main', tla);
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('micro'));
setTimeout(() => console.log('timeout'));
setImmediate(() => console.log('immediate'));
queueMicrotask(() => console.log('queued'));
const soon = import('./fixtures/order-late.mjs');
console.log('after import()');
await soon;
console.log('late is there');
await Promise.all([import('./fixtures/order-late.mjs'), import('./fixtures/order-two.mjs'), import('./fixtures/order-b.cjs')]);
console.log('all');
let ticks = 0;
let counting = true;
(async () => { while (counting) { await 0; ticks++; } })();
await import('./fixtures/order-three.mjs');
counting = false;
console.log('ticks', ticks);
