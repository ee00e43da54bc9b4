package http1net

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"testing"
)

func benchConn(b *testing.B, l net.Listener, pipelined int) {
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer nc.Close()
	req := bytes.Repeat([]byte("GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n"), pipelined)
	br := bufio.NewReaderSize(nc, 64<<10)
	nc.Write(req)
	total := 0
	for range pipelined {
		res, err := http.ReadResponse(br, nil)
		if err != nil {
			b.Fatal(err)
		}
		n, _ := io.Copy(io.Discard, res.Body)
		_ = n
	}
	// measure size
	nc.Write(req[:len(req)/pipelined])
	one := make([]byte, 4096)
	n, _ := br.Read(one)
	total = n * pipelined
	buf := make([]byte, total)
	b.ReportAllocs()
	for b.Loop() {
		nc.Write(req)
		if _, err := io.ReadFull(br, buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHello(b *testing.B) {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	s := &Server{Handler: HandlerFunc(func(w *ResponseWriter, r *Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteString("hello world")
	})}
	go s.Serve(l)
	defer s.Close()
	b.Run("1", func(b *testing.B) { benchConn(b, l, 1) })
	b.Run("16", func(b *testing.B) { benchConn(b, l, 16) })
}

func BenchmarkHelloNetHTTP(b *testing.B) {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, "hello world")
	})
	s := &http.Server{Handler: h}
	go s.Serve(l)
	defer s.Close()
	b.Run("1", func(b *testing.B) { benchConn(b, l, 1) })
	b.Run("16", func(b *testing.B) { benchConn(b, l, 16) })
	l2, _ := net.Listen("tcp", "127.0.0.1:0")
	s2 := &Server{Handler: Adapt(h)}
	go s2.Serve(l2)
	defer s2.Close()
	b.Run("adapted/1", func(b *testing.B) { benchConn(b, l2, 1) })
	b.Run("adapted/16", func(b *testing.B) { benchConn(b, l2, 16) })
}
