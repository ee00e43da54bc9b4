package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// issue makes a certificate that signs itself, and its key.
func issue(t *testing.T, name string) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private}))
}

// What is wrong with the files of a certificate is told at the key that names the file.
func TestCertificateProblems(t *testing.T) {
	cert, key := issue(t, "one.example")
	other, otherKey := issue(t, "two.example")
	encrypted := strings.ReplaceAll(key, "EC PRIVATE", "ENCRYPTED PRIVATE")
	for name, c := range map[string]struct {
		cert, key string
		want      []string // of the message; empty: it is right
	}{
		"right":             {cert, key, nil},
		"with a chain":      {cert + other, key, nil},
		"text between":      {"subject=one\n" + cert + "issuer\n", "-- key --\n" + key, nil},
		"both in one":       {key + cert, cert + key, nil},
		"another key":       {cert, otherKey, []string{":4:7:", "tls.certificate[0].key: the key in k.pem does not belong to the certificate in c.pem (one.example)"}},
		"chain upside down": {other + cert, key, []string{":3:8:", "tls.certificate[0].cert: the key in k.pem belongs to certificate 2 of c.pem", "put it first"}},
		"exchanged":         {key, cert, []string{":3:8:", "there is no certificate in c.pem", "may be exchanged"}},
		"a key for a key":   {cert, cert, []string{":4:7:", "there is no private key in k.pem", "may be exchanged"}},
		"empty":             {"", key, []string{":3:8:", "there is no certificate in c.pem: expected PEM"}},
		"half":              {cert[:200], key, []string{":3:8:", "c.pem ends in the middle of a block"}},
		"half a chain":      {cert + other[:100], key, []string{":3:8:", "c.pem ends in the middle of a block"}},
		"half a key":        {cert, key[:60], []string{":4:7:", "k.pem ends in the middle of a block"}},
		"no DER":            {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key, []string{":3:8:", "certificate 1 of c.pem cannot be read"}},
		"no key in it":      {cert, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", []string{":4:7:", "the key in k.pem cannot be read"}},
		"encrypted":         {cert, encrypted, []string{":4:7:", "the key in k.pem is encrypted", "openssl pkey -in k.pem"}},
	} {
		dir := t.TempDir()
		for file, text := range map[string]string{"c.pem": c.cert, "k.pem": c.key} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Parse(filepath.Join(dir, "sluice.toml"), []byte("listen = [{port = 1, tls = true}]\n[[tls.certificate]]\ncert = \"c.pem\"\nkey = \"k.pem\"\n"), Options{})
		if len(c.want) == 0 {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: no problem", name)
			continue
		}
		text := strings.ReplaceAll(err.Error(), dir+"/", "")
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %s\nwant %q", name, text, want)
			}
		}
	}
}

func TestClientAuthorityProblems(t *testing.T) {
	dir := t.TempDir()
	cert, key := issue(t, "authority")
	for file, text := range map[string]string{"ca.pem": cert, "key.pem": key} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for text, want := range map[string]string{
		"tls.client_auth = \"require\"\ntls.client_ca = \"ca.pem\"":  "",
		"tls.client_auth = \"request\"\ntls.client_ca = \"key.pem\"": "tls.client_ca: there is no certificate in",
		"tls.client_ca = \"ca.pem\"":                                 "nobody is asked for a certificate",
		"tls.client_auth = \"require\"":                              "nothing says which certificates are accepted",
	} {
		_, err := Parse(filepath.Join(dir, "sluice.toml"), []byte(text), Options{})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
