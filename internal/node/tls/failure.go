package tls

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	gonet "net"
	"strings"

	"github.com/sluice-http/sluice/internal/node"
	"golang.org/x/sys/unix"
)

// What kind of failure JavaScript is told.
const (
	failTLS    = 0 // the protocol: OpenSSL's error
	failReset  = 1 // the peer went away: ECONNRESET "socket hang up"
	failSystem = 2 // the connection below: a system error
	failTime   = 3 // the handshake took too long
)

// failure is why a handshake, or the protocol after it, failed, in the terms of Node,
// which has OpenSSL's.
type failure struct {
	kind   int
	number int // OpenSSL's reason number, or a negative errno
	reason string
	detail string // added to the message
	call   string // the system call
}

func (f failure) values() []any {
	return []any{f.kind, f.number, f.reason, f.detail, f.call}
}

func systemFailure(errno unix.Errno, writing bool) failure {
	call := "read"
	if writing {
		call = "write"
	}
	return failure{kind: failSystem, number: -int(errno), reason: node.ErrnoName(errno), call: call}
}

func isEOF(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// reason is one of OpenSSL's SSL_R_ numbers with its text.
type reason struct {
	number int
	text   string
}

// Alerts that the peer sent: 1000 and the number of the alert, with OpenSSL's words.
var alertReasons = map[int]string{
	10: "ssl/tls alert unexpected message", 20: "ssl/tls alert bad record mac", 21: "tlsv1 alert decryption failed",
	22: "tlsv1 alert record overflow", 30: "ssl/tls alert decompression failure", 40: "ssl/tls alert handshake failure",
	41: "ssl/tls alert no certificate", 42: "ssl/tls alert bad certificate", 43: "ssl/tls alert unsupported certificate",
	44: "ssl/tls alert certificate revoked", 45: "ssl/tls alert certificate expired",
	46: "ssl/tls alert certificate unknown", 47: "ssl/tls alert illegal parameter", 48: "tlsv1 alert unknown ca",
	49: "tlsv1 alert access denied", 50: "tlsv1 alert decode error", 51: "tlsv1 alert decrypt error",
	60: "tlsv1 alert export restriction", 70: "tlsv1 alert protocol version", 71: "tlsv1 alert insufficient security",
	80: "tlsv1 alert internal error", 86: "tlsv1 alert inappropriate fallback", 90: "tlsv1 alert user cancelled",
	100: "tlsv1 alert no renegotiation", 109: "tlsv13 alert missing extension", 110: "tlsv1 unsupported extension",
	111: "tlsv1 certificate unobtainable", 112: "tlsv1 unrecognized name", 113: "tlsv1 bad certificate status response",
	114: "tlsv1 bad certificate hash value", 115: "tlsv1 alert unknown psk identity",
	116: "tlsv13 alert certificate required", 120: "tlsv1 alert no application protocol",
}

var (
	unsupportedProtocol = reason{0x102, "unsupported protocol"}
	noSharedCipher      = reason{0xc1, "no shared cipher"}
	noSignature         = reason{0x76, "no suitable signature algorithm"}
	noCertificateSent   = reason{0xc7, "peer did not return a certificate"}
	unexpectedMessage   = reason{0xf4, "unexpected message"}
	wrongVersion        = reason{0x10b, "wrong version number"}
)

// What crypto/tls says about our own decision to give up, by the beginning of its text.
var localReasons = []struct {
	text string
	reason
}{
	{"tls: client offered only unsupported versions", unsupportedProtocol},
	{"tls: client offered old TLS version", unsupportedProtocol},
	{"tls: server selected unsupported protocol version", unsupportedProtocol},
	{"tls: no supported versions satisfy", reason{0xbf, "no protocols available"}},
	{"tls: no cipher suite supported by both", noSharedCipher},
	{"tls: client didn't provide a certificate", noCertificateSent},
	{"tls: client requested unsupported application protocols", reason{0xeb, "no application protocol"}},
	{"tls: no key exchanges supported by both", reason{0x65, "no suitable key share"}},
	{"tls: no ECDHE curve supported by both", reason{0x65, "no suitable key share"}},
	{"tls: peer doesn't support any of the certificate's signature algorithms", noSignature},
	{"tls: server chose an unconfigured cipher suite", reason{0x105, "wrong cipher returned"}},
	{"tls: oversized record", reason{0xc6, "packet length too long"}},
	{"tls: handshake message of length", reason{0x98, "excessive message size"}},
	{"tls: received record with version", wrongVersion},
	{"tls: unsupported SSLv2 handshake received", unsupportedProtocol},
	{"tls: received unexpected handshake message", unexpectedMessage},
	{"tls: unexpected message", unexpectedMessage},
	{"tls: bad record MAC", reason{0x119, "decryption failed or bad record mac"}},
	{"tls: invalid signature by", reason{0x7b, "bad signature"}},
	{"tls: error decoding message", reason{0x9f, "length mismatch"}},
	{"tls: decode error", reason{0x9f, "length mismatch"}},
	{"tls: too many ignored records", reason{0x12a, "too many warn alerts"}},
}

// failureOf says in OpenSSL's terms what crypto/tls reports.
func failureOf(err error, w *Wrap) []any {
	var op *gonet.OpError
	if errors.As(err, &op) && op.Op == "remote error" {
		if n, ok := alertNumber(op.Err); ok {
			text := alertReasons[n]
			if text == "" {
				text = "reason(" + fmt.Sprint(1000+n) + ")"
			}
			return failure{number: 1000 + n, reason: text, detail: fmt.Sprintf("SSL alert number %d\n", n)}.values()
		}
	}
	var header tls.RecordHeaderError
	if errors.As(err, &header) && strings.Contains(header.Msg, "does not look like") {
		r := notTLS(header.RecordHeader[:])
		return failure{number: r.number, reason: r.text}.values()
	}
	if w.noCertificate {
		r := noSharedCipher
		if w.helloVersion == tls.VersionTLS13 {
			r = noSignature
		}
		return failure{number: r.number, reason: r.text}.values()
	}
	text := err.Error()
	for _, prefix := range []string{"local error: ", "remote error: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	for _, l := range localReasons {
		if strings.HasPrefix(text, l.text) {
			return failure{number: l.number, reason: l.reason.text}.values()
		}
	}
	return failure{number: 0x44, reason: "internal error", detail: strings.TrimPrefix(text, "tls: ")}.values()
}

// notTLS guesses what a peer speaks whose first bytes are no record, as OpenSSL does.
func notTLS(head []byte) reason {
	for _, method := range []string{"GET ", "POST ", "HEAD ", "PUT "} {
		if bytes.HasPrefix(head, []byte(method[:min(len(method), len(head))])) {
			return reason{0x9c, "http request"}
		}
	}
	if bytes.HasPrefix(head, []byte("CONNE")) {
		return reason{0x9b, "https proxy request"}
	}
	return wrongVersion
}

// alertNumber finds out which alert err is: crypto/tls keeps the type to itself, but
// not its texts.
func alertNumber(err error) (int, bool) {
	n, ok := alertNumbers[err.Error()]
	return n, ok
}

var alertNumbers = func() map[string]int {
	m := map[string]int{}
	for n := range 256 {
		m[tls.AlertError(n).Error()] = n
	}
	return m
}()
