package test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/sluice-http/sluice/config"
	"github.com/sluice-http/sluice/edge"
	"github.com/sluice-http/sluice/http1/http1net"
)

// staticModes are the ways in which Sluice serves a folder: each answers the same.
var staticModes = []struct {
	name  string
	start func(t *testing.T, root string) served
}{
	{"sluice serve", serveFolder},
	{"in a Go program", embedFolder},
	{"over TLS", serveSecurely},
}

// served is a server of files.
type served struct {
	port string
	pid  int
	tls  *tls.Config // nil: it speaks plainly
}

func (s served) dial(t *testing.T) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", "127.0.0.1:"+s.port)
	check(t, err)
	if s.tls != nil {
		return tls.Client(c, s.tls)
	}
	return c
}

// abort makes the close of a connection a reset.
func (s served) abort(c net.Conn) {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	_ = c.(*net.TCPConn).SetLinger(0)
}

func (s served) client() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: s.tls, DisableCompression: true}}
}

func (s served) url() string {
	if s.tls != nil {
		return "https://127.0.0.1:" + s.port
	}
	return "http://127.0.0.1:" + s.port
}

// serveSecurely is serveFolder with a certificate.
func serveSecurely(t *testing.T, root string) served {
	e := newEdge(t, "localhost")
	e.serve(fmt.Sprintf(`
static = %q
access_log = false

[[listen]]
host = "127.0.0.1"
port = 0
tls = true

[[tls.certificate]]
cert = "localhost.pem"
key = "localhost.key"
`, root))
	roots := x509.NewCertPool()
	roots.AddCert(e.ca)
	return served{e.port, e.cmd.Process.Pid, &tls.Config{RootCAs: roots, ServerName: "localhost"}}
}

// serveFolder is `sluice serve root`.
func serveFolder(t *testing.T, root string) served {
	p := &pool{t: t}
	p.serveIn(filepath.Dir(root), nil, root, "--set", "port=0", "--set", "host=127.0.0.1", "--set", "access_log=false", "--set", "admin=false")
	p.waitLog(edgePort.String())
	return served{edgePort.FindStringSubmatch(p.text())[1], p.cmd.Process.Pid, nil}
}

// embedFolder is the edge in front of nothing, in this process.
func embedFolder(t *testing.T, root string) served {
	t.Helper()
	settings, err := config.Parse(filepath.Join(root, "..", "sluice.toml"), []byte("static = \"public\"\naccess_log = false\n"), config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := edge.New(settings.Config, edge.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http1net.Server{Handler: engine.Handler(nil)}
	go server.Serve(l)
	t.Cleanup(func() {
		server.Shutdown(context.Background())
		engine.Close()
	})
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return served{port, os.Getpid(), nil}
}
