package test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func dial(t *testing.T, port string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

func request(path string) string { return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n" }

type counts struct{ Requests, Finished, Closed, Aborted, Open, Connections int }

func readCounts(t *testing.T, port string) counts {
	t.Helper()
	c := dial(t, port)
	defer c.Close()
	fmt.Fprint(c, "GET /counts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	var n counts
	if err := json.NewDecoder(res.Body).Decode(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// eventually waits until nothing but the connection that asks is left.
func eventually(t *testing.T, port string) {
	t.Helper()
	var n counts
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if n = readCounts(t, port); n.Open == 0 && n.Connections <= 1 && n.Closed == n.Requests {
			return
		}
	}
	t.Errorf("something is left: %+v", n)
}

// TestThousandConnections keeps 1,000 connections and asks each several times.
func TestThousandConnections(t *testing.T) {
	port := startServer(t, sluicePath(t), "testdata/many-server.js")
	conns := make([]net.Conn, 1000)
	for i := range conns {
		conns[i] = dial(t, port)
	}
	var all sync.WaitGroup
	for i, c := range conns {
		all.Go(func() {
			in := bufio.NewReader(c)
			for k := range 5 {
				id := fmt.Sprintf("%d-%d", i, k)
				fmt.Fprint(c, request("/?id="+id))
				if got := body(t, in); got != id {
					t.Errorf("asked for %s, got %q", id, got)
					return
				}
			}
		})
	}
	all.Wait()
	if n := readCounts(t, port); n.Requests != 5000 || n.Connections != 1001 {
		t.Errorf("%+v", n)
	}
	for _, c := range conns {
		c.Close()
	}
	eventually(t, port)
}

func body(t *testing.T, in *bufio.Reader) string {
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Error(err)
		return ""
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

// TestPipelinedConcurrently sends requests whose answers take less and less time: they
// run at once, and come back in order.
func TestPipelinedConcurrently(t *testing.T) {
	port := startServer(t, sluicePath(t), "testdata/many-server.js")
	c := dial(t, port)
	var all strings.Builder
	for i := range 20 {
		all.WriteString(request(fmt.Sprintf("/slow?ms=%d&id=%d", 4000-200*i, i)))
	}
	began := time.Now()
	fmt.Fprint(c, all.String())
	in := bufio.NewReader(c)
	for i := range 20 {
		if got := body(t, in); got != fmt.Sprint(i) {
			t.Errorf("answer %d is %q", i, got)
		}
	}
	// One after the other they would take 42 s.
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("they ran one after the other: %v", took)
	}
}

// TestVanishingClients: handlers that never answer hold up nobody, and clients that
// leave in the middle of a request or of an answer leave nothing behind.
func TestVanishingClients(t *testing.T) {
	port := startServer(t, sluicePath(t), "testdata/many-server.js")
	r := rand.New(rand.NewSource(1))
	for i := range 300 {
		c := dial(t, port)
		switch i % 5 {
		case 0:
			fmt.Fprint(c, request("/never"))
		case 1:
			fmt.Fprint(c, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nonly a part")
		case 2:
			fmt.Fprint(c, request("/endless"))
			_, _ = io.CopyN(io.Discard, c, int64(r.Intn(100_000)))
		case 3:
			fmt.Fprint(c, request("/slow?ms=30&id=x")+request("/never")+request("/?id=y"))
		case 4:
			fmt.Fprint(c, "GET /ha")
		}
		if r.Intn(2) == 0 {
			time.Sleep(time.Duration(r.Intn(3)) * time.Millisecond)
		}
		if r.Intn(2) == 0 {
			_ = c.(*net.TCPConn).SetLinger(0) // a reset rather than an end
		}
		c.Close()
	}
	fresh := dial(t, port)
	fmt.Fprint(fresh, request("/?id=alive"))
	if got := body(t, bufio.NewReader(fresh)); got != "alive" {
		t.Errorf("got %q", got)
	}
	fresh.Close()
	eventually(t, port)
}
