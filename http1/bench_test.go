package http1

import (
	"strings"
	"testing"
)

var (
	benchSmall = "GET / HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n\r\n"

	benchBrowser = "GET /articles/2024/05/17/a-title.html?utm_source=feed HTTP/1.1\r\n" +
		"Host: www.example.org\r\n" +
		"Connection: keep-alive\r\n" +
		"Cache-Control: max-age=0\r\n" +
		"sec-ch-ua-platform: \"Linux\"\r\n" +
		"Upgrade-Insecure-Requests: 1\r\n" +
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36\r\n" +
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n" +
		"Sec-Fetch-Mode: navigate\r\n" +
		"Referer: https://www.example.org/articles/\r\n" +
		"Accept-Encoding: gzip, deflate, br, zstd\r\n" +
		"Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n" +
		"Cookie: session=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08; theme=dark\r\n\r\n"

	benchPost = "POST /api HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1024\r\n\r\n" +
		strings.Repeat("x", 1024)

	benchChunked = "POST /api HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" +
		strings.Repeat("100\r\n"+strings.Repeat("y", 256)+"\r\n", 8) + "0\r\n\r\n"

	benchResponse = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: keep-alive\r\n\r\nHello, World"
)

// parseAll parses whole messages and returns how many there were.
func parseAll(p *Parser, in []byte) (messages int) {
	for {
		ev, n := p.Next(in)
		in = in[n:]
		switch ev {
		case EventComplete:
			messages++
		case EventError, EventUpgrade:
			panic(p.Err())
		case EventMore:
			return messages
		}
	}
}

func benchParse(b *testing.B, role Role, msg string, want int, detail ...Detail) {
	in := []byte(msg)
	opts := new(Options)
	for _, d := range detail {
		opts.Detail |= d
	}
	p := new(Pool).Parser(role, opts)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		if n := parseAll(p, in); n != want {
			b.Fatal(n)
		}
	}
}

func BenchmarkParseRequest(b *testing.B) {
	b.Run("small", func(b *testing.B) { benchParse(b, RoleRequest, benchSmall, 1) })
	b.Run("browser", func(b *testing.B) { benchParse(b, RoleRequest, benchBrowser, 1) })
	b.Run("browser-spans", func(b *testing.B) { benchParse(b, RoleRequest, benchBrowser, 1, DetailHead) })
	b.Run("post", func(b *testing.B) { benchParse(b, RoleRequest, benchPost, 1) })
	b.Run("chunked", func(b *testing.B) { benchParse(b, RoleRequest, benchChunked, 1) })
	b.Run("pipelined16", func(b *testing.B) { benchParse(b, RoleRequest, strings.Repeat(benchSmall, 16), 16) })
}

func BenchmarkParseResponse(b *testing.B) { benchParse(b, RoleResponse, benchResponse, 1) }

// BenchmarkParseSplit cuts the browser's request in two.
func BenchmarkParseSplit(b *testing.B) {
	in := []byte(benchBrowser)
	p := NewParser(RoleRequest, nil)
	p.pool = new(Pool)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		parseAll(p, in[:300])
		if parseAll(p, in[300:]) != 1 {
			b.Fatal("no message")
		}
	}
}

// BenchmarkParsePieces brings the browser's request in reads of 64 bytes.
func BenchmarkParsePieces(b *testing.B) {
	in := []byte(benchBrowser)
	for name, detail := range map[string]Detail{"whole": 0, "spans": DetailHead} {
		b.Run(name, func(b *testing.B) {
			p := new(Pool).Parser(RoleRequest, &Options{Detail: detail})
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for i := 0; i < len(in); i += 64 {
					n += parseAll(p, in[i:min(i+64, len(in))])
				}
				if n != 1 {
					b.Fatal("no message")
				}
			}
		})
	}
}

// BenchmarkUpload passes a megabyte in reads of 64 KiB.
func BenchmarkUpload(b *testing.B) {
	head := []byte("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048576\r\n\r\n")
	body := make([]byte, 64<<10)
	p := NewParser(RoleRequest, nil)
	b.SetBytes(1 << 20)
	b.ReportAllocs()
	for b.Loop() {
		parseAll(p, head)
		for range 16 {
			parseAll(p, body)
		}
	}
}

// answerer answers every request at once.
type answerer struct {
	c   *ServerConn
	n   int
	out int
}

var helloAnswer = []byte("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nHello, World")

func (a *answerer) OnRequest(seq uint32, h *Head) Decision { return Proceed }
func (a *answerer) OnBody(uint32, []byte)                  {}
func (a *answerer) OnComplete(seq uint32, _ *Section)      { a.n++; a.c.Write(seq, helloAnswer, End) }
func (a *answerer) OnUpgrade(uint32, []byte)               {}
func (a *answerer) OnError(_ uint32, err *Error)           { panic(err) }
func (a *answerer) OnTurn(uint32)                          {}
func (a *answerer) Output(p []byte)                        { a.out += len(p) }

func BenchmarkServerCycle(b *testing.B) {
	a := new(answerer)
	a.c = NewServerConn(&ServerConfig{}, a, 0)
	in := []byte(benchSmall)
	b.ReportAllocs()
	now := int64(0)
	for b.Loop() {
		now++
		a.c.Feed(now, in)
		a.c.Deadline(now)
	}
}

func BenchmarkFieldName(b *testing.B) {
	name := []byte("Accept-Encoding")
	for b.Loop() {
		if id, _ := lookupName(name); id == 0 {
			b.Fatal()
		}
	}
}
