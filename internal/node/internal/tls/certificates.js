'use strict';

// Certificates of peers as programs see them, and whether they name the host that was asked for.

const { codes: { ERR_TLS_CERT_ALTNAME_FORMAT, ERR_TLS_CERT_ALTNAME_INVALID } } = require('internal/errors');
const net = require('net');
const { X509Certificate, infoAccessObject, setIssuer } = require('internal/crypto/x509');
const binding = internalBinding('tls');

/** A chain in DER, completed with what a context trusts. */
function completed(chain, context) {
  const id = context?.context?.id ?? context?.id;
  return id === undefined ? chain : binding.contextChain(id, chain);
}

/**
 * The old object for the first certificate of a chain. A detailed one has its issuer, and that its own; who issued
 * itself is its own issuer.
 */
function legacyCertificate(chain, detailed, context) {
  if (chain === undefined || chain.length === 0) return {};
  if (!detailed) return new X509Certificate(chain[0]).toLegacyObject();
  const objects = [];
  let last;
  for (const der of completed(chain, context)) {
    last = new X509Certificate(der);
    const object = last.toLegacyObject();
    if (objects.length > 0) objects[objects.length - 1].issuerCertificate = object;
    objects.push(object);
  }
  if (last.checkIssued(last)) objects[objects.length - 1].issuerCertificate = objects[objects.length - 1];
  return objects[0];
}

/** An X509Certificate that knows its issuer, when the chain has it. */
function x509Certificate(der, chain, context) {
  const first = new X509Certificate(der);
  let child = first;
  for (const issuer of completed(chain ?? [der], context).slice(1)) {
    const certificate = new X509Certificate(issuer);
    if (!child.checkIssued(certificate)) break;
    setIssuer(child, certificate);
    child = certificate;
  }
  return first;
}

/** Objects of certificates that were made elsewhere get the shape that programs know. */
function translatePeerCertificate(certificate) {
  if (!certificate) return null;
  const { issuerCertificate, infoAccess } = certificate;
  if (issuerCertificate != null && issuerCertificate !== certificate)
    certificate.issuerCertificate = translatePeerCertificate(issuerCertificate);
  if (infoAccess != null && typeof infoAccess === 'string') certificate.infoAccess = infoAccessObject(infoAccess);
  return certificate;
}

// ---- identity ----

const withoutDot = (name) => (name.endsWith('.') ? name.slice(0, -1) : name);

// Lower case for letters of ASCII alone: others must not become such letters.
const asciiLower = (text) => text.replace(/[A-Z]/g, (c) => c.toLowerCase());

const labelsOf = (host) => asciiLower(withoutDot(host)).split('.');

/** Whether the labels of a host fit a pattern, whose first label may have one star (RFC 6125, 6.4.3). */
function fits(hostLabels, pattern, allowWildcards) {
  if (!pattern) return false;
  const labels = labelsOf(pattern);
  if (labels.length !== hostLabels.length || labels.includes('')) return false;
  // Nothing but printable ASCII.
  if (labels.some((label) => /[^\u0021-\u007F]/.test(label))) return false;
  for (let i = hostLabels.length - 1; i > 0; i--) {
    if (hostLabels[i] !== labels[i]) return false;
  }
  const [hostLabel] = hostLabels;
  const [label] = labels;
  const pieces = label.split('*');
  // No star, or one in an internationalized label, which means itself.
  if (pieces.length === 1 || label.includes('xn--')) return hostLabel === label;
  if (!allowWildcards || pieces.length > 2 || labels.length <= 2) return false;
  const [before, after] = pieces;
  if (before.length + after.length > hostLabel.length) return false;
  return hostLabel.startsWith(before) && hostLabel.endsWith(after);
}

const jsonString = /^"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/;

/** The entries of subjectaltname: apart by commas, but not within JSON strings. */
function splitAltNames(text) {
  const names = [];
  let name = '';
  let at = 0;
  while (at !== text.length) {
    const comma = text.indexOf(', ', at);
    const quote = text.indexOf('"', at);
    if (quote !== -1 && (comma === -1 || quote < comma)) {
      name += text.substring(at, quote);
      const quoted = jsonString.exec(text.substring(quote));
      if (quoted === null) throw new ERR_TLS_CERT_ALTNAME_FORMAT();
      name += JSON.parse(quoted[0]);
      at = quote + quoted[0].length;
    } else if (comma !== -1) {
      names.push(name + text.substring(at, comma));
      name = '';
      at = comma + 2;
    } else {
      name += text.substring(at);
      at = text.length;
    }
  }
  names.push(name);
  return names;
}

function altNamesOf(text) {
  const dns = [];
  const ips = [];
  for (const name of text.includes('"') ? splitAltNames(text) : text.split(', ')) {
    if (name.startsWith('DNS:')) dns.push(name.slice(4));
    else if (name.startsWith('IP Address:') && net.isIP(name.slice(11))) ips.push(canonicalIP(name.slice(11)));
  }
  return { dns, ips };
}

/** An address in one of the many forms of IPv6 in the one that others are compared with. */
function canonicalIP(address) {
  if (net.isIPv4(address)) return address;
  try {
    return new URL(`http://[${address}]`).hostname.slice(1, -1);
  } catch {
    return address;
  }
}

/** Why a certificate does not belong to a host; undefined when it does. */
function mismatch(hostname, cert) {
  const { subject, subjectaltname } = cert;
  const { dns, ips } = subjectaltname ? altNamesOf(subjectaltname) : { dns: [], ips: [] };
  if (net.isIP(hostname)) {
    if (ips.includes(canonicalIP(hostname))) return undefined;
    return `IP: ${hostname} is not in the cert's list: ` + ips.join(', ');
  }
  const hostLabels = labelsOf(require('internal/url/files').domainToASCII(hostname));
  if (dns.length > 0) {
    if (dns.some((pattern) => fits(hostLabels, pattern, true))) return undefined;
    return `Host: ${hostname}. is not in the cert's altnames: ${subjectaltname}`;
  }
  // Without names of hosts among the alternative ones the common name counts, without wildcards in it if there are
  // alternative names of other kinds.
  if (!subject?.CN) return 'Cert does not contain a DNS name';
  const names = Array.isArray(subject.CN) ? subject.CN : [subject.CN];
  if (names.some((name) => fits(hostLabels, name, true))) return undefined;
  return `Host: ${hostname}. is not cert's CN: ${subject.CN}`;
}

function checkServerIdentity(hostname, cert) {
  hostname = withoutDot(`${hostname}`);
  const reason = mismatch(hostname, cert);
  if (reason !== undefined) return new ERR_TLS_CERT_ALTNAME_INVALID(reason, hostname, cert);
}

module.exports = {
  legacyCertificate,
  x509Certificate,
  translatePeerCertificate,
  checkServerIdentity,
  get X509Certificate() { return X509Certificate; },
};
