package test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// What the tests of both ends of a connection run over.
var transports = []string{"tcp", "tls"}

// transportEnv tells the scripts of a test what to talk over: with TLS, where key, certificate and authority are.
func transportEnv(t *testing.T, transport string) []string {
	t.Helper()
	if transport != "tls" {
		return nil
	}
	dir := certificates(t)
	file := func(name string) string { return filepath.Join(dir, name) }
	return []string{"TLS_KEY=" + file("key.pem"), "TLS_CERT=" + file("cert.pem"), "TLS_CA=" + file("ca.pem"), "NODE_EXTRA_CA_CERTS=" + file("ca.pem")}
}

// certificateDir is the folder of the certificates once there are some.
var certificateDir string

var makeCertificates = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sluice-test-")
	if err != nil {
		return "", err
	}
	certificateDir = dir
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "an authority for tests"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return "", err
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), caKey)
	if err != nil {
		return "", err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	for name, block := range map[string]*pem.Block{
		"ca.pem": {Type: "CERTIFICATE", Bytes: caDER}, "cert.pem": {Type: "CERTIFICATE", Bytes: leafDER}, "key.pem": {Type: "PRIVATE KEY", Bytes: keyDER},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			return "", err
		}
	}
	return dir, nil
})

// certificates makes an authority and a certificate for 127.0.0.1 and localhost, once for all tests.
func certificates(t *testing.T) string {
	t.Helper()
	dir, err := makeCertificates()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestMain removes what all tests have made together.
func TestMain(m *testing.M) {
	code := m.Run()
	if certificateDir != "" {
		_ = os.RemoveAll(certificateDir)
	}
	os.Exit(code)
}
