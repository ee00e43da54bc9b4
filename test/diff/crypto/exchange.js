'use strict';
// Diffie-Hellman over numbers and curves, and pairs of keys of every kind: what is refused, and how.
const c = require('crypto');

const t=(n,f)=>{try{console.log(n,f())}catch(e){console.log(n,e.name,e.message,JSON.stringify({...e}))}};
t('dh none',()=>c.createDiffieHellman());
t('dh 1',()=>c.createDiffieHellman(1));
t('dh str',()=>c.createDiffieHellman('a','hex').verifyError);
t('dh gen0',()=>c.createDiffieHellman(256,0));
t('dh genstr',()=>c.createDiffieHellman(256,'x'));
t('dh genobj',()=>c.createDiffieHellman(256,{}));
t('dh buf',()=>c.createDiffieHellman(Buffer.alloc(0)).verifyError);
t('dh buf g',()=>c.createDiffieHellman('abcdef','hex','02','hex').verifyError);
t('g 0',()=>c.createDiffieHellman('abcdef',0).verifyError);
t('g -1',()=>c.createDiffieHellman('abcdef',-1));
t('g []',()=>c.createDiffieHellman('abcdef',[]));
t('g empty',()=>c.createDiffieHellman('abcdef',Buffer.alloc(0)));
t('g1',()=>c.createDiffieHellman('abcdef',Buffer.from([1])));
const d=c.createDiffieHellman(c.getDiffieHellman('modp1').getPrime());
t('getpub',()=>d.getPublicKey());
t('getpriv',()=>d.getPrivateKey());
t('sec',()=>d.computeSecret(Buffer.from([2])));
t('secret nokeys',()=>d.computeSecret('aa','hex'));
d.generateKeys();
t('sec 1',()=>d.computeSecret(Buffer.from([1])));
t('sec big',()=>d.computeSecret(Buffer.alloc(97,255)));
t('sec p-1',()=>d.computeSecret(Buffer.concat([d.getPrime().subarray(0,95),Buffer.from([0xfe])])));
t('secnull',()=>d.computeSecret(null));
t('setpub',()=>d.setPublicKey(1));
t('enc',()=>typeof d.getPrime('buffer'));
t('grp',()=>c.getDiffieHellman('x'));
t('grp1',()=>c.getDiffieHellman(1));
t('grpset',()=>c.getDiffieHellman('modp5').setPublicKey);
t('verr',()=>[c.getDiffieHellman('modp5').verifyError,d.verifyError]);
t('priv only',()=>{const x=c.createDiffieHellman(d.getPrime());x.setPrivateKey(Buffer.from([5]));try{x.getPublicKey()}catch(e){console.log('> ',e.message,e.code)};return x.generateKeys('hex')});
t('inst',()=>[c.getDiffieHellman('modp5') instanceof c.DiffieHellmanGroup, c.DiffieHellman(256) instanceof c.DiffieHellman, c.DiffieHellmanGroup('modp5') instanceof c.DiffieHellmanGroup, c.ECDH('secp256k1') instanceof c.ECDH]);
console.log(Object.getOwnPropertyNames(c.DiffieHellman.prototype),Object.getOwnPropertyNames(c.DiffieHellmanGroup.prototype),Object.getOwnPropertyNames(c.ECDH.prototype),Object.getOwnPropertyNames(c.ECDH));
t('ecdh',()=>c.createECDH());
t('ecdh x',()=>c.createECDH('x'));const e=c.createECDH('secp256k1');
t('e pub',()=>e.getPublicKey());
t('e priv',()=>e.getPrivateKey());
t('e gen',()=>[e.generateKeys('hex').length,e.generateKeys('hex','compressed').length,e.generateKeys(undefined,'hybrid').length]);
t('bad fmt',()=>e.getPublicKey('hex','x'));
t('sec bad',()=>e.computeSecret(Buffer.from([1,2])));
t('e setpriv 0',()=>e.setPrivateKey(Buffer.alloc(32)));
t('e setpriv ff',()=>e.setPrivateKey(Buffer.alloc(32,255)));
t('e setpub',()=>e.setPublicKey(Buffer.from([1])));
t('setpriv',()=>{e.setPrivateKey(Buffer.alloc(32,7));return e.getPublicKey('hex')});
t('conv',()=>c.ECDH.convertKey(e.getPublicKey(),'secp256k1',undefined,'hex','compressed'));
t('conv bad',()=>c.ECDH.convertKey(Buffer.from([1]),'secp256k1'));
t('conv curve',()=>c.ECDH.convertKey(e.getPublicKey(),'x'));
t('conv fmt',()=>c.ECDH.convertKey(e.getPublicKey(),'secp256k1','buffer','hex',10));
t('key 1',()=>c.ECDH.convertKey(1,'secp256k1'));
t('ec sec before',()=>c.createECDH('prime256v1').computeSecret(c.createECDH('prime256v1').generateKeys()).length);
t('stateless none',()=>c.diffieHellman());
t('s1',()=>c.diffieHellman({}));
t('s2',()=>c.diffieHellman({privateKey:c.generateKeyPairSync('x25519').privateKey}));
t('s3',()=>c.diffieHellman({privateKey:1,publicKey:1}));const x=c.generateKeyPairSync('x25519');
t('s4',()=>c.diffieHellman({privateKey:x.publicKey,publicKey:x.publicKey}));
t('s5',()=>c.diffieHellman(x,1));
t('s6',()=>c.diffieHellman({privateKey:c.createSecretKey(Buffer.alloc(2)),publicKey:x.publicKey}));
c.generateKeyPair('x448',(e,a,b)=>{console.log(e,a.asymmetricKeyType);c.diffieHellman({privateKey:b,publicKey:a},(e,s)=>console.log(e,s.length));try{c.diffieHellman({privateKey:b,publicKey:x.publicKey},()=>{})}catch(e){console.log(e.message)}});
for (const a of [
  ['x',{}],
  ['rsa'],
  ['rsa',1],
  ['rsa',{}],
  ['rsa',{modulusLength:'x'}],
  ['rsa-pss',{modulusLength:512,hashAlgorithm:'x'}],
  ['rsa-pss',{modulusLength:512,hashAlgorithm:'sha256',saltLength:1000}],
  ['rsa-pss',{modulusLength:512,hashAlgorithm:1}],
  ['rsa-pss',{modulusLength:512,saltLength:1}],
  ['rsa-pss',{modulusLength:512,mgf1HashAlgorithm:'x'}],
  ['rsa-pss',{modulusLength:512,hash:'sha256'}],
  ['dsa',{}],
  ['dsa',{modulusLength:512,divisorLength:'x'}],
  ['ec',{}],
  ['ec',{namedCurve:'x'}],
  ['ec',{namedCurve:'P-256',paramEncoding:'x'}],
  ['dh',{}],
  ['dh',{group:1}],
  ['dh',{group:'x'}],
  ['dh',{prime:Buffer.alloc(3),primeLength:4}],
  ['dh',{group:'modp1',generator:2}],
  ['dh',{primeLength:-1}],
  
  ['dh',{primeLength:64,generator:-1}],
  ['ed448',1],
  ['ed25519'],
  ['dh',{prime:1}],
  ['ed448',{publicKeyEncoding:{type:'spki',format:'pem'},privateKeyEncoding:{type:'sec1',format:'pem'}}],
  ])t(JSON.stringify(a),()=>{const k=c.generateKeyPairSync(...a);return [k.publicKey.asymmetricKeyType,k.publicKey.asymmetricKeyDetails,k.privateKey.asymmetricKeyDetails]});
