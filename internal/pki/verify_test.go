package pki

import (
	"os"
	"path/filepath"
	"testing"
)

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../test/testdata/tls", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func chainOf(t *testing.T, names ...string) []*Certificate {
	t.Helper()
	all := []*Certificate{}
	for _, name := range names {
		some, err := ParseCertificates(fixture(t, name+".pem"))
		if err != nil {
			t.Fatal(name, err)
		}
		all = append(all, some...)
	}
	return all
}

// The answers are those of Node 24 (test/diff/tls/verify.js shows them), but for the codes
// that it has no names for.
func TestVerify(t *testing.T) {
	for _, c := range []struct {
		name        string
		sent, roots []string
		change      func(v *Verification)
		want        string
	}{
		{"good", []string{"server"}, []string{"ca"}, nil, ""},
		{"unknown", []string{"server"}, []string{"self"}, nil, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"},
		{"no roots", []string{"server"}, nil, nil, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"},
		{"ec", []string{"server-ec"}, []string{"ca"}, nil, ""},
		{"ed25519", []string{"server-ed"}, []string{"ca"}, nil, ""},
		{"self-signed", []string{"self"}, nil, nil, "DEPTH_ZERO_SELF_SIGNED_CERT"},
		{"self-signed, trusted", []string{"self"}, []string{"self"}, nil, ""},
		{"root sent, unknown", []string{"server", "ca"}, nil, nil, "SELF_SIGNED_CERT_IN_CHAIN"},
		{"intermediate sent", []string{"below", "inter"}, []string{"ca"}, nil, ""},
		{"intermediate missing", []string{"below"}, []string{"ca"}, nil, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"},
		{"root unknown", []string{"below", "inter"}, nil, nil, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"},
		{"intermediate trusted", []string{"below"}, []string{"inter"}, nil, "UNABLE_TO_GET_ISSUER_CERT"},
		{"partial", []string{"below"}, []string{"inter"}, func(v *Verification) { v.PartialChain = true }, ""},
		{"both trusted", []string{"below"}, []string{"inter", "ca"}, nil, ""},
		{"expired", []string{"expired"}, []string{"ca"}, nil, "CERT_HAS_EXPIRED"},
		{"expired, unknown", []string{"expired"}, nil, nil, "CERT_HAS_EXPIRED"},
		{"future", []string{"future"}, []string{"ca"}, nil, "CERT_NOT_YET_VALID"},
		{"purpose", []string{"client"}, []string{"ca"}, nil, "INVALID_PURPOSE"},
		{"client", []string{"client"}, []string{"ca"}, func(v *Verification) { v.Client = true }, ""},
		{"client's purpose", []string{"server"}, []string{"ca"}, func(v *Verification) { v.Client = true }, "INVALID_PURPOSE"},
		{"revoked", []string{"revoked"}, []string{"ca"}, func(v *Verification) { v.Lists = lists(t) }, "CERT_REVOKED"},
		{"not revoked", []string{"server"}, []string{"ca"}, func(v *Verification) { v.Lists = lists(t) }, ""},
		{"no list", []string{"below", "inter"}, []string{"ca"}, func(v *Verification) { v.Lists = lists(t) }, "UNABLE_TO_GET_CRL"},
		{"sha1", []string{"sha1"}, []string{"ca"}, nil, "CA_MD_TOO_WEAK"},
		{"sha1, level 0", []string{"sha1"}, []string{"ca"}, func(v *Verification) { v.Level = 0 }, ""},
		{"small", []string{"small"}, []string{"ca"}, nil, "EE_KEY_TOO_SMALL"},
		{"small, level 1", []string{"small"}, []string{"ca"}, func(v *Verification) { v.Level = 1 }, ""},
		{"none", nil, []string{"ca"}, nil, "UNABLE_TO_GET_ISSUER_CERT"},
	} {
		v := Verification{Roots: NewStore(chainOf(t, c.roots...)), Level: 2}
		if c.change != nil {
			c.change(&v)
		}
		if got := v.Verify(chainOf(t, c.sent...)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func lists(t *testing.T) []*RevocationList {
	t.Helper()
	l, err := ParseRevocationList(fixture(t, "crl.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return []*RevocationList{l}
}

// A signature that is not the issuer's is seen.
func TestForgedSignature(t *testing.T) {
	leaf := chainOf(t, "server")[0]
	leaf.Signature[10] ^= 1
	v := Verification{Roots: NewStore(chainOf(t, "ca")), Level: 2}
	if got := v.Verify([]*Certificate{leaf}); got != "CERT_SIGNATURE_FAILURE" {
		t.Fatal(got)
	}
}

func TestPFX(t *testing.T) {
	p, err := ParsePFX(fixture(t, "server.pfx"), []byte("secret"))
	if err != nil || p.Key == nil || p.Certificate == nil || len(p.Others) != 1 {
		t.Fatal(p, err)
	}
	if _, err := ParsePFX(fixture(t, "server.pfx"), []byte("wrong")); err != ErrPFXPassphrase {
		t.Fatal(err)
	}
	if p, err := ParsePFX(fixture(t, "nokey.pfx"), []byte("secret")); err != nil || p.Key != nil {
		t.Fatal(p, err)
	}
	if _, err := ParsePFX([]byte("x"), nil); err != ErrPFX {
		t.Fatal(err)
	}
}

func TestNames(t *testing.T) {
	c := chainOf(t, "server")[0]
	if got, want := c.Subject.Lines(), "C=XX\nO=Sluice\nOU=a\\, \\\"c\\\"\\; \\<b\\>\nOU=two\nCN=localhost"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	want := "DNS:localhost, DNS:*.example.com, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, URI:http://example.com/a, email:a@example.com"
	if got, ok := c.AltNameText(); !ok || got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for host, flags := range map[string]int{"localhost": 0, "a.example.com": 0, "A.EXAMPLE.com": 0, "a.b.example.com": MultiLabelWildcards} {
		if c.CheckHost(host, flags) == "" {
			t.Error(host, "does not fit")
		}
	}
	for host, flags := range map[string]int{"example.com": 0, "a.b.example.com": 0, "b.example.com": NoWildcards, "": 0, "localhost\x00": 0} {
		if got := c.CheckHost(host, flags); got != "" {
			t.Error(host, "fits", got)
		}
	}
}
