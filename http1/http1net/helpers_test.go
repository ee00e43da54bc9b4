package http1net

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// modes are the ways in which a server can be reached. What holds for one has
// to hold for all.
var modes = []string{"tcp", "unix", "tls"}

// patience is how long a test waits for what must come: it guards against hanging, and
// says nothing of how long something takes.
const patience = time.Minute

// testServer is a server that runs, and how to reach it.
type testServer struct {
	*Server
	mode string
	l    net.Listener
	done chan error
}

var testCert = sync.OnceValues(makeCert)

func makeCert() (tls.Certificate, *x509.CertPool) {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	leaf, _ := x509.ParseCertificate(der)
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func testListener(t testing.TB, mode string) net.Listener {
	t.Helper()
	var l net.Listener
	var err error
	if mode == "unix" {
		dir, derr := os.MkdirTemp("", "h1")
		if derr != nil {
			t.Fatal(derr)
		}
		t.Cleanup(func() { os.RemoveAll(dir) })
		l, err = net.Listen("unix", filepath.Join(dir, "s"))
	} else {
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// serve starts s. When the test ends s is closed, and nothing of it may be
// left.
func serve(t testing.TB, mode string, s *Server) *testServer {
	t.Helper()
	ts := &testServer{Server: s, mode: mode, l: testListener(t, mode), done: make(chan error, 1)}
	if s.OnError == nil {
		s.OnError = func(*ServerError) {}
	}
	go func() {
		if mode == "tls" {
			cert, _ := testCert()
			s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
			ts.done <- s.ServeTLS(ts.l, "", "")
			return
		}
		ts.done <- s.Serve(ts.l)
	}()
	t.Cleanup(func() {
		s.Close()
		if err := <-ts.done; err != ErrServerClosed {
			t.Errorf("Serve returned %v", err)
		}
		eventually(t, "no connection is left", func() bool { return s.Stats().Conns == 0 && s.Stats().Active == 0 })
		if st := s.Stats(); st.Accepted != st.Closed+st.Hijacked {
			t.Errorf("accepted %d, closed %d, hijacked %d", st.Accepted, st.Closed, st.Hijacked)
		}
	})
	return ts
}

func handle(t testing.TB, mode string, f HandlerFunc) *testServer {
	t.Helper()
	return serve(t, mode, &Server{Handler: f})
}

// dial connects to the server.
func (ts *testServer) dial(t testing.TB) net.Conn {
	t.Helper()
	nc, err := net.Dial(ts.l.Addr().Network(), ts.l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if ts.mode == "tls" {
		_, pool := testCert()
		nc = tls.Client(nc, &tls.Config{RootCAs: pool, ServerName: "localhost"})
	}
	nc.SetDeadline(time.Now().Add(patience))
	t.Cleanup(func() { nc.Close() })
	return nc
}

// exchange sends bytes and returns what comes back up to the end of the
// connection, without Date.
func (ts *testServer) exchange(t testing.TB, send string) string {
	t.Helper()
	nc := ts.dial(t)
	defer nc.Close()
	io.WriteString(nc, send)
	b, err := io.ReadAll(nc)
	if err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("%q: %v", send, err)
	}
	return string(b)
}

// url returns the URL of a path on the server.
func (ts *testServer) url(path string) string {
	switch ts.mode {
	case "unix":
		return "http+unix:" + ts.l.Addr().String() + ":" + path
	case "tls":
		return "https://" + ts.l.Addr().String() + path
	}
	return "http://" + ts.l.Addr().String() + path
}

// client returns a client that can reach test servers. When the test ends it is
// closed.
func testClient(t testing.TB, c *Client) *Client {
	_, pool := testCert()
	c.TLSConfig = &tls.Config{RootCAs: pool}
	t.Cleanup(func() {
		c.Close()
		eventually(t, "no connection of the client is left", func() bool { return c.Stats().Conns == 0 })
	})
	return c
}

// eventually waits until f is true.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("not so: %s", what)
			return
		}
	}
}

// noLeaks checks at the end of a test that the goroutines it started are gone.
func noLeaks(t testing.TB) {
	t.Helper()
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		eventually(t, "goroutines have ended", func() bool { return runtime.NumGoroutine() <= before })
		if t.Failed() {
			buf := make([]byte, 1<<20)
			t.Logf("%s", buf[:runtime.Stack(buf, true)])
		}
	})
}

func each(t *testing.T, f func(t *testing.T, mode string)) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) { f(t, mode) })
	}
}

func background(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// get gets a URL and returns status and body.
func get(t testing.TB, c *Client, url string) (int, string) {
	t.Helper()
	resp, err := c.Get(background(t), url)
	if err != nil {
		t.Fatal(err)
	}
	return resp.Status, readAll(t, resp)
}

func readAll(t testing.TB, resp *Response) string {
	t.Helper()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
