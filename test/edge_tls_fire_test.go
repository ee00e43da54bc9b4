package test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Clients that behave lose nothing while others break off handshakes and answers, speak
// plain HTTP or say nothing, JavaScript hangs, certificates change and workers are replaced.
func TestEdgeTLSUnderFire(t *testing.T) {
	s := newEdge(t, "one.example", "*.two.example")
	s.serve("workers = 2\nsupervisor.max_requests = 100\n" + strings.Replace(twoCertificates, "debug", "info", 1))
	want := []byte(strings.Repeat("0123456789abcdef", 1<<16))
	stop := make(chan struct{})
	over := func() bool {
		select {
		case <-stop:
			return true
		default:
			return false
		}
	}
	var good, bad sync.WaitGroup
	for i := range 4 {
		good.Go(func() {
			c := s.client("one.example", i%2 == 0)
			for n := 0; !over(); n++ {
				path := []string{"", "static/", "static/big.txt"}[n%3]
				res, err := c.Get("https://one.example/" + path)
				if err != nil {
					t.Errorf("client %d, request %d: %v", i, n, err)
					return
				}
				b, err := io.ReadAll(res.Body)
				res.Body.Close()
				if err != nil || res.StatusCode != 200 || n%3 == 2 && !bytes.Equal(b, want) {
					t.Errorf("client %d, request %d: %s, %d bytes, %v", i, n, res.Status, len(b), err)
					return
				}
			}
		})
	}
	for range 3 {
		bad.Go(func() {
			for !over() {
				s.villain(rand.IntN(6))
			}
		})
	}
	for i := range 2 {
		s.pair("one.example", "one.example")
		s.waitLog(fmt.Sprintf(`(?s)(certificate read again.*){%d}`, i+1))
	}
	s.waitLog(`worker . recycled after`)
	close(stop)
	good.Wait()
	bad.Wait()
	s.signal(syscall.SIGTERM)
	if code := s.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// villain is one connection of somebody who does not behave.
func (s *edgeServer) villain(how int) {
	c, err := net.Dial("tcp", "127.0.0.1:"+s.port)
	if err != nil {
		return
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	reset := func() { _ = c.(*net.TCPConn).SetLinger(0) }
	switch how {
	case 0: // the beginning of a hello
		fmt.Fprint(c, "\x16\x03\x01\x02\x00\x01\x00")
		reset()
	case 1:
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		_, _ = io.Copy(io.Discard, c)
	case 2: // a hello, and away
		hello := &firstFlight{Conn: c}
		_ = tls.Client(hello, &tls.Config{InsecureSkipVerify: true}).Handshake()
		reset()
	default: // away in the middle of an answer, or of JavaScript
		t := tls.Client(c, &tls.Config{InsecureSkipVerify: true})
		if t.Handshake() != nil {
			return
		}
		path := "/static/big.txt"
		if how == 5 {
			path = "/nap"
		}
		fmt.Fprintf(t, "GET %s HTTP/1.1\r\nHost: one.example\r\n\r\n", path)
		if how == 3 {
			_, _ = io.ReadFull(t, make([]byte, 5000))
		}
		reset()
	}
}

// firstFlight is a connection on which nothing is ever heard.
type firstFlight struct{ net.Conn }

func (*firstFlight) Read([]byte) (int, error) { return 0, http.ErrAbortHandler }
