'use strict';
const crypto = require('crypto');
const log = (...args) => console.log(...args);
const err = (e) => `${e.name} ${e.code} ${e.message}`;
const tryIt = (fn) => { try { const r = fn(); log(typeof r === 'object' && r !== null && !Buffer.isBuffer(r) ? r.constructor.name : r); } catch (e) { log(err(e)); } };

for (const name of ['md5', 'sha1', 'SHA256', 'sha384', 'sha512', 'sha512-256', 'sha3-256', 'sha3-512', 'blake2b512', 'blake2s256', 'ripemd160', 'RSA-SHA1', 'md5-sha1']) {
  log(name, crypto.createHash(name).update('abc').digest('hex'), crypto.createHash(name).update('a').update(Buffer.from('b')).update('63', 'hex').digest('base64'),
      crypto.hash(name, 'abc', 'base64url'), crypto.createHmac(name, 'key').update('abc').digest('hex'));
}
log(crypto.createHash('shake128', { outputLength: 40 }).update('x').digest('hex'), crypto.createHash('sha1').update('é\ud800').digest('latin1').length);
const h = crypto.createHash('sha256').update('a'); const copy = h.copy(); log(h.update('b').digest('hex'), copy.digest('hex'));
log(crypto.createHash('sha1').digest().length, crypto.createHash('sha1').digest('ucs2').length, crypto.createHash('md5').update('').digest('binary') === crypto.createHash('md5').digest('latin1'));
for (const f of [() => crypto.createHash('nope'), () => crypto.createHash(), () => crypto.createHmac('nope', 'x'), () => crypto.createHmac('sha1'), () => crypto.createHash('sha1').update(5), () => crypto.createHash('sha1').update('abc', 'hex'),
                 () => { const x = crypto.createHash('sha1'); x.digest(); x.update('a'); }, () => { const x = crypto.createHash('sha1'); x.digest(); x.digest(); }, () => { const x = crypto.createHmac('sha1', 'k'); x.digest(); return x.digest('hex'); },
                 () => crypto.hash('nope', 'x'), () => crypto.hash('sha1', 5), () => crypto.hash('sha1', 'x', 'nope'), () => crypto.createHash('sha1', { outputLength: 5 })]) tryIt(f);

for (const f of [() => crypto.randomBytes(10).length, () => crypto.randomBytes(-1), () => crypto.randomBytes('x'), () => crypto.randomInt(3, 2), () => crypto.randomInt(5) < 5, () => crypto.randomInt(2 ** 49), () => crypto.randomInt(1.5),
                 () => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()), () => crypto.randomUUID({ disableEntropyCache: true }).length, () => crypto.randomUUID(5),
                 () => crypto.randomFillSync(new Uint32Array(4)).length, () => crypto.randomFillSync('x'), () => crypto.randomFillSync(Buffer.alloc(4), 5), () => crypto.randomFillSync(Buffer.alloc(4), 1, 4),
                 () => crypto.getRandomValues(new Uint8Array(4)).length, () => crypto.getRandomValues(new Float32Array(1)), () => crypto.getRandomValues(new Uint8Array(65537)), () => globalThis.crypto.randomUUID().length,
                 () => crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('a')), () => crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('ab')), () => crypto.timingSafeEqual('a', 'a')]) tryIt(f);

log(crypto.pbkdf2Sync('password', 'salt', 10, 20, 'sha256').toString('hex'), crypto.scryptSync('password', 'salt', 20, { N: 16 }).toString('hex'), Buffer.from(crypto.hkdfSync('sha512', 'key', 'salt', 'info', 20)).toString('hex'));
for (const f of [() => crypto.pbkdf2Sync('a', 'b', 0, 1, 'sha1'), () => crypto.pbkdf2Sync('a', 'b', 1, -1, 'sha1'), () => crypto.pbkdf2Sync('a', 'b', 1, 1, 'nope'), () => crypto.pbkdf2Sync(5, 'b', 1, 1, 'sha1'), () => crypto.scryptSync('a', 'b', 1, { N: 3 }),
                 () => crypto.scryptSync('a', 'b', 1, { N: 2 ** 20 }), () => crypto.scryptSync('a', 'b', 1, { N: 2, cost: 2 }), () => crypto.hkdfSync('sha1', 'a', 'b', 'c', 1e6), () => crypto.hkdfSync('nope', 'a', 'b', 'c', 1)]) tryIt(f);

const key = Buffer.from('0123456789abcdef0123456789abcdef'); const iv = key.subarray(0, 16);
for (const [name, kl, il] of [['aes-128-cbc', 16, 16], ['aes-256-cbc', 32, 16], ['aes-192-ctr', 24, 16], ['aes-256-ecb', 32, 0], ['aes-128-cfb', 16, 16], ['aes-128-cfb8', 16, 16], ['aes-128-ofb', 16, 16], ['des-ede3-cbc', 24, 8]]) {
  const c = crypto.createCipheriv(name, key.subarray(0, kl), il ? iv.subarray(0, il) : null);
  const out = c.update('some text to hide', 'utf8', 'hex') + c.final('hex');
  const d = crypto.createDecipheriv(name, key.subarray(0, kl), il ? iv.subarray(0, il) : null);
  log(name, out, d.update(out, 'hex', 'utf8') + d.final('utf8'));
}
for (const name of ['aes-128-gcm', 'aes-256-gcm', 'chacha20-poly1305', 'aes-128-ccm']) {
  const k = key.subarray(0, name.includes('128') ? 16 : 32);
  const o = { authTagLength: 16 };
  const c = crypto.createCipheriv(name, k, iv.subarray(0, 12), o); c.setAAD(Buffer.from('aad'), { plaintextLength: 6 });
  const out = Buffer.concat([c.update('secret'), c.final()]); log(name, out.toString('hex'), c.getAuthTag().toString('hex'));
  const d = crypto.createDecipheriv(name, k, iv.subarray(0, 12), o); d.setAuthTag(c.getAuthTag()); d.setAAD(Buffer.from('aad'), { plaintextLength: 6 }); log(d.update(out, undefined, 'utf8'), d.final('utf8'));
}
for (const f of [() => crypto.createCipheriv('nope', key, iv), () => crypto.createCipheriv('aes-128-cbc', key, iv), () => crypto.createCipheriv('aes-256-cbc', key, 'x'), () => crypto.createCipheriv('aes-256-cbc', key),
                 () => { const d = crypto.createDecipheriv('aes-256-cbc', key, iv); d.update(Buffer.alloc(16)); d.final(); }, () => { const c = crypto.createCipheriv('aes-256-cbc', key, iv); c.final(); c.final(); },
                 () => { const d = crypto.createDecipheriv('aes-256-gcm', key, iv.subarray(0, 12)); d.setAuthTag(iv); d.update('aa', 'hex'); d.final(); }, () => crypto.createCipheriv('aes-256-gcm', key, iv).getAuthTag(),
                 () => crypto.createDecipheriv('aes-256-gcm', key, iv).setAuthTag(Buffer.alloc(3)), () => crypto.createCipheriv('aes-256-gcm', key, iv, { authTagLength: 3 })]) tryIt(f);
log(crypto.getCipherInfo('aes-256-gcm'), crypto.getCipherInfo('AES-128-CBC'), crypto.getCipherInfo('nope'), crypto.getFips());

// Keys made for this test, so that signatures are fixed where the algorithm has no random numbers.
const rsa = crypto.createPrivateKey({ format: 'jwk', key: {
  kty: 'RSA',
  n: 'n9LzdLb7LBQowhWcNj9T3O1oz8CZAn_xAuuKinKL55Eko-cFB0MhPqM4F-2np6IDoElGgD6j0OsRUTnciJWvljlVVq8VAlfcXLnivbEdiZPA0eBK4M49dK1PXqQHzrsFfxv9H9HQOScdRA_IuOECrW-a1shoE-t70CczpgWpncV86eCwY_lqzvuSQq4shZAwyFr2orFFVZArmheOMQURtVhcJO0q5z4SjNxnruS2LGMcKhjqWXeHAN8cmnT28LzVwZjUBrqn_X05CaSAJvOXezATAE5Fm-MpVLExeuAICx3dI-Oi-wBEWGFttMVxX43ZNq_SWaJe2_wC8xxm92BJRw',
  e: 'AQAB',
  d: 'Fl_7E3D2kwIzfpB18SZGgFyAWu10vmPZAvaky6MjsQSh44xZKN4eDl3dYYQ0_4PwDAWWKCgc2Qe_weZe2IRUM6zNJLiYMV7Ji_W-J55fKz6TNQ64jOZyth35SZ-fNDL8nwH1GvpNs2Kldzzadf-SV2OTgtRFtdw21jpWwbxzNZIShPvjw9iUqPENaogYJw-JzIMtI6p-snNQ_6Xgx3BxmiBeO_jn1cf4TaqCpHH2wO6vxRG0yRjd82f4Ez4CNRaTsWZSGiWQCqOM7c1r9YWswzYbd_FaqJzgUTw3YPL4etosyfkuLIrfudj1Qgf9fntpmMWBgvHMAMZsg83JYfHyUQ',
  p: '3HoE2LiaFMf8dl_bX2QDsZdmZnANVxww7khSLWnWvTB9jvi2eZERluvFk-zqNZ35lWCsEIlH2commCydtNWQk8VdWnemuikofGVwzVY5fDIhlyMnNxQKo16NSo5docc5XKXKVaxfvX-GeeGP4x0mR0bbfsYdoQTNnb6aSXuklak',
  q: 'uZMy9Y9LHvZY3ACUneOIEHmc0k1E2890vUdPrQZtqpSXmoVwpn3T63-HQ2T-EW0HfM4EBwUR7o1qCzB7csrSR7vVl0oO0VYApxA6dRkPFn1K5oDp708wo7OpuvlHWNlttKMY_a7NuGidXrew5Tdp8IToC5OmQNL0xRHYfoidXW8',
  dp: 'r2Z7eJbULfg0B1CXS7pbnete0dwPIOASpV7v0aVD61sqaJXBRdF9dt23X8m5QlKdfpNcEAPHH6LNNX85L-Y_kPARJqnOAIhB50UkipcwQHf5dS3IQu80z2enbEr6fnvqTKSw5ZuuxykvKMOkHwDPtSDP-nlOlQ0nL3m1cQRmmZE',
  dq: 'GrDTOYJcmZ1w9mOW_IaHQWdcaNr4Nm1GKxsgmJA-IbSxgWYD585dNpfnCohyCmuWEhtHdQMDqz3nrKhSeRY23F5lwBbEvtMR0PWCkukBxIhMx45vFx5arpDerqe_3UWYg8yZgZMsv4M8by0YYj9wG0niXhfkZ5pv3hBNBRX9HD0',
  qi: 'iu5e7n133mi0bFFM9lh_tww-lJ0DhjIZtun0Cs2B6pntx6-F9xDeHn0vXFrCfALMpUHjVLaksJk_vNfVuYwe6YLaW0IWRywK5OQywtD2E7O2LkYc2fKMlFOALK9ggrXu1_RWPbhPAu1A4YPm9CTTVe1eVF9vqmnJ_P6euJLqio0',
} });
const rsaPub = crypto.createPublicKey(rsa);
log(rsa.type, rsa.asymmetricKeyType, rsa.asymmetricKeyDetails, rsaPub.export({ type: 'spki', format: 'pem' }), crypto.sign('sha256', Buffer.from('data'), rsa).toString('base64'));
log(crypto.createSign('RSA-SHA512').update('da').update('ta').sign(rsa, 'hex') === crypto.sign('sha512', Buffer.from('data'), rsa).toString('hex'), crypto.createHash('md5').update(rsa.export({ type: 'pkcs8', format: 'der' })).digest('hex'), crypto.createHash('md5').update(rsa.export({ type: 'pkcs1', format: 'pem' })).digest('hex'));
const pss = { key: rsa, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
log(crypto.verify('sha256', Buffer.from('data'), { ...pss, key: rsaPub }, crypto.sign('sha256', Buffer.from('data'), pss)));
log(crypto.privateDecrypt(rsa, crypto.publicEncrypt(rsaPub, Buffer.from('oaep'))).toString(), crypto.publicDecrypt(rsaPub, crypto.privateEncrypt(rsa, Buffer.from('sig'))).toString());
const ed = crypto.createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } });
log(crypto.sign(null, Buffer.from('data'), ed).toString('hex'), ed.export({ format: 'jwk' }), ed.asymmetricKeyDetails, crypto.verify(null, Buffer.from('data'), crypto.createPublicKey(ed), crypto.sign(null, Buffer.from('data'), ed)));
const ec = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
for (const dsaEncoding of ['der', 'ieee-p1363']) log(crypto.verify('sha256', Buffer.from('data'), { key: ec.publicKey, dsaEncoding }, crypto.sign('sha256', Buffer.from('data'), { key: ec.privateKey, dsaEncoding })), crypto.verify('sha256', Buffer.from('x'), { key: ec.publicKey, dsaEncoding }, Buffer.alloc(64)));
log(ec.publicKey.asymmetricKeyDetails, Object.keys(ec.privateKey.export({ format: 'jwk' })).join(), ec.publicKey.equals(crypto.createPublicKey(ec.privateKey)));
const locked = crypto.generateKeyPairSync('rsa', { modulusLength: 1024, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'top' } });
log(locked.privateKey.split('\n')[0], locked.publicKey.split('\n')[0], crypto.createPrivateKey({ key: locked.privateKey, passphrase: 'top' }).asymmetricKeyDetails);
const secret = crypto.createSecretKey('abc', 'utf8');
log(secret.type, secret.symmetricKeySize, secret.export(), secret.export({ format: 'jwk' }), crypto.createHmac('sha256', secret).update('x').digest('hex'), secret);
for (const f of [() => crypto.createPrivateKey('nope'), () => crypto.createPublicKey({ key: 5 }), () => crypto.createSign('nope'), () => crypto.createSign('sha1').sign(), () => crypto.sign('sha1', 'x', rsaPub),
                 () => crypto.generateKeyPairSync('nope'), () => crypto.generateKeyPairSync('ec', { namedCurve: 'nope' }), () => crypto.generateKeySync('aes', { length: 5 }), () => crypto.createSecretKey(5), () => rsa.export({ type: 'sec1', format: 'pem' }),
                 () => rsa.export(), () => rsaPub.export({ type: 'pkcs8', format: 'pem' }), () => new crypto.KeyObject('x'), () => crypto.createHmac('sha1', rsa)]) tryIt(f);

(async () => {
  const stream = crypto.createHash('sha1'); stream.setEncoding('hex'); stream.end('piped'); for await (const d of stream) log(d);
  for (const [f, ...args] of [[crypto.pbkdf2, 'a', 'b', 1, 8, 'sha1'], [crypto.scrypt, 'a', 'b', 8], [crypto.hkdf, 'sha1', 'a', 'b', 'c', 8]]) log(await new Promise((resolve, reject) => f(...args, (e, v) => (e ? reject(e) : resolve(Buffer.from(v).toString('hex'))))));
  const { subtle } = crypto.webcrypto;
  const hex = (b) => Buffer.from(b).toString('hex');
  log(hex(await subtle.digest('SHA-256', Buffer.from('abc'))));
  await subtle.digest('nope', Buffer.alloc(0)).catch((e) => log(e.name, e.message));
  const hk = await subtle.importKey('raw', Buffer.from('key'), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify']);
  log(hk, hex(await subtle.sign('HMAC', hk, Buffer.from('abc'))), await subtle.exportKey('jwk', hk));
  const ak = await subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
  const sealed = await subtle.encrypt({ name: 'AES-GCM', iv: iv.subarray(0, 12) }, ak, Buffer.from('hello'));
  log(hex(sealed), Buffer.from(await subtle.decrypt({ name: 'AES-GCM', iv: iv.subarray(0, 12) }, ak, sealed)).toString());
  await subtle.decrypt({ name: 'AES-GCM', iv: iv.subarray(0, 12) }, ak, new Uint8Array(20)).catch((e) => log(e.name));
  const pk = await subtle.importKey('raw', Buffer.from('pw'), 'PBKDF2', false, ['deriveBits']);
  log(hex(await subtle.deriveBits({ name: 'PBKDF2', salt: iv, iterations: 5, hash: 'SHA-256' }, pk, 128)));
  const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const sig = await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, Buffer.from('x'));
  log(sig.byteLength, await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, pair.publicKey, sig, Buffer.from('x')), pair.publicKey.usages, pair.privateKey.algorithm);
})();
