'use strict';
// argon2() and the class Certificate.
const c = require('crypto');
const t=(n,f)=>{try{console.log(n,f())}catch(e){console.log(n,e.name,e.message,JSON.stringify({...e}))}};
const d={message:'m',nonce:'saltsalt',parallelism:1,tagLength:8,memory:8,passes:1};
t('none',()=>c.argon2Sync());
t('alg',()=>c.argon2Sync('x',d));
t('null',()=>c.argon2Sync('argon2id',null));
t('ok',()=>c.argon2Sync('argon2id',d));for(const o of [{message:1},{nonce:1},{nonce:'a'},{parallelism:'x'},{parallelism:0},{tagLength:1},{memory:7},{memory:2**33},{passes:0},{secret:1},{associatedData:1},{secret:'a'},{parallelism:1.5}])t(JSON.stringify(o),()=>c.argon2Sync('argon2id',{...d,...o}));
t('cb',()=>c.argon2('argon2id',d,1));
t('cb',()=>c.argon2('argon2id',d));c.argon2('argon2d',d,(e,r)=>console.log(e,r));
t('cert',()=>c.Certificate.verifySpkac());
t('cert',()=>c.Certificate.exportPublicKey(1));
t('cert',()=>c.Certificate.exportChallenge('x'));
t('cert',()=>c.Certificate.verifySpkac('x'));
t('c',()=>[c.Certificate() instanceof c.Certificate, new c.Certificate(),Object.getOwnPropertyNames(c.Certificate),Object.getOwnPropertyNames(c.Certificate.prototype)]);
