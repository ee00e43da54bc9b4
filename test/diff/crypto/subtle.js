'use strict';
// crypto.subtle: results, and what is refused in which words.
const {subtle}=crypto;
const t=async(n,f)=>{try{const r=await f();console.log(n,r instanceof ArrayBuffer?Buffer.from(r).toString('hex').slice(0,80):r)}catch(e){console.log(n,e.name,e.code,e.message,e.cause?.message)}};
(async () => {
const k=await subtle.importKey('raw',Buffer.alloc(16,1),'AES-KW',true,['wrapKey','unwrapKey']);
await t('kw',()=>subtle.wrapKey('raw',k,k,'AES-KW'));
await t('kw enc',()=>subtle.encrypt('AES-KW',k,Buffer.alloc(16)));
const h=await subtle.importKey('raw',Buffer.alloc(16,1),{name:'HMAC',hash:'SHA-256'},true,['sign']);
await t('verify',()=>subtle.verify('HMAC',h,Buffer.alloc(2),Buffer.alloc(2)));
await t('sign alg',()=>subtle.sign('ECDSA',h,Buffer.alloc(2)));
await t('sign RSA',()=>subtle.sign('RSA-PSS',h,Buffer.alloc(2)));
await t('enc hmac',()=>subtle.encrypt('HMAC',h,Buffer.alloc(2)));
const g=await subtle.importKey('raw',Buffer.alloc(16,1),'AES-GCM',true,['encrypt','decrypt']);
await t('gcm noiv',()=>subtle.encrypt('AES-GCM',g,Buffer.alloc(2)));
await t('gcm iv',()=>subtle.encrypt({name:'AES-GCM',iv:Buffer.alloc(12)},g,Buffer.alloc(2)));
await t('gcm tag',()=>subtle.encrypt({name:'AES-GCM',iv:Buffer.alloc(12),tagLength:5},g,Buffer.alloc(2)));
await t('gcm dec',()=>subtle.decrypt({name:'AES-GCM',iv:Buffer.alloc(12)},g,Buffer.alloc(20)));
await t('gcm dec short',()=>subtle.decrypt({name:'AES-GCM',iv:Buffer.alloc(12)},g,Buffer.alloc(2)));
await t('cbc mismatch',()=>subtle.encrypt({name:'AES-CBC',iv:Buffer.alloc(16)},g,Buffer.alloc(2)));
const c=await subtle.importKey('raw',Buffer.alloc(16,1),'AES-CTR',true,['encrypt','decrypt']);
for(const length of [1,8,64,128,0,129]) await t('ctr '+length,()=>subtle.encrypt({name:'AES-CTR',counter:Buffer.alloc(16,255),length},c,Buffer.alloc(40)));
await t('ctr c',()=>subtle.encrypt({name:'AES-CTR',counter:Buffer.alloc(15,255),length:64},c,Buffer.alloc(40)));
for(const [a,u] of [['Ed448',['sign','verify']],['X448',['deriveBits']],['Ed25519',['sign']],['X25519',['deriveKey']]]) await t(a,async()=>{const p=await subtle.generateKey(a,true,u);return [p.publicKey.algorithm,p.privateKey.usages,Object.keys(await subtle.exportKey('jwk',p.privateKey)),p.publicKey.usages]});
await t('bad usage',()=>subtle.generateKey('Ed25519',true,['encrypt']));

await t('no usage',()=>subtle.generateKey('Ed25519',true,[]));
await t('bad name',()=>subtle.generateKey('foo',true,[]));
await t('bad usages',()=>subtle.importKey('raw',Buffer.alloc(16),'AES-GCM',true,['x']));
await t('fmt',()=>subtle.importKey('x',Buffer.alloc(16),'AES-GCM',true,['encrypt']));
await t('len',()=>subtle.importKey('raw',Buffer.alloc(15),'AES-GCM',true,['encrypt']));
await t('gen len',()=>subtle.generateKey({name:'AES-GCM',length:1},true,['encrypt']));
await t('exp',async()=>subtle.exportKey('raw',await subtle.importKey('raw',Buffer.alloc(16),'AES-GCM',false,['encrypt'])));
await t('exp fmt',async()=>subtle.exportKey('spki',g));
await t('digest',()=>subtle.digest('SHA-256',Buffer.alloc(2)));
await t('digest sha3',()=>subtle.digest('SHA3-256',Buffer.alloc(2)));
await t('digest x',()=>subtle.digest('x',Buffer.alloc(2)));
await t('digest data',()=>subtle.digest('SHA-1','x'));
await t('md5',()=>subtle.digest('MD5',Buffer.alloc(2)));
const e1=await subtle.generateKey({name:'ECDH',namedCurve:'P-256'},true,['deriveBits','deriveKey']),e2=await subtle.generateKey({name:'ECDH',namedCurve:'P-384'},true,['deriveBits']);
await t('ecdh curve',()=>subtle.deriveBits({name:'ECDH',public:e2.publicKey},e1.privateKey,128));
await t('ecdh priv',()=>subtle.deriveBits({name:'ECDH',public:e1.privateKey},e1.privateKey,128));
await t('ecdh pubbase',()=>subtle.deriveBits({name:'ECDH',public:e1.publicKey},e1.publicKey,128));
await t('ecdh none',()=>subtle.deriveBits({name:'ECDH'},e1.privateKey,128));
await t('ecdh long',()=>subtle.deriveBits({name:'ECDH',public:e1.publicKey},e1.privateKey,512));
await t('ecdh 8',async()=>(await subtle.deriveBits({name:'ECDH',public:e1.publicKey},e1.privateKey,9)).byteLength);
await t('ecdh null',async()=>(await subtle.deriveBits({name:'ECDH',public:e1.publicKey},e1.privateKey,null)).byteLength);
await t('dk',async()=>(await subtle.deriveKey({name:'ECDH',public:e1.publicKey},e1.privateKey,{name:'AES-GCM',length:256},true,['encrypt'])).algorithm);
await t('dk hkdf',async()=>(await subtle.deriveKey({name:'ECDH',public:e1.publicKey},e1.privateKey,'HKDF',false,['deriveBits'])).algorithm);
await t('dk hmac',async()=>(await subtle.deriveKey({name:'ECDH',public:e1.publicKey},e1.privateKey,{name:'HMAC',hash:'SHA-256',length:128},true,['sign'])).algorithm);
const pb=await subtle.importKey('raw',Buffer.alloc(3),'PBKDF2',false,['deriveBits','deriveKey']);
await t('pb',()=>subtle.deriveBits({name:'PBKDF2',salt:Buffer.alloc(3),iterations:3,hash:'SHA-256'},pb,64));
await t('pb0',()=>subtle.deriveBits({name:'PBKDF2',salt:Buffer.alloc(3),iterations:0,hash:'SHA-256'},pb,64));
await t('pb len',()=>subtle.deriveBits({name:'PBKDF2',salt:Buffer.alloc(3),iterations:1,hash:'SHA-256'},pb,7));
await t('pb null',()=>subtle.deriveBits({name:'PBKDF2',salt:Buffer.alloc(3),iterations:1,hash:'SHA-256'},pb,null));
await t('pb zero',()=>subtle.deriveBits({name:'PBKDF2',salt:Buffer.alloc(3),iterations:1,hash:'SHA-256'},pb,0));
await t('jwk',async()=>subtle.exportKey('jwk',h));
await t('rsa',async()=>{const r=await subtle.generateKey({name:'RSA-OAEP',modulusLength:1024,publicExponent:new Uint8Array([1,0,1]),hash:'SHA-256'},true,['encrypt','decrypt']);return Buffer.from(await subtle.decrypt('RSA-OAEP',r.privateKey,await subtle.encrypt('RSA-OAEP',r.publicKey,Buffer.from('hi')))).toString()});
console.log(g, g.usages===g.usages, g.algorithm===g.algorithm);
await t('args',()=>subtle.digest('SHA-1'));
await t('this',()=>subtle.digest.call(1,'SHA-1',Buffer.alloc(1)));
const ec=await subtle.generateKey({name:'ECDSA',namedCurve:'P-256'},true,['sign','verify']);
await t('raw',async()=>(await subtle.exportKey('raw',ec.publicKey)).byteLength);
await t('jwk mismatch',async()=>subtle.importKey('jwk',{...await subtle.exportKey('jwk',ec.publicKey),crv:'P-384'},{name:'ECDSA',namedCurve:'P-256'},true,['verify']));
await t('jwk use',async()=>subtle.importKey('jwk',{...await subtle.exportKey('jwk',ec.publicKey),use:'enc'},{name:'ECDSA',namedCurve:'P-256'},true,['verify']));
await t('jwk ext',async()=>subtle.importKey('jwk',{...await subtle.exportKey('jwk',ec.publicKey),ext:false},{name:'ECDSA',namedCurve:'P-256'},true,['verify']));
await t('jwk ops',async()=>subtle.importKey('jwk',{...await subtle.exportKey('jwk',ec.publicKey),key_ops:['sign']},{name:'ECDSA',namedCurve:'P-256'},true,['verify']));
await t('hash',()=>subtle.sign({name:'ECDSA'},ec.privateKey,Buffer.alloc(2)));

// Keys of every kind, out and in again.
for (const [algorithm, usages] of [
  [{name:'RSA-PSS',modulusLength:1024,publicExponent:new Uint8Array([1,0,1]),hash:'SHA-256'},['sign','verify']],
  [{name:'RSASSA-PKCS1-v1_5',modulusLength:1024,publicExponent:new Uint8Array([1,0,1]),hash:'SHA-1'},['sign','verify']],
  [{name:'ECDSA',namedCurve:'P-521'},['sign','verify']],[{name:'ECDH',namedCurve:'P-384'},['deriveBits']],
  [{name:'Ed25519'},['sign','verify']],[{name:'Ed448'},['sign','verify']],[{name:'X25519'},['deriveBits']],[{name:'X448'},['deriveBits']],
]) {
  const pair=await subtle.generateKey(algorithm,true,usages);
  const publicUses=pair.publicKey.usages;
  for (const format of ['spki','jwk','raw']) await t(algorithm.name+format,async()=>{
    const out=await subtle.exportKey(format,pair.publicKey);
    const back=await subtle.importKey(format,out,algorithm,true,publicUses);
    return [back.type,back.algorithm.name,back.usages,back.extractable,format==='jwk'?Object.keys(out):Buffer.from(out).equals(Buffer.from(await subtle.exportKey(format,back)))];
  });
  for (const format of ['pkcs8','jwk']) await t(algorithm.name+format,async()=>{
    const out=await subtle.exportKey(format,pair.privateKey);
    const back=await subtle.importKey(format,out,algorithm,false,pair.privateKey.usages);
    return [back.type,back.usages,back.extractable,format==='jwk'?Object.keys(out):out.byteLength>20];
  });
  if (usages[0]==='sign') {
    const how={name:algorithm.name,hash:'SHA-512',saltLength:20};
    const signature=await subtle.sign(how,pair.privateKey,Buffer.from('x'));
    await t('verify',async()=>[signature.byteLength,await subtle.verify(how,pair.publicKey,signature,Buffer.from('x')),await subtle.verify(how,pair.publicKey,signature,Buffer.from('y')),await subtle.verify(how,pair.publicKey,Buffer.alloc(3),Buffer.from('y'))]);
  } else {
    await t('bits',async()=>(await subtle.deriveBits({name:algorithm.name,public:pair.publicKey},pair.privateKey,null)).byteLength);
  }
  await t('public',async()=>Buffer.from(await subtle.exportKey('spki',await subtle.getPublicKey(pair.privateKey,publicUses))).equals(Buffer.from(await subtle.exportKey('spki',pair.publicKey))));
}
for (const name of ['AES-GCM','AES-CBC','AES-CTR','AES-KW','AES-OCB']) await t(name,async()=>{const key=await subtle.generateKey({name,length:192},true,['wrapKey']);return [key.algorithm,Object.entries({...await subtle.exportKey('jwk',key),k:0})]});
const kw=await subtle.generateKey({name:'AES-KW',length:256},true,['wrapKey','unwrapKey']);
await t('wrapped',async()=>{const w=await subtle.wrapKey('jwk',g,kw,'AES-KW');const back=await subtle.unwrapKey('jwk',w,kw,'AES-KW','AES-GCM',true,['encrypt']);return [w.byteLength,back.algorithm,Buffer.from(await subtle.exportKey('raw',back)).equals(Buffer.alloc(16,1))]});
await t('unwrap',()=>subtle.unwrapKey('raw',Buffer.alloc(24),kw,'AES-KW','AES-GCM',true,['encrypt']));
const { createSecretKey, KeyObject } = require('crypto');
await t('objects',async()=>[createSecretKey(Buffer.alloc(16)).toCryptoKey('AES-GCM',true,['encrypt']).algorithm,KeyObject.from(g).export().length]);
})();
