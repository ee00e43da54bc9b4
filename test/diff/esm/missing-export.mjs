// Flags: --stack-trace-limit=0
// Compare: stderr
import { nope } from './fixtures/order-b.cjs';

Error.stackTraceLimit = 0;
console.log(nope);
