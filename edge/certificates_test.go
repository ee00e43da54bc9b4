package edge

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluice-http/sluice/config"
)

// authority signs certificates for tests.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  crypto.Signer
	dir  string
	n    int64
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t, dir: t.TempDir()}
	a.key, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	a.cert, _ = x509.ParseCertificate(der)
	return a
}

func (a *authority) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))
}

func (a *authority) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

// issue makes a certificate for names, with its chain, and its key.
func (a *authority) issue(key crypto.Signer, names ...string) (cert, private string) {
	a.t.Helper()
	if key == nil {
		key, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	a.n++
	template := &x509.Certificate{SerialNumber: big.NewInt(100 + a.n), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})) + a.pem(),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}

func (a *authority) write(name, text string) config.Path {
	a.t.Helper()
	path := filepath.Join(a.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return config.Path(path)
}

// files writes a certificate for names into NAME.pem and NAME.key.
func (a *authority) files(name string, key crypto.Signer, names ...string) config.Certificate {
	a.t.Helper()
	cert, private := a.issue(key, names...)
	return config.Certificate{Cert: a.write(name+".pem", cert), Key: a.write(name+".key", private)}
}

// client is a certificate for clients.
func (a *authority) client() tls.Certificate {
	cert, key := a.issue(nil, "client")
	pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
	if err != nil {
		a.t.Fatal(err)
	}
	return pair
}

// open opens certificates whose files are looked at only by settle.
func open(t *testing.T, c config.TLS) (*Certificates, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	s, err := OpenCertificates(c, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	return s, &log
}

// settle is what two steps of time do.
func (s *Certificates) settle() {
	s.check(time.Now())
	s.check(time.Now())
}

// shake makes a handshake, and hears from the server afterwards.
func shake(t *testing.T, server, client *tls.Config) (tls.ConnectionState, error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	b, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	a, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	_ = a.SetDeadline(time.Now().Add(time.Minute))
	_ = b.SetDeadline(time.Now().Add(time.Minute))
	failed := make(chan error, 1)
	go func() {
		s := tls.Server(a, server)
		err := s.Handshake()
		if err == nil {
			_, err = s.Write([]byte("hello"))
		}
		failed <- err
		_ = a.(*net.TCPConn).CloseWrite()
	}()
	c := tls.Client(b, client)
	_, err = io.ReadFull(c, make([]byte, 5))
	if wrong := <-failed; err == nil {
		err = wrong
	}
	return c.ConnectionState(), err
}

func TestCertificateByName(t *testing.T) {
	a := newAuthority(t)
	strong, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := open(t, config.TLS{Certificates: []config.Certificate{
		a.files("default", nil, "example.com", "www.example.com"),
		a.files("wild", nil, "*.example.org"),
		a.files("exact", nil, "Shop.Example.org"),
		a.files("rsa", strong, "www.example.com", "example.com"),
	}})
	for name, want := range map[string]string{
		"":                     "example.com",
		"example.com":          "example.com",
		"WWW.Example.COM":      "example.com",
		"a.example.org":        "*.example.org",
		"shop.example.org":     "Shop.Example.org",
		"a.b.example.org":      "example.com", // * is one part
		"example.org":          "example.com",
		"nobody.example":       "example.com",
		"example.com.evil.org": "example.com",
	} {
		state, err := shake(t, s.Config(), &tls.Config{ServerName: name, InsecureSkipVerify: true})
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if got := state.PeerCertificates[0].Subject.CommonName; got != want {
			t.Errorf("%q: the certificate of %s, want %s", name, got, want)
		}
		if len(state.PeerCertificates) != 2 {
			t.Errorf("%q: %d certificates, want the chain", name, len(state.PeerCertificates))
		}
	}
	// A client that knows RSA only gets the other one for that name.
	for _, name := range []string{"example.com", ""} {
		state, err := shake(t, s.Config(), &tls.Config{ServerName: name, InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12,
			CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}})
		if err != nil || state.PeerCertificates[0].PublicKeyAlgorithm != x509.RSA {
			t.Errorf("%q, RSA only: %v, %v", name, state.PeerCertificates, err)
		}
	}
}

func TestCertificatesChange(t *testing.T) {
	a := newAuthority(t)
	pair := a.files("site", nil, "one.example")
	s, log := open(t, config.TLS{Certificates: []config.Certificate{pair}})
	client := &tls.Config{RootCAs: a.pool(), ServerName: "one.example", InsecureSkipVerify: true}
	expect := func(what, name string, lines ...string) {
		t.Helper()
		state, err := shake(t, s.Config(), client)
		if err != nil || state.PeerCertificates[0].Subject.CommonName != name {
			t.Errorf("%s: %v, %v; want %s", what, state.PeerCertificates[0].Subject, err, name)
		}
		got := strings.Split(strings.TrimSuffix(log.String(), "\n"), "\n")
		if log.Len() == 0 {
			got = nil
		}
		log.Reset()
		if len(got) != len(lines) {
			t.Fatalf("%s: the log says %q, want %d lines", what, got, len(lines))
		}
		for i := range lines {
			if !strings.Contains(got[i], lines[i]) {
				t.Errorf("%s: the log says %q, want %q", what, got[i], lines[i])
			}
		}
	}
	cert, key := a.issue(nil, "two.example")
	s.settle()
	expect("nothing changed", "one.example")
	a.write("site.pem", cert)
	s.check(time.Now())
	expect("at once", "one.example")
	s.check(time.Now())
	expect("the certificate without its key", "one.example", "does not belong to the certificate")
	s.settle()
	expect("still", "one.example")
	a.write("site.key", key[:len(key)/2])
	s.settle()
	expect("half of the key", "one.example", "ends in the middle")
	a.write("site.key", key)
	s.settle()
	expect("both", "two.example", "certificate read again")

	cert, key = a.issue(nil, "three.example")
	a.write("site.pem", cert[:len(cert)-100]) // the chain is not whole
	a.write("site.key", key)
	s.settle()
	expect("a part of the chain", "two.example", "ends in the middle")
	if err := os.Remove(string(pair.Cert)); err != nil {
		t.Fatal(err)
	}
	s.settle()
	expect("no file", "two.example", "no such file")
	a.write("site.pem", cert)
	s.settle()
	expect("a file again", "three.example", "certificate read again")

	// Folders behind a symbolic link, exchanged at once.
	for _, v := range []string{"v1", "v2"} {
		_ = os.Mkdir(filepath.Join(a.dir, v), 0o700)
		a.files(v+"/site", nil, v+".example")
	}
	link := filepath.Join(a.dir, "live")
	if err := os.Symlink("v1", link); err != nil {
		t.Fatal(err)
	}
	s, log = open(t, config.TLS{Certificates: []config.Certificate{{Cert: config.Path(link + "/site.pem"), Key: config.Path(link + "/site.key")}}})
	expect("behind a link", "v1.example")
	_ = os.Symlink("v2", link+".new")
	if err := os.Rename(link+".new", link); err != nil {
		t.Fatal(err)
	}
	s.settle()
	expect("another link", "v2.example", "certificate read again")
}

// The watch by itself, and connections meanwhile.
func TestCertificatesWatched(t *testing.T) {
	a := newAuthority(t)
	s, err := OpenCertificates(config.TLS{Certificates: []config.Certificate{a.files("site", nil, "old.example")}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	changed := make(chan struct{})
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for over := false; !over; {
				state, err := shake(t, s.Config(), &tls.Config{InsecureSkipVerify: true})
				if err != nil {
					t.Error(err)
					return
				}
				over = state.PeerCertificates[0].Subject.CommonName == "new.example"
				select {
				case <-changed:
				case <-time.After(time.Millisecond):
				}
			}
		})
	}
	a.files("site", nil, "new.example")
	close(changed)
	all.Wait()
}

func TestCertificateVersions(t *testing.T) {
	a := newAuthority(t)
	pair := a.files("site", nil, "one.example")
	for _, c := range []struct {
		least string
		most  uint16
		ok    bool
	}{{"1.2", tls.VersionTLS11, false}, {"1.2", tls.VersionTLS12, true}, {"1.2", tls.VersionTLS13, true}, {"1.3", tls.VersionTLS12, false}, {"1.3", tls.VersionTLS13, true}} {
		s, _ := open(t, config.TLS{Certificates: []config.Certificate{pair}, MinVersion: c.least})
		state, err := shake(t, s.Config(), &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: c.most})
		if (err == nil) != c.ok || c.ok && state.Version != c.most {
			t.Errorf("at least %s, client up to %s: %v", c.least, tls.VersionName(c.most), err)
		}
	}
}

func TestCertificateALPN(t *testing.T) {
	a := newAuthority(t)
	s, _ := open(t, config.TLS{Certificates: []config.Certificate{a.files("site", nil, "one.example")}})
	for protocols, want := range map[string]string{"": "", "http/1.1": "http/1.1", "h2,http/1.1": "http/1.1", "h2": "refused"} {
		client := &tls.Config{InsecureSkipVerify: true}
		if protocols != "" {
			client.NextProtos = strings.Split(protocols, ",")
		}
		state, err := shake(t, s.Config(), client)
		got := state.NegotiatedProtocol
		if err != nil {
			got = "refused"
		}
		if got != want {
			t.Errorf("a client with %q: %q, want %q (%v)", protocols, got, want, err)
		}
	}
}

func TestClientCertificates(t *testing.T) {
	a, stranger := newAuthority(t), newAuthority(t)
	pair, ca := a.files("site", nil, "one.example"), a.write("ca.pem", a.pem())
	for _, c := range []struct {
		auth                string
		ca                  config.Path
		none, good, strange bool
	}{
		{"none", "", true, true, true},
		{"request", "", true, true, true},
		{"request", ca, true, true, false},
		{"require", ca, false, true, false},
	} {
		s, _ := open(t, config.TLS{Certificates: []config.Certificate{pair}, ClientAuth: c.auth, ClientCA: c.ca})
		for name, k := range map[string]struct {
			certificates []tls.Certificate
			ok           bool
		}{"none": {nil, c.none}, "good": {[]tls.Certificate{a.client()}, c.good}, "strange": {[]tls.Certificate{stranger.client()}, c.strange}} {
			for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
				_, err := shake(t, s.Config(), &tls.Config{InsecureSkipVerify: true, MaxVersion: version,
					GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { // whatever the server asks for
						if k.certificates == nil {
							return &tls.Certificate{}, nil
						}
						return &k.certificates[0], nil
					}})
				if (err == nil) != k.ok {
					t.Errorf("%s, authorities %q, %s certificate, %s: %v", c.auth, filepath.Base(string(c.ca)), name, tls.VersionName(version), err)
				}
			}
		}
	}
}

func TestTicketKeys(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	c := config.TLS{Certificates: []config.Certificate{a.files("site", nil, "one.example")}, ClientAuth: "require", ClientCA: a.write("ca.pem", a.pem())}
	s, log := open(t, c)
	client := &tls.Config{InsecureSkipVerify: true, ServerName: "one.example", ClientSessionCache: tls.NewLRUClientSessionCache(1), Certificates: []tls.Certificate{a.client()}}
	resumes := func(what string, want bool) {
		t.Helper()
		state, err := shake(t, s.Config().Clone(), client) // as servers that clone it
		if err != nil || state.DidResume != want {
			t.Errorf("%s: resumed %v, %v", what, state.DidResume, err)
		}
	}
	resumes("the first", false)
	resumes("the second", true)
	at := time.Now()
	s.check(at.Add(ticketKeyAge + time.Second))
	if len(s.keys) != 2 {
		t.Errorf("%d keys after an hour, want 2", len(s.keys))
	}
	resumes("with the key before", true)
	s.check(at.Add(ticketKeyAge + 2*time.Second))
	if len(s.keys) != 2 {
		t.Errorf("%d keys a second later, want 2", len(s.keys))
	}
	a.files("site", nil, "one.example")
	s.settle()
	resumes("after a new certificate", true)
	for h := range ticketKeys {
		s.check(at.Add(time.Duration(h+2) * (ticketKeyAge + time.Minute)))
	}
	if len(s.keys) != ticketKeys {
		t.Errorf("%d keys after a day, want %d", len(s.keys), ticketKeys)
	}
	resumes("after a day", false)
	resumes("and then", true)

	// Whom new authorities do not know has no use of its ticket.
	a.write("ca.pem", other.pem())
	s.settle()
	if _, err := shake(t, s.Config(), client); err == nil {
		t.Error("a client of the old authority came in")
	}
	a.write("ca.pem", "nothing")
	log.Reset()
	s.settle()
	s.settle()
	if n := strings.Count(log.String(), "cannot be used"); n != 1 {
		t.Errorf("told %d times: %s", n, log)
	}
}

func TestCertificatesMissing(t *testing.T) {
	a := newAuthority(t)
	good := a.files("site", nil, "one.example")
	for name, c := range map[string]config.TLS{
		"none":         {},
		"no file":      {Certificates: []config.Certificate{{Cert: "/nowhere.pem", Key: good.Key}}},
		"another key":  {Certificates: []config.Certificate{{Cert: good.Cert, Key: a.files("other", nil, "two.example").Key}}},
		"no authority": {Certificates: []config.Certificate{good}, ClientCA: good.Key},
	} {
		if s, err := OpenCertificates(c, nil); err == nil {
			_ = s.Close()
			t.Errorf("%s: no error", name)
		}
	}
}
