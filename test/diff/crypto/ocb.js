'use strict';
// AES in OCB mode: every length around a block, nonces and tags of several sizes.
const c=require('crypto');
for (const bits of [128,192,256]) for (const n of [0,1,15,16,17,32,100]) for (const iv of [1,12,15]) for(const tag of [4,13,16]){const k=Buffer.alloc(bits/8,3);const e=c.createCipheriv(`aes-${bits}-ocb`,k,Buffer.alloc(iv,7),{authTagLength:tag});e.setAAD(Buffer.alloc(n,9));const out=Buffer.concat([e.update(Buffer.alloc(n>>1,5)),e.update(Buffer.alloc(n-(n>>1),6)),e.final()]);console.log(bits,n,iv,out.toString('hex'),e.getAuthTag().toString('hex'));
const d=c.createDecipheriv(`aes-${bits}-ocb`,k,Buffer.alloc(iv,7),{authTagLength:tag});d.setAAD(Buffer.alloc(n,9));d.setAuthTag(e.getAuthTag());console.log(d.update(out,'','hex')+d.final('hex'))}
console.log(c.getCipherInfo('aes-128-ocb'));
try{c.createCipheriv('aes-128-ocb',Buffer.alloc(16),Buffer.alloc(12))}catch(e){console.log(e.message,e.code)}
try{c.createCipheriv('aes-128-ocb',Buffer.alloc(16),Buffer.alloc(16),{authTagLength:16})}catch(e){console.log(e.message,e.code)}
