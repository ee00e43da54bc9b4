'use strict';
// tls.checkServerIdentity(): which names a certificate is for.
const tls = require('tls');

const cases = [
  ['a.com', {}], ['a.com', { subject: {} }], ['a.com', { subject: { CN: 'a.com' } }], ['a.com.', { subject: { CN: 'A.COM' } }],
  ['b.a.com', { subject: { CN: '*.a.com' } }], ['a.com', { subject: { CN: '*.com' } }], ['b.a.com', { subject: { CN: '*b.a.com' } }],
  ['xb.a.com', { subject: { CN: '*b.a.com' } }], ['c.b.a.com', { subject: { CN: '*.a.com' } }], ['b.a.com', { subject: { CN: 'b.*.com' } }],
  ['b.a.com', { subject: { CN: '*.*.com' } }], ['xn--b.a.com', { subject: { CN: 'xn--*.a.com' } }], ['b.a.com', { subject: { CN: ['x', 'b.a.com'] } }],
  ['1.2.3.4', { subject: { CN: '1.2.3.4' } }], ['1.2.3.4', { subject: {}, subjectaltname: 'IP Address:1.2.3.4' }],
  ['1.2.3.4', { subject: {}, subjectaltname: 'DNS:1.2.3.4' }], ['::1', { subject: {}, subjectaltname: 'IP Address:0:0:0:0:0:0:0:1' }],
  ['::2', { subject: {}, subjectaltname: 'IP Address:0:0:0:0:0:0:0:1, IP Address:1.2.3.4' }],
  ['a.com', { subject: { CN: 'a.com' }, subjectaltname: 'DNS:b.com' }], ['a.com', { subject: { CN: 'a.com' }, subjectaltname: 'URI:http://b.com/' }],
  ['b.a.com', { subject: { CN: '*.a.com' }, subjectaltname: 'URI:http://b.com/' }], ['a.com', { subjectaltname: 'DNS:"a.com"' }],
  ['a.com', { subjectaltname: 'DNS:"a.com, DNS:b.com"' }], ['b.com', { subjectaltname: 'DNS:"a.com, DNS:b.com"' }],
  ['b.com', { subjectaltname: 'DNS:"a\\u0000", DNS:b.com' }], ['b.com', { subjectaltname: 'DNS:"a' }],
  ['a.com', { subjectaltname: 'DNS:', subject: { CN: 'a.com' } }], ['', { subject: { CN: '' } }], ['a..com', { subject: { CN: 'a..com' } }],
  ['\u212A.com', { subject: { CN: 'k.com' } }], ['a.com', { subject: { CN: 'a.c\u00f6m' } }], [undefined, { subject: {} }], [null, { subject: {} }],
  ['8.8.8.8', { subject: {}, subjectaltname: 'IP Address:8.8.8.0/24' }], ['bad.x.com', { subject: { CN: 'a.com' }, subjectaltname: 'DNS:*.x.com.' }],
];
for (const host of ['\u00fc.com', 'xn--tda.com', 'a_b.com', 'a b.com', 'a.com..', '\u3002com', '\uff41.com']) {
  for (const CN of ['xn--tda.com', 'a.com', host]) cases.push([host, { subject: { CN } }]);
}
for (const [host, cert] of cases) {
  try {
    const error = tls.checkServerIdentity(host, cert);
    console.log(host, JSON.stringify(cert), '|', error?.code, error?.message, error?.reason, error?.host, error?.cert === cert);
  } catch (error) {
    console.log(host, JSON.stringify(cert), '| threw', error.code, error.message);
  }
}
