package tls

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	gonet "net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/sluice-http/sluice/internal/node"
	"github.com/sluice-http/sluice/internal/node/net"
	"golang.org/x/sys/unix"
)

// The tests run a loop without JavaScript, with crypto/tls itself at the other side of
// each connection. The race detector sees the goroutines of the handshakes beside the
// loop; that Run returns says that setBusy has given back every reference it took.

// A house is a loop and the wraps on it.
type house struct {
	t     *testing.T
	env   *node.Env
	net   *net.Net
	tls   *TLS
	wraps []*Wrap
}

func newHouse(t *testing.T) *house {
	t.Helper()
	env, err := node.NewBare(node.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &house{t: t, env: env, net: net.Of(env), tls: Of(env)}
}

// connect makes a connection of the loop, and the other side of it.
func (h *house) connect() (*net.Conn, gonet.Conn) {
	h.t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	file := os.NewFile(uintptr(fds[1]), "peer")
	defer file.Close()
	peer, err := gonet.FileConn(file)
	if err != nil {
		h.t.Fatal(err)
	}
	_ = peer.SetDeadline(time.Now().Add(60 * time.Second)) // what hangs fails
	h.t.Cleanup(func() { peer.Close() })
	low, err := h.net.OpenFd(fds[0])
	if err != nil {
		h.t.Fatal(err)
	}
	return low, peer
}

// secure is Native.Secure, and remembers the wrap.
func (h *house) secure(n *Native, low *net.Conn, accepted func(c *net.Conn)) *Wrap {
	n.Secure(low, accepted)
	w := low.Consumer().(*Wrap)
	h.wraps = append(h.wraps, w)
	return w
}

// client begins the handshake of a client.
func (h *house) client(low *net.Conn, config *tls.Config, accepted func(c *net.Conn)) *Wrap {
	w := h.tls.newWrap()
	w.native, w.low, w.accepted = &Native{}, low, accepted
	w.up.Consume(nobody{})
	low.Consume(w)
	low.SetRef(false)
	w.conf = config
	w.conn = tls.Client(&w.pipe, config)
	h.wraps = append(h.wraps, w)
	w.begin()
	return w
}

// run runs the loop until nothing keeps it alive.
func (h *house) run() {
	h.t.Helper()
	done := make(chan int)
	go func() { done <- h.env.Run() }()
	select {
	case <-done:
	case <-time.After(90 * time.Second):
		h.t.Fatal("the loop does not end")
	}
	for i, w := range h.wraps {
		if w.busy || !w.over {
			h.t.Errorf("wrap %d: busy %v, over %v", i, w.busy, w.over)
		}
	}
	h.env.Close()
}

// echo sends back what comes, and ends when the peer does.
type echo struct{ nobody }

func (echo) OnData(c *net.Conn, p []byte)             { c.WriteCopy(p) }
func (echo) OnEnd(c *net.Conn)                        { c.Shutdown(); closeWhenSent(c) }
func (echo) OnFail(c *net.Conn, _ unix.Errno, _ bool) { c.Close() }

func closeWhenSent(c *net.Conn) {
	c.Env().Post(func() {
		switch {
		case c.Closed():
		case c.Queued() > 0:
			closeWhenSent(c)
		default:
			c.Close()
		}
	})
}

func echoes(c *net.Conn) {
	c.Consume(echo{})
	c.ReadStart()
}

var testCertificate = sync.OnceValue(func() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"test"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
})

func serverConfig() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{testCertificate()}}
}

func clientConfig(version uint16) *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, MaxVersion: version}
}

// dribble writes a few bytes at a time, so that the handshake at the other side waits
// and is woken in the middle of everything.
type dribble struct {
	gonet.Conn
	n int
}

func (d dribble) Write(p []byte) (int, error) {
	for i := 0; i < len(p); i += d.n {
		if n, err := d.Conn.Write(p[i:min(i+d.n, len(p))]); err != nil {
			return i + n, err
		}
	}
	return len(p), nil
}

// exchange sends a text, ends, and wants the same back.
func exchange(c *tls.Conn, size int) error {
	text := bytes.Repeat([]byte("0123456789abcdef"), size/16)
	sent := make(chan error, 1)
	go func() {
		_, err := c.Write(text)
		if err == nil {
			err = c.CloseWrite()
		}
		sent <- err
	}()
	got, err := io.ReadAll(c)
	if err != nil {
		return err
	}
	if err := <-sent; err != nil {
		return err
	}
	if !bytes.Equal(got, text) {
		return fmt.Errorf("%d bytes came back, or others than the %d that were sent", len(got), len(text))
	}
	return nil
}

// TestHandshakes has many clients at once: some in small pieces, some that say nothing
// that is TLS, some that leave in the middle.
func TestHandshakes(t *testing.T) {
	h := newHouse(t)
	failed := 0
	server := &Native{Config: serverConfig(), Failed: func(*net.Conn, error) { failed++ }}
	var peers sync.WaitGroup
	wrong := 0
	for i := range 40 {
		low, peer := h.connect()
		h.secure(server, low, echoes)
		switch i % 5 {
		case 3:
			wrong++
			peers.Go(func() {
				_, _ = peer.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
				_, _ = io.Copy(io.Discard, peer)
				peer.Close()
			})
		case 4:
			wrong++
			peers.Go(func() {
				_, _ = peer.Write([]byte{22, 3, 1, 2, 0, 1}) // the beginning of a hello
				peer.Close()
			})
		default:
			peers.Go(func() {
				defer peer.Close()
				version := []uint16{tls.VersionTLS13, tls.VersionTLS12, tls.VersionTLS13}[i%5]
				pieces := []int{1 << 20, 300, 7}[i%5]
				if err := exchange(tls.Client(dribble{peer, pieces}, clientConfig(version)), 100_000); err != nil {
					t.Errorf("client %d: %v", i, err)
				}
			})
		}
	}
	h.run()
	peers.Wait()
	if failed != wrong {
		t.Errorf("%d handshakes failed, and %d clients were wrong", failed, wrong)
	}
}

// TestTLSInTLS stands one connection on another, which have one buffer for plaintext.
func TestTLSInTLS(t *testing.T) {
	h := newHouse(t)
	server := &Native{Config: serverConfig()}
	low, peer := h.connect()
	h.secure(server, low, func(c *net.Conn) { h.secure(server, c, echoes) })
	result := make(chan error, 1)
	go func() {
		defer peer.Close()
		outer := tls.Client(peer, clientConfig(tls.VersionTLS13))
		result <- exchange(tls.Client(outer, clientConfig(tls.VersionTLS13)), 1_000_000)
	}()
	h.run()
	if err := <-result; err != nil {
		t.Error(err)
	}
}

// TestEarly writes before the handshake is done, and ends: all of it comes, in order.
func TestEarly(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		h := newHouse(t)
		low, peer := h.connect()
		w := h.client(low, clientConfig(version), echoes)
		w.up.WriteCopy([]byte("early "))
		w.up.Flush()
		w.up.WriteCopy([]byte("and more"))
		w.up.Shutdown()
		w.up.Flush()
		result := make(chan string, 1)
		go func() {
			defer peer.Close()
			text, err := io.ReadAll(tls.Server(dribble{peer, 50}, serverConfig()))
			result <- fmt.Sprintf("%s %v", text, err)
		}()
		h.run()
		if got := <-result; got != "early and more <nil>" {
			t.Errorf("version %x: the server has read %q", version, got)
		}
	}
}

// TestEndBehindHello ends without having written anything: the end comes behind the
// hello, and the rest of the handshake is not said.
func TestEndBehindHello(t *testing.T) {
	h := newHouse(t)
	low, peer := h.connect()
	w := h.client(low, clientConfig(tls.VersionTLS13), echoes)
	w.up.Shutdown()
	result := make(chan error, 1)
	go func() {
		defer peer.Close()
		result <- tls.Server(peer, serverConfig()).Handshake()
	}()
	h.run()
	if err := <-result; !isEOF(err) {
		t.Errorf("the server's handshake ends with %v", err)
	}
}

// TestCloseInHandshake closes connections while their handshakes compute or wait, from
// above and from below.
func TestCloseInHandshake(t *testing.T) {
	h := newHouse(t)
	server := &Native{Config: serverConfig()}
	var peers sync.WaitGroup
	for i := range 60 {
		low, peer := h.connect()
		w := h.secure(server, low, echoes)
		peers.Go(func() {
			defer peer.Close()
			c := tls.Client(dribble{peer, 40}, clientConfig(tls.VersionTLS13))
			if i%2 == 0 {
				_ = c.Handshake()
				_, _ = io.Copy(io.Discard, c)
				return
			}
			// Close somewhere in the middle, from the loop: after a number of its turns.
			closing := make(chan struct{})
			var later func(n int)
			later = func(n int) {
				if n == 0 {
					if i%4 == 1 {
						w.up.Close()
					} else if w.low != nil {
						w.low.Close()
					}
					close(closing)
					return
				}
				h.env.Post(func() { later(n - 1) })
			}
			h.env.Post(func() { later(i / 2) })
			_ = c.Handshake()
			<-closing
		})
		if i%2 == 0 {
			h.env.Post(w.up.Close)
		}
	}
	h.run()
	peers.Wait()
}

// TestTimeout ends a handshake whose peer says nothing.
func TestTimeout(t *testing.T) {
	h := newHouse(t)
	var reason error
	low, peer := h.connect()
	h.secure(&Native{Config: serverConfig(), Timeout: 20 * time.Millisecond, Failed: func(_ *net.Conn, err error) { reason = err }}, low, echoes)
	go func() {
		_, _ = io.Copy(io.Discard, peer)
		peer.Close()
	}()
	h.run()
	if reason != errHandshakeTime {
		t.Errorf("the handshake ended with %v", reason)
	}
}
